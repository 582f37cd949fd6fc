import { jitterMs } from '../../../core/time/jitter.ts'
import type { Random } from '../../../core/time/random.ts'
import { DISCONNECT_TIMEOUT_MS, type RedisClient } from './client.ts'
import { type RedisProblem, redisProblemOf } from './problem.ts'

/** One client after the other: a new one is opened whenever the last has ended. */
export interface RedisLine<C extends RedisClient> {
  /** The client of the moment, connected or not; `undefined` between two of them. */
  readonly client: () => C | undefined
  /** Ends the client of the moment, so that another is opened. */
  readonly renew: () => void
  readonly close: () => Promise<void>
}

/** What a line needs, and whom it tells. */
export interface RedisLineDependencies<C extends RedisClient> {
  readonly random: Random
  /** Makes a client that is not connected yet. May throw or reject: it is tried again. */
  readonly open: () => Promise<C>
  readonly onReady: (client: C) => void
  /** The connection has ended, or could not be made. */
  readonly onClose: () => void
  readonly onProblem: (problem: RedisProblem, error: unknown) => void
}

const MIN_RETRY_MS = 50
const MAX_RETRY_MS = 800

/**
 * Doubling from 50 ms to 0.8 s, and up to a quarter more: Redis is in use again within two seconds
 * of coming back. It begins anew after a connection that has lasted; one that is ended as soon as
 * it is made is no success.
 */
const retryDelayMs = (random: Random, attempt: number): number => {
  const delayMs = Math.min(MIN_RETRY_MS * 2 ** Math.min(attempt - 1, 10), MAX_RETRY_MS)
  return Math.round(jitterMs(random, delayMs, delayMs * 1.25))
}

/** Begins at once and never gives up: Redis may be down now, or later. */
export const createRedisLine = <C extends RedisClient>(
  deps: RedisLineDependencies<C>,
): RedisLine<C> => {
  let client: C | undefined
  let timer: NodeJS.Timeout | undefined
  let attempt = 0
  let readyAtMs = Number.POSITIVE_INFINITY
  let isClosed = false

  const later = (): void => {
    if (isClosed) return
    const hasLasted = performance.now() - readyAtMs > MAX_RETRY_MS
    attempt = hasLasted ? 1 : attempt + 1
    readyAtMs = Number.POSITIVE_INFINITY
    timer = setTimeout(begin, retryDelayMs(deps.random, attempt))
  }

  const follow = (opened: C): void => {
    client = opened
    opened.once('ready', () => {
      readyAtMs = performance.now()
      deps.onReady(opened)
    })
    opened.on('error', (error: unknown) => deps.onProblem(redisProblemOf(error), error))
    opened.on('close', deps.onClose)
    opened.once('end', () => {
      client = undefined
      later()
    })
    opened.connect().catch(() => undefined)
  }

  const begin = async (): Promise<void> => {
    try {
      const opened = await deps.open()
      if (isClosed) return
      follow(opened)
    } catch (error) {
      deps.onProblem(redisProblemOf(error), error)
      later()
    }
  }

  const close = async (): Promise<void> => {
    isClosed = true
    clearTimeout(timer)
    const open = client
    if (open === undefined) return
    const ended = new Promise<void>((resolve) => open.once('end', () => resolve()))
    const waited = new Promise<void>((resolve) => setTimeout(resolve, DISCONNECT_TIMEOUT_MS * 2))
    open.disconnect()
    await Promise.race([ended, waited])
  }

  begin()
  return { client: () => client, renew: () => client?.disconnect(), close }
}
