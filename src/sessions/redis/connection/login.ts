import { Fault } from '../../../core/reason/fault.ts'
import { parseRedisUrl, type RedisAddress } from './address.ts'
import { type RedisCredentials, readRedisCredentials } from './credentials.ts'
import { runPasswordCommand } from './password-command.ts'
import type { RedisSettings } from './settings.ts'

/** Everything that a new connection needs to be let in. */
export interface RedisLogin extends RedisCredentials {
  /** For the Sentinels. */
  readonly sentinel?: RedisCredentials
}

/** Where credentials come from. */
export interface RedisLoginSource {
  /**
   * Reads every file and runs the command. Calls at the same time share one run.
   * @throws Fault that names the option
   */
  readonly read: () => Promise<RedisLogin>
  /** What was read last. */
  readonly latest: () => RedisLogin
}

const addressOf = (url: string): RedisAddress => {
  const address = parseRedisUrl(url)
  if (address !== undefined) return address
  throw new Fault(
    'session_store_unavailable',
    'sessions.redis.url must be redis://host:port/database, rediss://host:port/database or unix:///path.',
  )
}

const ofUrl = (url: string | undefined): RedisCredentials => {
  const address = url === undefined ? undefined : addressOf(url)
  if (address?.kind !== 'tcp') return {}
  const { username, password, isTls } = address
  return {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(isTls ? { tls: {} } : {}),
  }
}

const ofFiles = (settings: RedisSettings): RedisLogin => ({
  ...ofUrl(settings.url),
  ...readRedisCredentials('sessions.redis', settings),
  ...(settings.sentinel === undefined
    ? {}
    : { sentinel: readRedisCredentials('sessions.redis.sentinel', settings.sentinel) }),
})

/** Nothing is read before a connection needs it. @throws Fault if the URL cannot be used */
export const createRedisLogin = (settings: RedisSettings): RedisLoginSource => {
  const { passwordCommand } = settings
  let latest: RedisLogin = ofUrl(settings.url)
  let reading: Promise<RedisLogin> | undefined

  const readAll = async (): Promise<RedisLogin> => {
    const login = ofFiles(settings)
    latest =
      passwordCommand === undefined
        ? login
        : { ...login, password: await runPasswordCommand(passwordCommand) }
    return latest
  }

  const read = (): Promise<RedisLogin> => {
    reading ??= readAll().finally(() => {
      reading = undefined
    })
    return reading
  }
  return { read, latest: () => latest }
}
