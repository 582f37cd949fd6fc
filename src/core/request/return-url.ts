import { type Path, parsePath, type Request } from './request.ts'

/** No link of ours is longer: what begins with it is put into headers and pages. */
const MAX_BYTES = 16 * 1024

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
 * Where a login may return to, the best first: path and query of the original request, and of
 * nothing else (R18), then the path alone, then the root. A leading `//` would name another host:
 * then it is the root.
 */
export const returnPathsOf = (sent: string): readonly [string, ...string[]] => {
  const raw = asciiOf(sent)
  if (!isSafeReturnPath(raw)) return ['/']
  const mark = raw.indexOf('?')
  return mark < 0 ? [raw, '/'] : [raw, raw.slice(0, mark), '/']
}

/** Whether a login can return to this very path and query. */
export const isReturnable = (sent: string): boolean => isSafeReturnPath(asciiOf(sent))

/** The best of them that is no longer than a link of ours may be. */
export const returnPathOf = (sent: string): string =>
  returnPathsOf(sent).find((path) => path.length <= MAX_BYTES) ?? '/'

/**
 * Whether a path stays on this host when a browser resolves it: one slash, then neither slash nor
 * backslash.
 */
export const isSafeReturnPath = (path: string): boolean =>
  /^\/(?![/\\])[\u0021-\u007e]*$/.test(path) && !path.includes('\\')

/**
 * The place on this host that a link names as the one to return to: a path with its query, which
 * every browser and gateway takes for the same one. `undefined` for anything else: another host, a
 * fragment, dot segments and control bytes in whatever encoding. Letters beyond ASCII are encoded.
 */
export const localPathOf = (wanted: string): Path | undefined => {
  const raw = asciiOf(wanted)
  if (!isSafeReturnPath(raw)) return undefined
  const parsed = parsePath(raw)
  return parsed.ok ? parsed.value : undefined
}
