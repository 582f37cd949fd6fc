import { authorityOf, parseAuthority, type Request } from './request.ts'

/** Its scheme, authority and path; query and fragment may follow. */
const HTTPS = /^https:\/\/([^/?#\\@\s]+)(\/[^?#\\\s]*)?(?:[?#]|$)/i

/** A host, with the colon of a port that is left empty. */
const EMPTY_PORT = /^([^:]+|\[[^\]]*\]):$/

/** What stands for itself in no URI (RFC 3986 section 2): gateways put an escape in its place. */
const NO_URI = /[^A-Za-z0-9._~!$&'()*+,;=:@%/-]+/g

const ESCAPE = /%([0-9a-f]{2})/gi
const UNRESERVED = /[A-Za-z0-9._~-]/

/** An escape of what needs none is what it stands for; any other is in upper case. */
const withoutNeedlessEscapes = (text: string): string =>
  text.replace(ESCAPE, (triplet, hex: string) => {
    const character = String.fromCharCode(Number.parseInt(hex, 16))
    return UNRESERVED.test(character) ? character : triplet.toUpperCase()
  })

/** RFC 3986 section 5.2.4, of a path that begins with a slash. */
const withoutDotSegments = (path: string): string => {
  const kept: string[] = []
  const segments = path.split('/').slice(1)
  for (const [at, segment] of segments.entries()) {
    const isDots = segment === '.' || segment === '..'
    if (segment === '..') kept.pop()
    if (!isDots) kept.push(segment)
    else if (at === segments.length - 1) kept.push('')
  }
  return `/${kept.join('/')}`
}

const PLAIN = /^(?!.*\/\.)\/[A-Za-z0-9_~!$&'()*+,;=:@/.-]*$/

const normalPath = (path: string): string => {
  if (PLAIN.test(path)) return path
  return withoutDotSegments(withoutNeedlessEscapes(path.replace(NO_URI, encodeURIComponent)))
}

/**
 * Whether a URI names what a request asks for, but for query and fragment, which do not count. Both
 * are compared in their normal form: by case, escapes and dot segments (RFC 3986 section 6.2.2) and
 * by scheme, where an empty path is `/` and the port of https need not be said (section 6.2.3). A
 * letter that no URI may hold is what its escape is, as in an IRI (RFC 3987 section 3.1). The
 * scheme is always https, as of all URLs of this service.
 */
export const isTargetUri = (
  uri: string,
  { authority, path: { raw } }: Pick<Request, 'authority' | 'path'>,
): boolean => {
  if (!uri.isWellFormed()) return false
  const [, named, path = '/'] = HTTPS.exec(uri) ?? []
  if (named === undefined) return false
  const parsed = parseAuthority(withoutNeedlessEscapes(named).replace(EMPTY_PORT, '$1'))
  if (!parsed.ok || authorityOf(parsed.value) !== authority) return false
  const mark = raw.indexOf('?')
  return normalPath(path) === normalPath(mark < 0 ? raw : raw.slice(0, mark))
}
