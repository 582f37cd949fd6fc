import { DEFAULT_IDENTITY_HEADERS } from '../../core/decision/identity-headers.ts'
import { OWN_HEADER_PREFIX } from '../../core/decision/own-headers.ts'
import { isWellKnownHeader } from '../../core/policy/well-known-headers.ts'
import { normalizeHeaderName } from '../../core/request/request.ts'
import { type Checked, right, wrong } from './checked.ts'

const CREDENTIALS: ReadonlySet<string> = new Set(['authorization', 'cookie', 'proxy-authorization'])

/** What tells of hosts, paths and proxies on the way, and decides nothing (R2). */
const ON_THE_WAY: ReadonlySet<string> = new Set([
  'forwarded',
  'host',
  'via',
  'x-real-ip',
  'x-rewrite-url',
])

const ON_THE_WAY_PREFIXES = ['x-forwarded-', 'x-envoy-', 'x-original-']

const IDENTITY_HEADERS: ReadonlySet<string> = new Set(DEFAULT_IDENTITY_HEADERS)

/** The name of a header by which a request may choose between rules, in lower case. */
export const conditionHeaderName = (written: string): Checked<string> => {
  const name = normalizeHeaderName(written)
  if (!/^[A-Za-z0-9!#$%&'*+.^`|~_-]+$/.test(written)) {
    return wrong('is no header name (RFC 9110 section 5.1)')
  }
  if (written.includes('_')) return wrong(`holds a \`_\`: write \`${name}\``)
  if (CREDENTIALS.has(name)) {
    return wrong('carries a credential, which chooses no rule: use `authenticate` and `authorize`')
  }
  if (IDENTITY_HEADERS.has(name) || name.startsWith(OWN_HEADER_PREFIX)) {
    return wrong('is set by this service, and removed from what callers send: use `authorize`')
  }
  if (isWellKnownHeader(name)) {
    return wrong('tells other products who is calling, and anybody can send it: use `authorize`')
  }
  const isOnTheWay =
    ON_THE_WAY.has(name) || ON_THE_WAY_PREFIXES.some((prefix) => name.startsWith(prefix))
  return isOnTheWay
    ? wrong('tells of the way here and may be forged: use `hosts`, `path` or `sourceAddresses`')
    : right(name)
}
