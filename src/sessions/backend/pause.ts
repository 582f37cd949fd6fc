import type { Budget } from '../../core/time/budget.ts'
import { jitterMs } from '../../core/time/jitter.ts'
import type { Random } from '../../core/time/random.ts'

const MIN_PAUSE_MS = 25
const MAX_PAUSE_MS = 50

/** Waits 25 to 50 ms, or until the budget ends. Never rejects. */
export const pause = (random: Random, budget: Budget): Promise<void> =>
  new Promise((resolve) => {
    const { signal } = budget
    if (signal.aborted) return resolve()
    const finish = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', finish)
      resolve()
    }
    const timer = setTimeout(finish, jitterMs(random, MIN_PAUSE_MS, MAX_PAUSE_MS))
    signal.addEventListener('abort', finish)
  })
