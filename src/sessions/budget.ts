import { Fault } from '../core/fault.ts'
import type { Budget } from '../core/ports.ts'

const spent = (): Fault =>
  new Fault('budget_exceeded', 'The session store did not answer within the budget of the check.')

/** @throws Fault `budget_exceeded` if there is no time left to begin anything */
export const assertUnspent = (budget: Budget): void => {
  if (budget.signal.aborted) throw spent()
}

/**
 * Stops waiting when the budget ends; the work itself goes on, bounded by its own timeout, since
 * others may wait for it too.
 * @throws Fault `budget_exceeded`
 */
export const withinBudget = <T>(work: Promise<T>, budget: Budget): Promise<T> =>
  new Promise((resolve, reject) => {
    const { signal } = budget
    const giveUp = (): void => reject(spent())
    if (signal.aborted) giveUp()
    signal.addEventListener('abort', giveUp)
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp))
  })
