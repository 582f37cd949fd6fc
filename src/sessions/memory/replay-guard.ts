import { Fault } from '../../core/reason/fault.ts'
import type { ReplayGuard } from '../../core/session/replay-guard.ts'
import type { Clock } from '../../core/time/clock.ts'
import { assertUnspent } from '../backend/budget.ts'
import { createExpiringMap } from './expiring-map.ts'

/**
 * Used ids of this process. When it is full of ids that still count, no new one is accepted:
 * forgetting one would allow a replay. One guard for each sort, so that none crowds out another.
 */
export const createMemoryReplayGuard = (deps: {
  readonly clock: Clock
  readonly maxEntries: number
  /** What has these ids, for the log; in the plural. */
  readonly sort: string
}): ReplayGuard => {
  const { maxEntries, sort } = deps
  const used = createExpiringMap<true>({ ...deps, whenFull: 'refuse' })
  const steps = createExpiringMap<number>({ ...deps, whenFull: 'refuse' })
  const full = (): Fault =>
    new Fault(
      'session_store_unavailable',
      `The memory store is full of used ${sort}: it remembers ${maxEntries} and forgets none that still counts. Set sessions.store to redis.`,
    )
  return {
    claim: async (id, ttlMs, budget) => {
      assertUnspent(budget)
      if (used.get(id) !== undefined) return false
      if (used.set(id, true, ttlMs)) return true
      throw full()
    },
    isClaimed: async (id, budget) => {
      assertUnspent(budget)
      return used.get(id) !== undefined
    },
    reach: async (id, step, ttlMs, budget) => {
      assertUnspent(budget)
      if ((steps.get(id) ?? 0) < step && !steps.set(id, step, ttlMs)) throw full()
    },
    reached: async (id, budget) => {
      assertUnspent(budget)
      return steps.get(id) ?? 0
    },
  }
}
