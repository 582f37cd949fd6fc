import type { Fault } from '../reason/fault.ts'
import type { Budget } from './budget.ts'

/**
 * Waits for shared work no longer than the budget lasts; the work itself goes on, bounded by its
 * own time-out, since others may wait for it too.
 * @throws Fault made by `spent`
 */
export const withinBudget = <T>(work: Promise<T>, budget: Budget, spent: () => Fault): Promise<T> =>
  new Promise((resolve, reject) => {
    const { signal } = budget
    const giveUp = (): void => reject(spent())
    if (signal.aborted) giveUp()
    signal.addEventListener('abort', giveUp)
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp))
  })
