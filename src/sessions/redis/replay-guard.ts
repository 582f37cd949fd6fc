import type { ReplayGuard } from '../../core/session/replay-guard.ts'
import { assertUnspent } from '../backend/budget.ts'
import { storeKey } from '../backend/store-key.ts'
import type { RedisConnection } from './connection/connection.ts'

/** A script, so that of two who note something at once the one that is further stays. */
const REACH = `
if tonumber(redis.call('GET', KEYS[1]) or '0') < tonumber(ARGV[1]) then
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
end
return 1`

/**
 * Used ids that all replicas share. When Redis cannot say, nobody is the first: the call throws.
 */
export const createRedisReplayGuard = (deps: {
  readonly connection: Pick<RedisConnection, 'send'>
  readonly keyPrefix: string
}): ReplayGuard => {
  const keyOf = (id: string): string => storeKey(deps.keyPrefix, 'used', id)
  const stepKeyOf = (id: string): string => storeKey(deps.keyPrefix, 'reached', id)
  return {
    claim: async (id, ttlMs, budget) => {
      assertUnspent(budget)
      const key = keyOf(id)
      return (await deps.connection.send((redis) => redis.set(key, '', 'PX', ttlMs, 'NX'))) === 'OK'
    },
    isClaimed: async (id, budget) => {
      assertUnspent(budget)
      return (await deps.connection.send((redis) => redis.getBuffer(keyOf(id)))) !== null
    },
    reach: async (id, step, ttlMs, budget) => {
      assertUnspent(budget)
      await deps.connection.send((redis) => redis.eval(REACH, 1, stepKeyOf(id), step, ttlMs))
    },
    reached: async (id, budget) => {
      assertUnspent(budget)
      const step = await deps.connection.send((redis) => redis.getBuffer(stepKeyOf(id)))
      return Number(step?.toString() ?? 0)
    },
  }
}
