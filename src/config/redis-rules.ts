import { parseDurationMs } from '../core/time/duration.ts'
import type { Rule, RuleProblem } from './schema/rule.ts'

const REDIS = 'sessions.redis'
const TLS_FIELDS = ['caFile', 'certFile', 'keyFile', 'serverName']

const problem = (field: string, message: string): readonly RuleProblem[] => [
  { path: `${REDIS}.${field}`.split('.'), message },
]

const isSet = (value: unknown): boolean =>
  value !== undefined && !(Array.isArray(value) && value.length === 0)

const places = ['url', 'sentinel.addresses', 'cluster.addresses']

const onePlace: Rule = (get) => {
  const set = places.filter((place) => isSet(get(`${REDIS}.${place}`)))
  if (set.length > 1) {
    return problem(set[1] ?? '', `cannot be set beside ${REDIS}.${set[0]}: keep one of them`)
  }
  return get('sessions.store') === 'redis' && set.length === 0
    ? [
        {
          path: ['sessions', 'store'],
          message:
            'is redis, so set one of sessions.redis.url, sessions.redis.sentinel.addresses and sessions.redis.cluster.addresses as well',
        },
      ]
    : []
}

const sentinelNeedsName: Rule = (get) => {
  const isSentinel = isSet(get(`${REDIS}.sentinel.addresses`))
  return isSentinel && get(`${REDIS}.sentinel.primaryName`) === undefined
    ? problem('sentinel.addresses', `needs ${REDIS}.sentinel.primaryName beside it`)
    : []
}

const sentinelFields = ['primaryName', 'usernameFile', 'passwordFile']

const sentinelNeedsAddresses: Rule = (get) =>
  isSet(get(`${REDIS}.sentinel.addresses`))
    ? []
    : sentinelFields
        .filter((name) => get(`${REDIS}.sentinel.${name}`) !== undefined)
        .flatMap((name) =>
          problem(`sentinel.${name}`, `needs ${REDIS}.sentinel.addresses beside it`),
        )

const isTls = (get: Parameters<Rule>[0]): boolean =>
  get(`${REDIS}.tls.enabled`) === true ||
  TLS_FIELDS.some((name) => get(`${REDIS}.tls.${name}`) !== undefined)

const tlsFitsUrl: Rule = (get) => {
  const url = get(`${REDIS}.url`)
  if (!isTls(get) || typeof url !== 'string') return []
  if (url.startsWith('redis:')) {
    return problem('url', `must begin with rediss:// because ${REDIS}.tls is set`)
  }
  return /^(?:redis\+)?unix:/.test(url)
    ? problem('tls', `cannot be set with a Unix socket in ${REDIS}.url: remove one of them`)
    : []
}

const clusterHasOneDatabase: Rule = (get) => {
  const database = get(`${REDIS}.database`)
  return isSet(get(`${REDIS}.cluster.addresses`)) && database !== undefined && database !== 0
    ? problem('database', 'must be 0 or unset: a cluster has no other database')
    : []
}

const oneDatabase: Rule = (get) => {
  const url = get(`${REDIS}.url`)
  const inUrl = typeof url === 'string' && /^rediss?:\/\/[^/]+\/[0-9]+$/.test(url)
  return inUrl && get(`${REDIS}.database`) !== undefined
    ? problem('database', `cannot be set beside the database number of ${REDIS}.url: keep one`)
    : []
}

const onePassword: Rule = (get) =>
  get(`${REDIS}.passwordFile`) !== undefined && isSet(get(`${REDIS}.passwordCommand`))
    ? problem('passwordCommand', `cannot be set beside ${REDIS}.passwordFile: keep one of them`)
    : []

const msOf = (get: Parameters<Rule>[0], name: string, fallback: string): number => {
  const written = get(`${REDIS}.${name}`)
  return parseDurationMs(typeof written === 'string' ? written : fallback) ?? 0
}

const totalCoversCommand: Rule = (get) =>
  msOf(get, 'totalTimeout', '1s') < msOf(get, 'commandTimeout', '500ms')
    ? problem('totalTimeout', `must be at least ${REDIS}.commandTimeout`)
    : []

/** The rules between the fields of `sessions.redis`. */
export const redisRules: readonly Rule[] = [
  onePlace,
  sentinelNeedsName,
  sentinelNeedsAddresses,
  tlsFitsUrl,
  clusterHasOneDatabase,
  oneDatabase,
  onePassword,
  totalCoversCommand,
]
