import { Fault } from '../../core/reason/fault.ts'
import type { Budget } from '../../core/time/budget.ts'
import { withinBudget as waitWithin } from '../../core/time/within-budget.ts'

const spent = (): Fault =>
  new Fault('budget_exceeded', 'The session store did not answer within the budget of the check.')

/** @throws Fault `budget_exceeded` if there is no time left to begin anything */
export const assertUnspent = (budget: Budget): void => {
  if (budget.signal.aborted) throw spent()
}

/** Waits no longer than the budget lasts. @throws Fault `budget_exceeded` */
export const withinBudget = <T>(work: Promise<T>, budget: Budget): Promise<T> =>
  waitWithin(work, budget, spent)
