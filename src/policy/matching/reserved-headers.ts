import { DEFAULT_IDENTITY_HEADERS } from '../../core/decision/identity-headers.ts'
import { ASSERTION_HEADER, OWN_HEADER_PREFIX } from '../../core/decision/own-headers.ts'
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

/**
 * The name of a header that an operator may set from a claim, in lower case. A name is written with
 * `-`, as some upstreams take `_` for the same (R8).
 */
export const upstreamHeaderName = (written: string): Checked<string> => {
  const name = normalizeHeaderName(written)
  if (!/^[A-Za-z0-9!#$%&'*+.^`|~_-]+$/.test(written)) {
    return wrong('is no header name (RFC 9110 section 5.1)')
  }
  if (name.length > MAX_NAME_LENGTH) return wrong(`is longer than ${MAX_NAME_LENGTH} characters`)
  if (written.includes('_')) return wrong(`holds a \`_\`: write \`${name}\``)
  if (IDENTITY_HEADERS.has(name)) return wrong('is set from the identity already: choose another')
  if (RESERVED_NAMES.has(name) || RESERVED_PREFIXES.some((prefix) => name.startsWith(prefix))) {
    return wrong('is reserved: choose a name of your own, as in `x-user-email`')
  }
  return right(name)
}

/** The name of the header that carries an assertion: ours, or one of the operator's own. */
export const assertionHeaderName = (written: string): Checked<string> =>
  written === ASSERTION_HEADER ? right(written) : upstreamHeaderName(written)
