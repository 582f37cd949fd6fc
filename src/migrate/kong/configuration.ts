import { type JsonObject, listIn, objectIn, textIn, withoutAbsent } from '../reading/json.ts'
import type { Ledger } from '../reading/ledger.ts'

const addresses = (list: unknown, host: string): readonly string[] =>
  listIn(list).map((one) => {
    const node = objectIn(one)
    return `${textIn(node[host]) ?? '127.0.0.1'}:${textIn(node.port) ?? '6379'}`
  })

const whereOf = (redis: JsonObject): JsonObject => {
  const [cluster, sentinels] = [
    addresses(redis.cluster_nodes, 'ip'),
    addresses(redis.sentinel_nodes, 'host'),
  ]
  if (cluster.length > 0) return { cluster: { addresses: cluster } }
  if (sentinels.length > 0) {
    return {
      sentinel: withoutAbsent({ addresses: sentinels, primaryName: textIn(redis.sentinel_master) }),
    }
  }
  const scheme = redis.ssl === true ? 'rediss' : 'redis'
  const database = textIn(redis.database)
  return {
    url: `${scheme}://${textIn(redis.host) ?? '127.0.0.1'}:${textIn(redis.port) ?? '6379'}${database === undefined ? '' : `/${database}`}`,
  }
}

const redisOf = (redis: JsonObject): JsonObject => {
  const serverName = textIn(redis.server_name)
  return withoutAbsent({
    ...whereOf(redis),
    usernameFile: redis.username === undefined ? undefined : './redis-username',
    passwordFile: redis.password === undefined ? undefined : './redis-password',
    keyPrefix: textIn(redis.prefix),
    tls: serverName === undefined ? undefined : { serverName },
  })
}

/** What belongs into `sallyport.yaml`. */
export const configurationOf = (ledger: Ledger, hasPassword: boolean): JsonObject => {
  const isRedis = ledger.text('session_storage') === 'redis'
  const redis = objectIn(ledger.value('redis'))
  return withoutAbsent({
    sessions: isRedis ? { store: 'redis', redis: redisOf(redis) } : undefined,
    keys: isRedis ? { files: ['./session-key'] } : undefined,
    credentials: hasPassword ? { allowPasswordGrant: true } : undefined,
  })
}
