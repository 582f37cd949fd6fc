import { SAME_USE_MS } from '../../core/relay/code-relay.ts'
import type { ReplayGuard } from '../../core/session/replay-guard.ts'
import type { Budget } from '../../core/time/budget.ts'
import { type HeldRefresh, REFRESH_TTL_MS } from './grants.ts'

type Spent = Pick<HeldRefresh, 'family' | 'generation'>

/**
 * Refresh tokens of public clients are good once (RFC 9700 section 4.14.2): each use brings
 * another, and with one that comes back all that came from the same sign-in end.
 */
export interface Rotation {
  /**
   * Whether one was used before, and not just now; then it ends the others. Spends nothing.
   * @throws Fault `session_store_unavailable`
   */
  readonly isSpent: (refresh: Spent, budget: Budget) => Promise<boolean>
  /** @throws Fault `session_store_unavailable` */
  readonly spend: (refresh: Spent, budget: Budget) => Promise<void>
}

/** Longer than any of a family lives that was handed out by the use that is noted. */
const NOTED_MS = REFRESH_TTL_MS + 3_600_000

const NONE_IS_GOOD = Number.MAX_SAFE_INTEGER

/** Notes the first good generation of each family that was used, and the last use for a minute. */
export const createRotation = (
  replay: Pick<ReplayGuard, 'claim' | 'isClaimed' | 'reach' | 'reached'>,
): Rotation => {
  const idOf = ({ family }: Spent): string => `authorization-refresh:${family}`
  const useOf = (spent: Spent): string => `${idOf(spent)}:${spent.generation}`

  return {
    isSpent: async (refresh, budget) => {
      const { generation } = refresh
      const good = await replay.reached(idOf(refresh), budget)
      if (generation >= good) return false
      const isLast = generation === good - 1
      if (isLast && (await replay.isClaimed(useOf(refresh), budget))) return false
      await replay.reach(idOf(refresh), NONE_IS_GOOD, NOTED_MS, budget)
      return true
    },

    spend: async (refresh, budget) => {
      await replay.claim(useOf(refresh), SAME_USE_MS, budget)
      await replay.reach(idOf(refresh), refresh.generation + 1, NOTED_MS, budget)
    },
  }
}
