import { type JsonObject, withoutAbsent } from '../reading/json.ts'
import type { Ledger } from '../reading/ledger.ts'
import { redisAddresses, redisUrl } from '../reading/redis-url.ts'
import { listed } from './input/lists.ts'

const filled = (object: JsonObject): JsonObject | undefined =>
  Object.keys(object).length === 0 ? undefined : object

const whereOf = (ledger: Ledger): JsonObject => {
  const clusters = listed(ledger, 'redis_cluster_connection_urls')
  if (ledger.flag('redis_use_cluster') === true) {
    return { cluster: { addresses: redisAddresses(clusters) } }
  }
  const sentinels = listed(ledger, 'redis_sentinel_connection_urls')
  const primaryName = ledger.text('redis_sentinel_master_name')
  const hasPassword = ledger.has('redis_sentinel_password')
  ledger.value('redis_sentinel_password')
  if (ledger.flag('redis_use_sentinel') === true || sentinels.length > 0) {
    const passwordFile = hasPassword ? './sentinel-password' : undefined
    return {
      sentinel: withoutAbsent({ addresses: redisAddresses(sentinels), primaryName, passwordFile }),
    }
  }
  return clusters.length > 0 ? { cluster: { addresses: redisAddresses(clusters) } } : {}
}

const redisOf = (ledger: Ledger): JsonObject => {
  const read = redisUrl(ledger.text('redis_connection_url') ?? '')
  if (ledger.has('redis_connection_url') && read === undefined) {
    ledger.lose('redis_connection_url', 'it is no URL of Redis: set `sessions.redis.url`')
  }
  const where = whereOf(ledger)
  const caFile = ledger.text('redis_ca_path')
  const hasPassword = ledger.has('redis_password') || read?.hasCredentials === true
  for (const name of ['redis_password', 'redis_username']) ledger.value(name)
  return withoutAbsent({
    url: Object.keys(where).length === 0 ? read?.url : undefined,
    ...where,
    usernameFile: ledger.has('redis_username') ? './redis-username' : undefined,
    passwordFile: hasPassword ? './redis-password' : undefined,
    tls: caFile === undefined ? undefined : { caFile },
  })
}

/** What belongs into `sallyport.yaml`. */
export const configurationOf = (ledger: Ledger): JsonObject => {
  const isRedis = ledger.text('session_store_type') === 'redis'
  const redis = redisOf(ledger)
  const logo = ledger.text('custom_sign_in_logo')
  const hasLogo = logo !== undefined && logo !== '-' && !/^https?:/.test(logo)
  if (logo !== undefined && !hasLogo) {
    ledger.lose(
      'custom_sign_in_logo',
      '`pages.logoFile` is a file, and without one there is no logo',
    )
  }
  return withoutAbsent({
    sessions: isRedis ? withoutAbsent({ store: 'redis', redis: filled(redis) }) : undefined,
    keys: isRedis ? { files: ['./session-key'] } : undefined,
    log: ledger.flag('auth_logging') === false ? { decisions: 'none' } : undefined,
    pages: hasLogo
      ? { name: ledger.text('provider_display_name') ?? 'Sign in', logoFile: logo }
      : undefined,
  })
}
