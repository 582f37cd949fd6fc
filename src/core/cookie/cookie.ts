import { trimBlanks } from '../request/trim-blanks.ts'

/** A cookie as the request carries it; the value is byte for byte what was sent. */
export interface Cookie {
  readonly name: string
  readonly value: string
}

/** One pair of a header: its name, empty if it has none, and its places in the header. */
type TakePair = (name: string, start: number, valueStart: number, end: number) => void

/**
 * In one pass, and without a copy of what nobody asks for: a check reads its cookies several times.
 */
const eachPair = (header: string, take: TakePair): void => {
  let equals = header.indexOf('=')
  for (let start = 0; start <= header.length; ) {
    const semicolon = header.indexOf(';', start)
    const end = semicolon < 0 ? header.length : semicolon
    if (equals >= 0 && equals < start) equals = header.indexOf('=', start)
    const hasName = equals >= 0 && equals < end
    take(hasName ? trimBlanks(header.slice(start, equals)) : '', start, equals + 1, end)
    start = end + 1
  }
}

/**
 * The cookies of a `cookie` header in their order; nameless pairs are passed over (RFC 6265 section
 * 5.4).
 */
export const parseCookies = (header: string | undefined): readonly Cookie[] => {
  if (header === undefined || header === '') return []
  const cookies: Cookie[] = []
  eachPair(header, (name, _, valueStart, end) => {
    if (name !== '') cookies.push({ name, value: trimBlanks(header.slice(valueStart, end)) })
  })
  return cookies
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
const plainName = (name: string): string =>
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

const ABSENT: CookieLookup = { kind: 'absent' }
const DUPLICATE: CookieLookup = { kind: 'duplicate' }
const IS_DOUBTFUL: CookieLookup = { kind: 'doubtful' }

/** Looks one cookie up without parsing the others. */
export const findCookie = (header: string | undefined, name: string): CookieLookup => {
  if (header?.includes(`${name}=`) !== true) return ABSENT
  let found: CookieLookup = ABSENT
  eachPair(header, (other, _, valueStart, end) => {
    if (other !== name) {
      if (found === ABSENT && plainName(other) === name) found = IS_DOUBTFUL
      return
    }
    found =
      found === ABSENT || found === IS_DOUBTFUL
        ? { kind: 'one', value: trimBlanks(header.slice(valueStart, end)) }
        : DUPLICATE
  })
  return found
}

/**
 * The header without the cookies that `isOwn` names; the rest byte for byte (R10). `undefined` if
 * nothing is left.
 */
export const withoutCookies = (
  header: string,
  isOwn: (name: string) => boolean,
): string | undefined => {
  const kept: string[] = []
  let removed = 0
  eachPair(header, (name, start, _, end) => {
    if (name !== '' && isOwn(plainName(name))) removed += 1
    else kept.push(header.slice(start, end))
  })
  if (removed === 0) return header
  if (kept.length === 0) return undefined
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

const attributeText = (
  { domain, sameSite = 'Lax', partitioned }: Omit<CookieKey, 'name'>,
  lifetime: string,
): string => {
  const partition = partitioned === true ? '; Partitioned' : ''
  const site = `; SameSite=${sameSite}${partition}`
  return `Path=/${domainAttribute(domain)}${lifetime}; Secure; HttpOnly${site}`
}

/** The attributes of a cookie as `setCookie` writes them, without its lifetime. */
export const cookieAttributes = (attributes: Omit<CookieAttributes, 'maxAgeSeconds'>): string =>
  attributeText(attributes, '')

/**
 * A `set-cookie` value: always Secure, HttpOnly and Path=/, and without a Domain unless one is
 * asked for (R11).
 */
export const setCookie = (name: string, value: string, attributes: CookieAttributes): string => {
  const lifetime =
    attributes.maxAgeSeconds === undefined
      ? ''
      : `; Max-Age=${Math.floor(attributes.maxAgeSeconds)}`
  return `${name}=${value}; ${attributeText(attributes, lifetime)}`
}

/** A `set-cookie` value that removes the cookie. */
export const clearCookie = ({ name, ...place }: CookieKey): string =>
  `${name}=; ${attributeText(place, '; Max-Age=0')}`
