import type { Cors, OriginsBelow } from '../policy/applications.ts'
import type { Request } from '../request/request.ts'
import type { Header } from './decision.ts'

const HTTPS = 'https://'

/** One or more whole labels before the suffix. */
const LABELS = /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/

const isBelow = (origin: string, { suffix, port }: OriginsBelow): boolean => {
  const end = suffix + port
  if (!origin.startsWith(HTTPS) || !origin.endsWith(end)) return false
  return LABELS.test(origin.slice(HTTPS.length, origin.length - end.length))
}

/** No origin of a page is longer: a host, a scheme and a port. */
const MAX_LENGTH = 300

/**
 * What may be told of an origin: itself, byte for byte, or `*` where anybody may read.
 * `undefined`: nothing. An opaque origin (`null`), several and none never match.
 */
const allowedOrigin = (cors: Cors, origin: string): string | undefined => {
  if (origin === 'null' || origin.length > MAX_LENGTH) return undefined
  if (cors.anyOrigin) return '*'
  const isListed = cors.origins.has(origin) || cors.domains.some((one) => isBelow(origin, one))
  return isListed ? origin : undefined
}

const VARYING: Header = ['vary', 'Origin']

const permission = (cors: Cors, origin: string): readonly Header[] => [
  ['access-control-allow-origin', origin],
  ...(cors.credentials ? ([['access-control-allow-credentials', 'true']] as const) : []),
]

const list = (name: string, values: readonly string[]): readonly Header[] =>
  values.length === 0 ? [] : [[name, values.join(', ')]]

/** What an answer says to the browser of a page of another origin. */
export const sharingHeaders = (
  cors: Cors,
  { header }: Pick<Request, 'header'>,
): readonly Header[] => {
  const sent = header('origin')
  const origin = sent === undefined ? undefined : allowedOrigin(cors, sent)
  if (origin === undefined) return [VARYING]
  return [
    ...permission(cors, origin),
    ...list('access-control-expose-headers', cors.exposed),
    VARYING,
  ]
}

/** Which browsers take for no, as they do everything but `true`. */
const WITHOUT_CREDENTIALS: Header = ['access-control-allow-credentials', 'false']

/**
 * The same for an answer of the upstream, whose own permission must not stand where the origin has
 * none here: nothing can be taken off an answer, so it is overwritten by the host's own origin,
 * which no page of another matches, and leave to send credentials by a refusal.
 */
export const overwrittenSharing = (
  cors: Cors,
  request: Pick<Request, 'header' | 'authority'>,
): readonly Header[] => {
  const headers = sharingHeaders(cors, request)
  if (request.header('origin') === undefined) return headers
  const says = (name: string): boolean => headers.some(([said]) => said === name)
  const own: Header = ['access-control-allow-origin', `https://${request.authority}`]
  return [
    ...(says('access-control-allow-origin') ? [] : [own]),
    ...(says('access-control-allow-credentials') ? [] : [WITHOUT_CREDENTIALS]),
    ...headers,
  ]
}

/** A request by which a browser asks whether a script may send another one. */
export interface Preflight {
  readonly origin: string
  /** The method of the request that is to follow. */
  readonly method: string
}

const METHOD = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}$/

/** The preflight that a request is; `undefined`: any other request. */
export const preflightOf = ({
  method,
  header,
}: Pick<Request, 'method' | 'header'>): Preflight | undefined => {
  if (method !== 'OPTIONS') return undefined
  const origin = header('origin')
  const asked = header('access-control-request-method')
  if (origin === undefined || asked === undefined || !METHOD.test(asked)) return undefined
  return { origin, method: asked }
}

const ON_PREFLIGHT = 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers'

/** The headers of the answer to a preflight; `undefined`: the origin may not ask. */
export const preflightHeaders = (
  cors: Cors,
  { origin, method }: Preflight,
): readonly Header[] | undefined => {
  const allowed = allowedOrigin(cors, origin)
  if (allowed === undefined) return undefined
  return [
    ...permission(cors, allowed),
    ['access-control-allow-methods', (cors.methods ?? [method]).join(', ')],
    ...list('access-control-allow-headers', cors.headers),
    ['access-control-max-age', String(cors.maxAgeSeconds)],
    ['vary', ON_PREFLIGHT],
  ]
}

/** What a refused preflight depends on. */
export const REFUSED_PREFLIGHT: readonly Header[] = [['vary', ON_PREFLIGHT]]
