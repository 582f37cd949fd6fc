import type { Clock } from '../core/time/clock.ts'

/** How many times its usual wait a run may be put off while changes keep coming. */
const MAX_WAITS = 10

/** Turns a burst of notices into one run. */
export interface Debounce {
  readonly notify: () => void
  /** Forgets a run that is due. */
  readonly cancel: () => void
}

/** Calls `run` when it has been quiet for `quietMs`, or after ten times that of noise. */
export const createDebounce = (clock: Clock, quietMs: number, run: () => void): Debounce => {
  let timer: NodeJS.Timeout | undefined
  let latestMs = 0
  const fire = () => {
    timer = undefined
    run()
  }
  const notify = () => {
    const nowMs = clock.nowMs()
    if (timer === undefined) latestMs = nowMs + quietMs * MAX_WAITS
    clearTimeout(timer)
    timer = setTimeout(fire, Math.max(0, Math.min(quietMs, latestMs - nowMs)))
  }
  return { notify, cancel: () => clearTimeout(timer) }
}
