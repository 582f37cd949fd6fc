import { DEFAULT_IDENTITY_HEADERS } from '../../core/decision/identity-headers.ts'
import { ASSERTION_HEADER, OWN_HEADER_PREFIX } from '../../core/decision/own-headers.ts'
import { isWellKnownHeader } from '../../core/policy/well-known-headers.ts'
import { normalizeHeaderName } from '../../core/request/request.ts'
import { type Checked, right, wrong } from './checked.ts'

const MAX_NAME_LENGTH = 64

/**
 * What Envoy, the connection or the body depend on, or what carries a credential: no claim may
 * stand there.
 */
const RESERVED_NAMES: ReadonlySet<string> = new Set([
  'authorization',
  'baggage',
  'connection',
  'cookie',
  'expect',
  'forwarded',
  'host',
  'http2-settings',
  'keep-alive',
  'set-cookie',
  'te',
  'traceparent',
  'tracestate',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'via',
  'x-real-ip',
  'x-rewrite-url',
])

const RESERVED_PREFIXES = [
  'content-',
  'proxy-',
  'x-forwarded-',
  'x-envoy-',
  'x-original-',
  'x-request-id',
  OWN_HEADER_PREFIX,
]

const IDENTITY_HEADERS: ReadonlySet<string> = new Set(DEFAULT_IDENTITY_HEADERS)

/** Of a response: what frames it, holds a credential, or is decided elsewhere. */
const RESERVED_RESPONSE_NAMES: ReadonlySet<string> = new Set([
  'alt-svc',
  'authentication-info',
  'authorization',
  'clear-site-data',
  'connection',
  'date',
  'keep-alive',
  'location',
  'public-key-pins',
  'refresh',
  'server',
  'set-cookie',
  'set-cookie2',
  'strict-transport-security',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'vary',
  'via',
  'www-authenticate',
])

const RESERVED_RESPONSE_PREFIXES = [
  'access-control-',
  'content-',
  'grpc-',
  'proxy-',
  'x-envoy-',
  OWN_HEADER_PREFIX,
]

/** Lower case, with its dots: they are what somebody looks for. */
const headerName = (written: string): Checked<string> => {
  if (!/^[A-Za-z0-9!#$%&'*+.^`|~_-]+$/.test(written)) {
    return wrong('is no header name (RFC 9110 section 5.1)')
  }
  const name = written.toLowerCase()
  if (name.length > MAX_NAME_LENGTH) return wrong(`is longer than ${MAX_NAME_LENGTH} characters`)
  if (!written.includes('_')) return right(name)
  return wrong(`holds a \`_\`: write \`${name.replaceAll('_', '-')}\``)
}

/** Some of those below `x-forwarded-` say who somebody is, and are there to be set. */
const isReserved = (normal: string): boolean =>
  RESERVED_NAMES.has(normal) ||
  (RESERVED_PREFIXES.some((prefix) => normal.startsWith(prefix)) && !isWellKnownHeader(normal))

/**
 * The name of a header that an operator may set for the upstream, in lower case. A name is written
 * with `-`, as some upstreams take `_` for the same (R8).
 */
export const upstreamHeaderName = (written: string): Checked<string> => {
  const checked = headerName(written)
  if (!checked.ok) return checked
  const normal = normalizeHeaderName(checked.value)
  if (IDENTITY_HEADERS.has(normal)) return wrong('is set from the identity already: choose another')
  if (isReserved(normal)) {
    return wrong('is reserved: choose a name of your own, as in `x-user-email`')
  }
  return checked
}

/** The name of a header that an operator may set on answers of the upstream, in lower case. */
export const responseHeaderName = (written: string): Checked<string> => {
  const checked = headerName(written)
  if (!checked.ok) return checked
  const name = checked.value
  const isTaken =
    RESERVED_RESPONSE_NAMES.has(name) ||
    RESERVED_RESPONSE_PREFIXES.some((prefix) => name.startsWith(prefix))
  return isTaken
    ? wrong('frames the answer, holds a credential or is decided elsewhere: choose another')
    : checked
}

/** A well-known identity header that a caller may send, spelled so, in lower case. */
export const passableHeaderName = (written: string): Checked<string> => {
  const name = written.toLowerCase()
  return isWellKnownHeader(normalizeHeaderName(name))
    ? right(name)
    : wrong(
        'is no identity header that is removed by itself, so that it passes anyway or never may: remove it',
      )
}

/** The name of the header that carries an assertion: ours, or one of the operator's own. */
export const assertionHeaderName = (written: string): Checked<string> =>
  written === ASSERTION_HEADER ? right(written) : upstreamHeaderName(written)
