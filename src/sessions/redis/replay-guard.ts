import type { ReplayGuard } from '../../core/session/replay-guard.ts'
import { assertUnspent } from '../backend/budget.ts'
import { storeKey } from '../backend/store-key.ts'
import type { RedisConnection } from './connection/connection.ts'

/**
 * Used ids that all replicas share. When Redis cannot say, nobody is the first: the call throws.
 */
export const createRedisReplayGuard = (deps: {
  readonly connection: Pick<RedisConnection, 'send'>
  readonly keyPrefix: string
}): ReplayGuard => {
  const keyOf = (id: string): string => storeKey(deps.keyPrefix, 'used', id)
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
  }
}
