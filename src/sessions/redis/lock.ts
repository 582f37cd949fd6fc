import type { HeldLock, Lock } from '../../core/session/lock.ts'
import type { Random } from '../../core/time/random.ts'
import { assertUnspent } from '../backend/budget.ts'
import { pause } from '../backend/pause.ts'
import { storeKey } from '../backend/store-key.ts'
import type { RedisConnection } from './connection/connection.ts'

/** Only the holder releases: a lock that expired may be somebody else's by now. */
const RELEASE = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])`

/** Only the holder renews. */
const RENEW = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])`

const TOKEN_BYTES = 16

/** A lease is renewed when a third of it has passed, and no longer than this in all. */
const RENEWALS_PER_TTL = 3
const MAX_HOLD_MS = 60_000

/** A lease that is about to end counts as lost. */
const SAFE_PART = 0.9

interface Lease {
  readonly send: RedisConnection['send']
  readonly key: string
  readonly token: string
  readonly ttlMs: number
  readonly takenAtMs: number
}

const hold = ({ send, key, token, ttlMs, takenAtMs }: Lease): HeldLock => {
  let safeUntilMs = takenAtMs + ttlMs * SAFE_PART

  const renew = async (): Promise<void> => {
    const nowMs = performance.now()
    if (nowMs - takenAtMs > MAX_HOLD_MS) return clearInterval(timer)
    const reply = await send((redis) => redis.eval(RENEW, 1, key, token, ttlMs), true)
    if (reply === 1) safeUntilMs = nowMs + ttlMs * SAFE_PART
    else clearInterval(timer)
  }

  const timer = setInterval(() => {
    renew().catch(() => undefined)
  }, ttlMs / RENEWALS_PER_TTL)

  return {
    isHeld: () => performance.now() < safeUntilMs,
    release: async () => {
      clearInterval(timer)
      await send((redis) => redis.eval(RELEASE, 1, key, token), true)
    },
  }
}

/**
 * Locks that all replicas share, each a lease that is renewed while it is held. A holder that is
 * lost, or whose release does, keeps others out for `ttlMs` and no longer.
 */
export const createRedisLock = (deps: {
  readonly connection: Pick<RedisConnection, 'send'>
  readonly random: Random
  readonly keyPrefix: string
}): Lock => {
  const { send } = deps.connection
  return {
    acquire: async (name, ttlMs, budget) => {
      assertUnspent(budget)
      const key = storeKey(deps.keyPrefix, 'lock', name)
      const token = deps.random.token(TOKEN_BYTES)
      const takenAtMs = performance.now()
      const reply = await send((redis) => redis.set(key, token, 'PX', ttlMs, 'NX'))
      return reply === 'OK' ? hold({ send, key, token, ttlMs, takenAtMs }) : undefined
    },
    pause: (budget) => pause(deps.random, budget),
  }
}
