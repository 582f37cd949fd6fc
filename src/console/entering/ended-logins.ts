import type { ReplayGuard } from '../../core/session/replay-guard.ts'
import type { Budget } from '../../core/time/budget.ts'
import { LOGIN_LIFE_MS } from './login-cookie.ts'

/** Which logins have been signed out: a copy of their cookie counts no longer. */
export interface EndedLogins {
  readonly end: (id: string) => Promise<void>
  readonly hasEnded: (id: string) => Promise<boolean>
}

const BUDGET_MS = 2_000

/** Beyond that the ones that ended first are known to the store alone. */
const MAX_KNOWN = 1_000

const nameOf = (id: string): string => `console ${id}`

/**
 * Sign-outs are told to every replica by the store. While that cannot be asked, what this process
 * has seen itself counts: administrators look at the console above all when something is down.
 */
export const createEndedLogins = (deps: {
  readonly replay: Pick<ReplayGuard, 'claim' | 'isClaimed'>
  readonly newBudget: (timeoutMs: number) => Budget
}): EndedLogins => {
  const { replay, newBudget } = deps
  const known = new Set<string>()

  const note = (id: string): void => {
    known.add(id)
    const [first] = known
    if (known.size > MAX_KNOWN && first !== undefined) known.delete(first)
  }

  return {
    end: async (id) => {
      note(id)
      await replay.claim(nameOf(id), LOGIN_LIFE_MS, newBudget(BUDGET_MS)).catch(() => false)
    },
    hasEnded: async (id) =>
      known.has(id) ||
      (await replay.isClaimed(nameOf(id), newBudget(BUDGET_MS)).catch(() => false)),
  }
}
