import type { Budget } from '../../core/time/budget.ts'

/** Work for what was exchanged that nobody is to use any more. */
export interface TakingBack<T> {
  /**
   * Begins it now, or where requests that were already let through may still be on their way to an
   * upstream, in a while. Returns at once; beyond what may wait of one client nothing is done, and
   * that is told.
   */
  readonly add: (one: T, when: 'now' | 'soon') => void
  /** Begins all that waits for its moment, as the process ends; from then on nothing waits. */
  readonly hurry: () => void
}

/** What it is done with. */
export interface TakingBackDeps<T> {
  /** The client that it is done for, which waits for its own alone. */
  readonly clientOf: (one: T) => string
  /** Does it for one, within the budget. What it throws is for nobody. */
  readonly letGo: (one: T, budget: Budget) => Promise<void>
  /** Calls `run` once after `ms`, unless the returned function is called before. */
  readonly after: (ms: number, run: () => void) => () => void
  readonly newBudget: (timeoutMs: number) => Budget
  readonly behind: (work: Promise<unknown>) => void
  readonly tell: (sentence: string) => void
}

/** Whatever ends how many sessions of a client: what is beyond ends by itself. */
const MOST_WAITING = 10_000

/** For one client: the store and the providers have others to serve. */
const AT_ONCE = 4

const EACH_MS = 5_000

/** A request that was let through is at its upstream by then, and replicas have heard the news. */
const SOON_MS = 10_000

const tooMany = (client: string): string =>
  `${client}: what was exchanged for more than ${MOST_WAITING} access tokens is to be taken back at the same time: what is beyond that is left to end by itself.`

/** What is to be done for one client. */
interface Queue<T> {
  readonly ready: T[]
  readonly waiting: Map<T, () => void>
  working: number
  isTold: boolean
}

/**
 * A queue for each client, that a few work on, so that sessions may end in any number, and a
 * provider that is slow holds up its own clients alone. A client for whom nothing is left to do has
 * none.
 */
export const createTakingBack = <T>(deps: TakingBackDeps<T>): TakingBack<T> => {
  const { clientOf, letGo, after, newBudget, behind, tell } = deps
  const queues = new Map<string, Queue<T>>()
  let isHurried = false

  const queueOf = (client: string): Queue<T> => {
    const queue = queues.get(client) ?? { ready: [], waiting: new Map(), working: 0, isTold: false }
    queues.set(client, queue)
    return queue
  }

  const work = async (client: string, queue: Queue<T>): Promise<void> => {
    const { ready } = queue
    for (let one = ready.shift(); one !== undefined; one = ready.shift()) {
      await letGo(one, newBudget(EACH_MS)).catch(() => undefined)
    }
    queue.working -= 1
    queue.isTold = false
    if (queue.working === 0 && queue.waiting.size === 0) queues.delete(client)
  }

  const begin = (one: T, client: string, queue: Queue<T>): void => {
    queue.waiting.delete(one)
    queue.ready.push(one)
    if (queue.working >= AT_ONCE) return
    queue.working += 1
    behind(work(client, queue))
  }

  return {
    add: (one, when) => {
      const client = clientOf(one)
      const queue = queueOf(client)
      if (queue.ready.length + queue.waiting.size >= MOST_WAITING) {
        if (!queue.isTold) tell(tooMany(client))
        queue.isTold = true
        return
      }
      if (when === 'now' || isHurried) return begin(one, client, queue)
      queue.waiting.set(
        one,
        after(SOON_MS, () => begin(one, client, queue)),
      )
    },
    hurry: () => {
      isHurried = true
      for (const [client, queue] of [...queues]) {
        for (const [one, cancel] of [...queue.waiting]) {
          cancel()
          begin(one, client, queue)
        }
      }
    },
  }
}
