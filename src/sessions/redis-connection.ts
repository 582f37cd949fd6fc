import { isIP } from 'node:net'
import type { ConnectionOptions, SecureContext } from 'node:tls'
import { Redis } from 'ioredis'
import { Fault } from '../core/fault.ts'
import { jitterMs } from '../core/jitter.ts'
import type { Random } from '../core/ports.ts'
import { parseRedisUrl, type RedisAddress } from './redis-address.ts'
import { type RedisCredentialFiles, readRedisCredentials } from './redis-credentials.ts'
import { createRedisLink, type RedisState } from './redis-link.ts'
import { type RedisProblem, redisProblemOf } from './redis-problem.ts'

/** How to reach Redis. Files are read again at each new connection. */
export interface RedisSettings extends RedisCredentialFiles {
  /** `redis://` or `rediss://`, host, port and database number. */
  readonly url: string
  /**
   * How long a command may take, how long a silent connection is kept, and how long a command waits
   * for a connection.
   */
  readonly commandTimeoutMs: number
  readonly connectTimeoutMs: number
}

/** The commands that sessions need; one server, a Sentinel group and a cluster all have them. */
export type RedisCommands = Pick<
  Redis,
  'set' | 'getBuffer' | 'unlink' | 'eval' | 'ping' | 'zrem' | 'zrangebyscore'
>

/** A connection that heals by itself. */
export interface RedisConnection {
  /**
   * Sends one command. What Redis refused because it is a replica now is sent once more, to
   * whatever answers the address then; what was lost on the way only if it `isRepeatable`, that is,
   * doing it twice is doing it once.
   * @throws Fault `session_store_unavailable`, at once while Redis is known to be down (R32)
   */
  readonly send: <T>(
    command: (redis: RedisCommands) => Promise<T>,
    isRepeatable?: boolean,
  ) => Promise<T>
  readonly state: () => RedisState
  readonly close: () => Promise<void>
}

const MIN_RETRY_MS = 50
const MAX_RETRY_MS = 800
const DISCONNECT_TIMEOUT_MS = 100

/**
 * Doubling from 50 ms to 0.8 s, and up to a quarter more: Redis is in use again within two seconds
 * of coming back.
 */
const retryDelayMs = (random: Random, attempt: number): number => {
  const delayMs = Math.min(MIN_RETRY_MS * 2 ** Math.min(attempt - 1, 10), MAX_RETRY_MS)
  return Math.round(jitterMs(random, delayMs, delayMs * 1.25))
}

const addressOf = (url: string): RedisAddress => {
  const address = parseRedisUrl(url)
  if (address !== undefined) return address
  throw new Fault(
    'session_store_unavailable',
    'sessions.redis.url must be redis://host:port/database or rediss://host:port/database.',
  )
}

const tlsOf = (address: RedisAddress, secureContext?: SecureContext): ConnectionOptions => ({
  ...(isIP(address.host) === 0 ? { servername: address.host } : {}),
  ...(secureContext === undefined ? {} : { secureContext }),
})

interface Login {
  readonly username?: string
  readonly password?: string
  readonly tls?: ConnectionOptions
}

const loginOf = (settings: RedisSettings, address: RedisAddress): Login => {
  const { secureContext, ...login } = readRedisCredentials(settings)
  const isTls = address.isTls || secureContext !== undefined
  return {
    ...(address.username === undefined ? {} : { username: address.username }),
    ...(address.password === undefined ? {} : { password: address.password }),
    ...login,
    ...(isTls ? { tls: tlsOf(address, secureContext) } : {}),
  }
}

const optionsOf = (settings: RedisSettings, address: RedisAddress) => ({
  host: address.host,
  port: address.port,
  db: address.database,
  ...loginOf(settings, address),
  lazyConnect: true,
  disableClientInfo: true,
  enableOfflineQueue: false,
  enableAutoPipelining: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  commandTimeout: settings.commandTimeoutMs,
  socketTimeout: settings.commandTimeoutMs,
  connectTimeout: settings.connectTimeoutMs,
  disconnectTimeout: DISCONNECT_TIMEOUT_MS,
  reconnectOnError: (error: Error) => redisProblemOf(error).isReadOnly,
})

/**
 * Connects in the background and never gives up: Redis may be down now, or later. Errors of the
 * library never leave this file: they carry commands with their arguments, sealed sessions and
 * passwords among them (R31).
 * @throws Fault if the URL or a credential file cannot be used
 */
export const createRedisConnection = (
  settings: RedisSettings,
  deps: { readonly random: Random; readonly onStateChange?: (state: RedisState) => void },
): RedisConnection => {
  const { commandTimeoutMs } = settings
  const address = addressOf(settings.url)
  const link = createRedisLink((state) => deps.onStateChange?.(state))

  const readLoginAgain = (): void => {
    try {
      Object.assign(redis.options, loginOf(settings, address))
    } catch (fault) {
      link.become({ kind: 'down', problem: fault instanceof Fault ? fault.message : '' })
    }
  }
  const redis = new Redis({
    ...optionsOf(settings, address),
    retryStrategy: (attempt) => {
      readLoginAgain()
      return retryDelayMs(deps.random, attempt)
    },
  })
  redis.on('ready', () => link.become({ kind: 'ready' }))
  redis.on('close', () => {
    const { kind } = link.state()
    if (kind === 'ready') link.become({ kind: 'connecting' })
    if (kind === 'connecting') link.become({ kind: 'down', problem: 'Redis hung up.' })
  })
  redis.on('error', (error: unknown) => {
    const problem = redisProblemOf(error)
    const wasReady = link.state().kind === 'ready'
    if (!wasReady || problem.kind === 'silent') {
      link.become({ kind: 'down', problem: problem.message })
    }
  })
  redis.connect().catch(() => undefined)

  const beReady = async (): Promise<void> => {
    const state = await link.leaves('connecting', commandTimeoutMs)
    if (state.kind === 'ready') return
    const problem = state.kind === 'down' ? state.problem : 'Redis is not connected.'
    throw new Fault('session_store_unavailable', problem)
  }

  const mayRepeat = (problem: RedisProblem, isRepeatable: boolean): boolean =>
    problem.isReadOnly || problem.kind === 'unsent' || (problem.kind === 'lost' && isRepeatable)

  const send = async <T>(
    command: (redis: RedisCommands) => Promise<T>,
    isRepeatable = false,
  ): Promise<T> => {
    if (link.state().kind !== 'ready') await beReady()
    try {
      return await command(redis)
    } catch (error) {
      const problem = redisProblemOf(error)
      if (!mayRepeat(problem, isRepeatable)) {
        throw new Fault('session_store_unavailable', problem.message)
      }
    }
    await link.leaves('ready', DISCONNECT_TIMEOUT_MS * 2)
    await beReady()
    return command(redis).catch((error: unknown) => {
      throw new Fault('session_store_unavailable', redisProblemOf(error).message)
    })
  }

  const close = async (): Promise<void> => {
    const isOpen = ['connecting', 'connect', 'ready'].includes(redis.status)
    const ended = new Promise<void>((resolve) => redis.once('end', () => resolve()))
    link.become({ kind: 'closed' })
    redis.disconnect()
    if (isOpen) await ended
  }

  return { send, state: link.state, close }
}
