import { adminApiRules } from './admin-api/admin-api-rules.ts'
import { redisRules } from './redis-rules.ts'
import { problem, type Rule, type RuleProblem, together } from './schema/rule.ts'
import { valueAt } from './tree.ts'

const redisNeedsKeys: Rule = (get) => {
  const files = get('keys.files')
  const none = files === undefined || (Array.isArray(files) && files.length === 0)
  return get('sessions.store') === 'redis' && none
    ? problem(
        'keys.files',
        'must name at least one key file when sessions.store is redis: every replica needs the same key (make one with `openssl rand -base64 32`)',
      )
    : []
}

/** Each needs an address of its own, except that port 0 is always another one. */
const LISTENERS = ['grpc.listen', 'admin.listen', 'http.listen', 'adminApi.listen'] as const

const EVERY_ADDRESS: ReadonlySet<string> = new Set(['', '0.0.0.0', '[::]'])

/** Whether one of two addresses takes what the other needs. */
const overlap = (one: string, other: string): boolean => {
  const [host, port] = [one.slice(0, one.lastIndexOf(':')), one.slice(one.lastIndexOf(':'))]
  const [otherHost, otherPort] = [
    other.slice(0, other.lastIndexOf(':')),
    other.slice(other.lastIndexOf(':')),
  ]
  if (port !== otherPort || port === ':0') return false
  return host === otherHost || EVERY_ADDRESS.has(host) || EVERY_ADDRESS.has(otherHost)
}

const distinctAddresses: Rule = (get) =>
  LISTENERS.flatMap((field, at) => {
    const address = get(field)
    const taken = LISTENERS.slice(0, at).find(
      (other) => address !== undefined && overlap(String(get(other)), String(address)),
    )
    return taken === undefined ? [] : problem(field, `must differ from ${taken}`)
  })

const tokenNeedsClients: Rule = (get) => {
  const [file, clients] = [
    'credentials.serviceAccountTokenFile',
    'credentials.serviceAccountTokenClients',
  ] as const
  const listed = get(clients)
  const hasClients = Array.isArray(listed) && listed.length > 0
  if (get(file) !== undefined && !hasClients) {
    return problem(
      clients,
      `must name the OIDCClients that may show the token in ${file}: each of them is this process to their providers`,
    )
  }
  return hasClients && get(file) === undefined ? problem(clients, `needs ${file} beside it`) : []
}

const rules: readonly Rule[] = [
  together('grpc.tls.certFile', 'grpc.tls.keyFile'),
  together('grpc.tls.keyFile', 'grpc.tls.certFile'),
  together('grpc.tls.clientCaFile', 'grpc.tls.certFile'),
  together('sessions.redis.tls.certFile', 'sessions.redis.tls.keyFile'),
  together('sessions.redis.tls.keyFile', 'sessions.redis.tls.certFile'),
  together('sessions.redis.sentinel.tls.certFile', 'sessions.redis.sentinel.tls.keyFile'),
  together('sessions.redis.sentinel.tls.keyFile', 'sessions.redis.sentinel.tls.certFile'),
  together('outbound.proxy.usernameFile', 'outbound.proxy.passwordFile'),
  together('outbound.proxy.passwordFile', 'outbound.proxy.usernameFile'),
  together('outbound.proxy.usernameFile', 'outbound.proxy.url'),
  together('pages.logoFile', 'pages.name'),
  together('pages.help.label', 'pages.help.url'),
  ...adminApiRules,
  tokenNeedsClients,
  ...redisRules,
  redisNeedsKeys,
  distinctAddresses,
]

/**
 * Applies the rules between fields. Works on a tree that may still be wrong elsewhere, so that all
 * problems show at once.
 */
export const brokenRules = (tree: unknown): readonly RuleProblem[] =>
  rules.flatMap((rule) => rule((field) => valueAt(tree, field.split('.'))))
