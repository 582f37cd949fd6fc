import { trimBlanks } from '../request/trim-blanks.ts'

/** A cookie as the request carries it; the value is byte for byte what was sent. */
export interface Cookie {
  readonly name: string
  readonly value: string
}

const splitPair = (pair: string): Cookie | undefined => {
  const equals = pair.indexOf('=')
  if (equals < 1) return undefined
  return { name: trimBlanks(pair.slice(0, equals)), value: trimBlanks(pair.slice(equals + 1)) }
}

/**
 * The cookies of a `cookie` header in their order; nameless pairs are passed over (RFC 6265 section
 * 5.4).
 */
export const parseCookies = (header: string | undefined): readonly Cookie[] => {
  if (header === undefined || header === '') return []
  return header.split(';').flatMap((pair) => splitPair(trimBlanks(pair)) ?? [])
}

/** How a cookie begins that only TLS can have set: each of ours (RFC 6265bis section 4.1.3). */
const PREFIXED = '[ \\t]*__(?:Host|Secure)-[^=;,]*='

const DOUBTFUL = new RegExp(`,(?=${PREFIXED})`, 'g')
const LINE_END = new RegExp(`((?:^|;)\\n?${PREFIXED}[^;,]*),`, 'g')

/** What no header holds; it marks a pair that followed a comma. */
const MARK = '\n'

/**
 * Several `cookie` lines that a gateway has joined with commas, read as far as that can be done. A
 * comma after a prefixed cookie ends a line, as no value of ours holds one. After any other it may
 * begin the next line, or be part of a value that a sibling host has chosen: a prefixed cookie that
 * follows it becomes a marked pair, which is never taken for the cookie of that name.
 */
export const separateLines = (joined: string): string =>
  joined.includes(',') ? joined.replace(DOUBTFUL, `;${MARK}`).replace(LINE_END, '$1;') : joined

/** The name of a pair, marked or not. */
const plainName = ({ name }: Cookie): string =>
  name.startsWith(MARK) ? trimBlanks(name.slice(MARK.length)) : name

/**
 * What a header holds under one cookie name. Two of the same name mean that somebody planted one
 * (R15).
 */
export type CookieLookup =
  | { readonly kind: 'absent' }
  | { readonly kind: 'one'; readonly value: string }
  | { readonly kind: 'duplicate' }
  /** It may be a line of its own, or what somebody has hidden in the value of another cookie. */
  | { readonly kind: 'doubtful' }

/** Looks one cookie up without parsing the others. */
export const findCookie = (header: string | undefined, name: string): CookieLookup => {
  if (header?.includes(`${name}=`) !== true) return { kind: 'absent' }
  const cookies = parseCookies(header)
  const values = cookies.filter((cookie) => cookie.name === name)
  if (values.length > 1) return { kind: 'duplicate' }
  const [only] = values
  if (only !== undefined) return { kind: 'one', value: only.value }
  return cookies.some((cookie) => plainName(cookie) === name)
    ? { kind: 'doubtful' }
    : { kind: 'absent' }
}

/**
 * The header without the cookies that `isOwn` names; the rest byte for byte (R10). `undefined` if
 * nothing is left.
 */
export const withoutCookies = (
  header: string,
  isOwn: (name: string) => boolean,
): string | undefined => {
  const pairs = header.split(';')
  const kept = pairs.filter((pair) => {
    const cookie = splitPair(trimBlanks(pair))
    return cookie === undefined || !isOwn(plainName(cookie))
  })
  if (kept.length === pairs.length) return header
  const rest = trimBlanks(kept.join(';').replaceAll(`;${MARK}`, ',').replace(MARK, ''))
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
