import type { SessionDirectory } from '../core/session/session-directory.ts'
import type { Budget } from '../core/time/budget.ts'
import type { ConsolePage } from './page/page.ts'

/** What pages are made with. */
export interface PageDeps {
  readonly directory: SessionDirectory
  readonly newBudget: (timeoutMs: number) => Budget
}

/** Every page of the console, in the order of the navigation. */
export const consolePages = (_deps: PageDeps): readonly ConsolePage[] => []
