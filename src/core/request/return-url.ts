import type { Request } from './request.ts'

const MAX_BYTES = 1024

/**
 * The origin that the browser sees. Always https: our cookies are Secure, so nothing else can hold
 * a session.
 */
export const originOf = (request: Pick<Request, 'authority'>): string =>
  `https://${request.authority}`

/** The origin of another host, on the port that the browser uses for this one. */
export const siblingOriginOf = (
  host: string,
  { authority, host: own }: Pick<Request, 'authority' | 'host'>,
): string => `https://${host}${authority.slice(own.length)}`

/** Letters beyond ASCII, which some clients send in a query, percent-encoded. */
const asciiOf = (sent: string): string =>
  sent.toWellFormed().replace(/[^\u0000-\u007f]/gu, encodeURIComponent)

/**
 * Where a login returns to: the path and query of the original request, and of nothing else (R18).
 * Over 1 KiB the query is given up, then the path (R16). A leading `//` would name another host and
 * becomes `/`.
 */
export const returnPathOf = (sent: string): string => {
  const raw = asciiOf(sent)
  const mark = raw.indexOf('?')
  const path = mark < 0 ? raw : raw.slice(0, mark)
  if (!isSafeReturnPath(raw)) return '/'
  if (raw.length <= MAX_BYTES) return raw
  return path.length <= MAX_BYTES ? path : '/'
}

/** Whether a login returns to this very path and query, not to a part of it. */
export const isReturnedToWhole = (sent: string): boolean => returnPathOf(sent) === asciiOf(sent)

/**
 * Whether a path stays on this host when a browser resolves it: one slash, then neither slash nor
 * backslash.
 */
export const isSafeReturnPath = (path: string): boolean =>
  /^\/(?![/\\])[\u0021-\u007e]*$/.test(path) && !path.includes('\\')
