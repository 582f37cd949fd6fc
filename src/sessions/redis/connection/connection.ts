import type { Cluster, Redis } from 'ioredis'
import { Fault } from '../../../core/reason/fault.ts'
import { jitterMs } from '../../../core/time/jitter.ts'
import type { Random } from '../../../core/time/random.ts'
import type { HostAndPort } from './address.ts'
import {
  DISCONNECT_TIMEOUT_MS,
  openCluster,
  openNode,
  openServer,
  type RedisClient,
} from './client.ts'
import { connectNodes } from './cluster-nodes.ts'
import { createRedisLine } from './line.ts'
import { createRedisLink, type RedisState } from './link.ts'
import { createRedisLogin } from './login.ts'
import { type RedisProblem, redisProblemOf } from './problem.ts'
import type { RedisSettings } from './settings.ts'

/** The commands that sessions need; one server, a Sentinel group and a cluster all have them. */
export type RedisCommands = Pick<
  Redis,
  'set' | 'getBuffer' | 'unlink' | 'eval' | 'ping' | 'publish' | 'time' | 'zrem' | 'zrangebyscore'
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
  /** One more client for the same Redis, not connected yet: to listen on. */
  readonly openListener: () => Promise<Redis>
  /** Reads the credentials again and shows them to Redis on every connection that is open. */
  readonly logInAgain: () => Promise<void>
  readonly close: () => Promise<void>
}

const unavailable = (message: string): Fault => new Fault('session_store_unavailable', message)

/** Rejects after `timeoutMs`; the work itself is bounded by time-outs of its own. */
const within = <T>(work: Promise<T>, timeoutMs: number): Promise<T> =>
  new Promise((resolve, reject) => {
    const giveUp = (): void => reject(unavailable('Redis did not answer in time.'))
    const timer = setTimeout(giveUp, timeoutMs)
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })

const mayRepeat = (problem: RedisProblem, isRepeatable: boolean): boolean =>
  problem.isReadOnly || problem.kind === 'unsent' || (problem.kind === 'lost' && isRepeatable)

const nodeOf = ({ options }: Redis): HostAndPort => ({
  host: options.host ?? '',
  port: options.port ?? 0,
})

/**
 * Connects in the background and never gives up: Redis may be down now, or later. Errors of the
 * library never leave this file: they carry commands with their arguments, sealed sessions and
 * passwords among them (R31).
 * @throws Fault if the URL cannot be used
 */
export const createRedisConnection = (
  settings: RedisSettings,
  deps: { readonly random: Random; readonly onStateChange?: (state: RedisState) => void },
): RedisConnection => {
  const { commandTimeoutMs, totalTimeoutMs } = settings
  const login = createRedisLogin(settings)
  const listeners = new Set<Redis>()
  const link = createRedisLink((state) => deps.onStateChange?.(state))

  const line = createRedisLine<RedisClient>({
    random: deps.random,
    open: async () => {
      const read = await login.read()
      return settings.cluster === undefined
        ? openServer(settings, read)
        : openCluster(settings, login)
    },
    onReady: async (client) => {
      if (client.isCluster) await connectNodes(client as Cluster)
      if (client === line.client()) link.become({ kind: 'ready' })
    },
    onClose: () => {
      const { kind } = link.state()
      if (kind === 'ready') link.become({ kind: 'connecting' })
      if (kind === 'connecting') link.become({ kind: 'down', problem: 'Redis hung up.' })
    },
    onProblem: (problem) => {
      const wasReady = link.state().kind === 'ready'
      if (!wasReady || problem.kind === 'silent') {
        link.become({ kind: 'down', problem: problem.message })
      }
    },
  })

  const beReady = async (): Promise<void> => {
    const state = await link.leaves('connecting', commandTimeoutMs)
    if (state.kind === 'ready') return
    throw unavailable(state.kind === 'down' ? state.problem : 'Redis is not connected.')
  }

  const current = (): RedisClient => {
    const client = line.client()
    if (client === undefined) throw unavailable('Redis is not connected.')
    return client
  }

  const attempt = async <T>(
    command: (redis: RedisCommands) => Promise<T>,
    isRepeatable: boolean,
  ): Promise<T> => {
    if (link.state().kind !== 'ready') await beReady()
    try {
      return await command(current())
    } catch (error) {
      const problem = redisProblemOf(error)
      if (!mayRepeat(problem, isRepeatable)) throw unavailable(problem.message)
    }
    await link.leaves('ready', DISCONNECT_TIMEOUT_MS * 2)
    await beReady()
    return command(current()).catch((error: unknown) => {
      throw unavailable(redisProblemOf(error).message)
    })
  }

  const clients = (): readonly Redis[] => {
    const client = line.client()
    if (client === undefined) return []
    return client.isCluster ? (client as Cluster).nodes() : [client as Redis]
  }

  const openAnother = async (): Promise<Redis> => {
    const read = await login.read()
    if (settings.cluster === undefined) return openServer(settings, read)
    const nodes = clients()
    const node = nodes[Math.floor(jitterMs(deps.random, 0, nodes.length))]
    if (node === undefined) throw unavailable('Redis is not connected.')
    return openNode(settings, read, nodeOf(node))
  }

  const openListener = async (): Promise<Redis> => {
    const listener = await openAnother()
    listeners.add(listener)
    listener.once('end', () => listeners.delete(listener))
    return listener
  }

  const logInAgain = async (): Promise<void> => {
    const read = await login.read()
    const { username, password } = read
    if (password === undefined) return
    const logIn = async (client: Redis): Promise<unknown> => {
      Object.assign(client.options, { username, password })
      if (client.status !== 'ready') return undefined
      return username === undefined ? client.auth(password) : client.auth(username, password)
    }
    await Promise.all([...clients(), ...listeners].map(logIn)).catch((error: unknown) => {
      throw unavailable(redisProblemOf(error).message)
    })
  }

  return {
    send: (command, isRepeatable = false) => within(attempt(command, isRepeatable), totalTimeoutMs),
    state: link.state,
    openListener,
    logInAgain,
    close: async () => {
      link.become({ kind: 'closed' })
      await line.close()
    },
  }
}
