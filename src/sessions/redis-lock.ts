import type { Lock, Random } from '../core/ports.ts'
import { assertUnspent } from './budget.ts'
import { pause } from './pause.ts'
import type { RedisConnection } from './redis-connection.ts'
import { storeKey } from './store-key.ts'

/** Only the holder releases: a lock that expired may be somebody else's by now. */
const RELEASE = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])`

const TOKEN_BYTES = 16

/**
 * Locks that all replicas share. A holder that is lost, or whose release does, keeps others out for
 * `ttlMs` and no longer.
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
      const reply = await send((redis) => redis.set(key, token, 'PX', ttlMs, 'NX'))
      if (reply !== 'OK') return undefined
      return {
        release: async () => {
          await send((redis) => redis.eval(RELEASE, 1, key, token), true)
        },
      }
    },
    pause: (budget) => pause(deps.random, budget),
  }
}
