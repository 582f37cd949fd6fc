import { type JsonObject, textIn, withoutAbsent } from '../reading/json.ts'
import type { Ledger } from '../reading/ledger.ts'
import { redisUrl } from '../reading/redis-url.ts'

const LEVELS: Readonly<Record<string, string>> = {
  trace: 'debug',
  debug: 'debug',
  info: 'info',
  error: 'error',
  critical: 'error',
}

/** The level of the log. */
export const logOf = (level: unknown): JsonObject | undefined => {
  const known = LEVELS[textIn(level) ?? '']
  return known === undefined ? undefined : { level: known }
}

const REDIS = 'redis_session_store_config'

/** The Redis that a filter keeps its sessions in. */
export const sessionsOf = (ledger: Ledger): JsonObject | undefined => {
  const uri = ledger.text(`${REDIS}.server_uri`)
  if (uri === undefined) return undefined
  const read = redisUrl(uri)
  if (read === undefined) {
    ledger.lose(
      `${REDIS}.server_uri`,
      'it is no URL of one Redis: set `sessions.redis.url`, or `sentinel`',
    )
  }
  const file = ledger.text(`${REDIS}.password_file`)
  const hasPassword =
    ledger.value(`${REDIS}.password`) !== undefined || read?.hasCredentials === true
  const hasUser = ledger.value(`${REDIS}.username`) !== undefined
  const tls = withoutAbsent({
    caFile: ledger.text(`${REDIS}.tls_config.trusted_ca_file`),
    certFile: ledger.text(`${REDIS}.tls_config.client_cert_file`),
    keyFile: ledger.text(`${REDIS}.tls_config.client_key_file`),
  })
  const redis = withoutAbsent({
    url: read?.url,
    usernameFile: hasUser ? './redis-username' : undefined,
    passwordFile: file ?? (hasPassword ? './redis-password' : undefined),
    tls: Object.keys(tls).length === 0 ? undefined : tls,
  })
  return { store: 'redis', redis }
}
