import type { Budget } from '../../core/time/budget.ts'

/** Work for what was exchanged that nobody is to use any more. */
export interface TakingBack<T> {
  /**
   * Begins it now, or where requests that were already let through may still be on their way to an
   * upstream, in a while. Returns at once; beyond what may wait nothing is done, and that is told.
   */
  readonly add: (one: T, when: 'now' | 'soon') => void
  /** Begins all that waits for its moment, as the process ends. */
  readonly hurry: () => void
}

/** What it is done with. */
export interface TakingBackDeps<T> {
  /** Does it for one, within the budget. What it throws is for nobody. */
  readonly letGo: (one: T, budget: Budget) => Promise<void>
  /** Calls `run` once after `ms`, unless the returned function is called before. */
  readonly after: (ms: number, run: () => void) => () => void
  readonly newBudget: (timeoutMs: number) => Budget
  readonly behind: (work: Promise<unknown>) => void
  readonly tell: (sentence: string) => void
}

/** Whatever ends how many sessions: what is beyond ends by itself. */
const MOST_WAITING = 10_000

/** The store and the providers have others to serve. */
const AT_ONCE = 4

const EACH_MS = 5_000

/** A request that was let through is at its upstream by then, and replicas have heard the news. */
const SOON_MS = 10_000

const TOO_MANY = `What was exchanged for more than ${MOST_WAITING} access tokens is to be taken back at the same time: what is beyond that is left to end by itself.`

/** A queue that a few work on, so that sessions may end in any number. */
export const createTakingBack = <T>(deps: TakingBackDeps<T>): TakingBack<T> => {
  const { letGo, after, newBudget, behind, tell } = deps
  const ready: T[] = []
  const waiting = new Map<T, () => void>()
  let working = 0
  let isTold = false

  const work = async (): Promise<void> => {
    for (let one = ready.shift(); one !== undefined; one = ready.shift()) {
      await letGo(one, newBudget(EACH_MS)).catch(() => undefined)
    }
    working -= 1
    isTold = false
  }

  const begin = (one: T): void => {
    ready.push(one)
    if (working >= AT_ONCE) return
    working += 1
    behind(work())
  }

  const beginWaiting = (one: T): void => {
    waiting.delete(one)
    begin(one)
  }

  return {
    add: (one, when) => {
      if (ready.length + waiting.size >= MOST_WAITING) {
        if (!isTold) tell(TOO_MANY)
        isTold = true
        return
      }
      if (when === 'now') return begin(one)
      waiting.set(
        one,
        after(SOON_MS, () => beginWaiting(one)),
      )
    },
    hurry: () => {
      for (const [one, cancel] of [...waiting]) {
        cancel()
        beginWaiting(one)
      }
    },
  }
}
