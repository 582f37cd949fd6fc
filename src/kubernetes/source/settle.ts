import type { Clock } from '../../core/time/clock.ts'
import type { Timers } from '../timers.ts'

const QUIET_MS = 200
const MAX_WAIT_MS = 1_000

/** Turns a burst of notices into one run. */
export interface Settle {
  readonly notify: () => void
  /** Forgets a run that is due. */
  readonly cancel: () => void
}

/** Calls `run` when it has been quiet for 200 ms, or after a second of noise. */
export const createSettle = (clock: Clock, timers: Timers, run: () => void): Settle => {
  let cancel: (() => void) | undefined
  let latestMs = 0
  const fire = (): void => {
    cancel = undefined
    run()
  }
  const notify = (): void => {
    const nowMs = clock.nowMs()
    if (cancel === undefined) latestMs = nowMs + MAX_WAIT_MS
    cancel?.()
    cancel = timers.after(Math.max(0, Math.min(QUIET_MS, latestMs - nowMs)), fire)
  }
  return {
    notify,
    cancel: () => {
      cancel?.()
      cancel = undefined
    },
  }
}
