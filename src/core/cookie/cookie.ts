/** A cookie as the request carries it; the value is byte for byte what was sent. */
export interface Cookie {
  readonly name: string
  readonly value: string
}

const splitPair = (pair: string): Cookie | undefined => {
  const equals = pair.indexOf('=')
  if (equals < 1) return undefined
  return { name: pair.slice(0, equals).trim(), value: pair.slice(equals + 1).trim() }
}

/**
 * The cookies of a `cookie` header in their order; nameless pairs are passed over (RFC 6265 section
 * 5.4).
 */
export const parseCookies = (header: string | undefined): readonly Cookie[] => {
  if (header === undefined || header === '') return []
  return header.split(';').flatMap((pair) => splitPair(pair.trim()) ?? [])
}

/**
 * What a header holds under one cookie name. Two of the same name mean that somebody planted one
 * (R15).
 */
export type CookieLookup =
  | { readonly kind: 'absent' }
  | { readonly kind: 'one'; readonly value: string }
  | { readonly kind: 'duplicate' }

/** Looks one cookie up without parsing the others. */
export const findCookie = (header: string | undefined, name: string): CookieLookup => {
  if (header?.includes(`${name}=`) !== true) return { kind: 'absent' }
  const values = parseCookies(header).filter((cookie) => cookie.name === name)
  if (values.length > 1) return { kind: 'duplicate' }
  const [only] = values
  return only === undefined ? { kind: 'absent' } : { kind: 'one', value: only.value }
}

/**
 * The header without the cookies that `isOwn` names; the rest byte for byte (R10). `undefined` if
 * nothing is left.
 */
export const withoutCookies = (
  header: string,
  isOwn: (name: string) => boolean,
): string | undefined => {
  const kept = header.split(';').filter((pair) => {
    const cookie = splitPair(pair.trim())
    return cookie === undefined || !isOwn(cookie.name)
  })
  const rest = kept.join(';').trim()
  return rest === '' ? undefined : rest
}

/** What a browser tells our cookies apart by; their path is always `/`. */
export interface CookieKey {
  readonly name: string
  /** Absent: the cookie belongs to one host. */
  readonly domain?: string
  /** In a frame of another site a browser removes a cookie only if it may be set there as well. */
  readonly sameSite?: CookieAttributes['sameSite']
  readonly partitioned?: true
}

/** The attributes that differ between our cookies; the others are fixed. */
export interface CookieAttributes {
  readonly sameSite: 'Lax' | 'Strict' | 'None'
  /** Every host below it gets the cookie as well. Absent: the answering host alone. */
  readonly domain?: string
  /** Kept apart for each site that frames the host. */
  readonly partitioned?: true
  /** Absent: the cookie ends with the browser session. */
  readonly maxAgeSeconds?: number
}

const domainAttribute = (domain: string | undefined): string =>
  domain === undefined ? '' : `; Domain=${domain}`

const siteOf = ({ sameSite = 'Lax', partitioned }: Omit<CookieKey, 'name' | 'domain'>): string =>
  `; SameSite=${sameSite}${partitioned === true ? '; Partitioned' : ''}`

/**
 * A `set-cookie` value: always Secure, HttpOnly and Path=/, and without a Domain unless one is
 * asked for (R11).
 */
export const setCookie = (name: string, value: string, attributes: CookieAttributes): string => {
  const lifetime =
    attributes.maxAgeSeconds === undefined
      ? ''
      : `; Max-Age=${Math.floor(attributes.maxAgeSeconds)}`
  const domain = domainAttribute(attributes.domain)
  return `${name}=${value}; Path=/${domain}${lifetime}; Secure; HttpOnly${siteOf(attributes)}`
}

/** A `set-cookie` value that removes the cookie. */
export const clearCookie = ({ name, domain, ...site }: CookieKey): string =>
  `${name}=; Path=/${domainAttribute(domain)}; Max-Age=0; Secure; HttpOnly${siteOf(site)}`
