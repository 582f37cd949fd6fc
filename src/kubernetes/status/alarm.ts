import type { Clock } from '../../core/time/clock.ts'
import type { Timers } from '../timers.ts'

/** One timer for many who wait: it rings for the first of them. */
export interface Alarm {
  /** Rings after so long, or before if it is set for earlier. */
  readonly ringIn: (ms: number) => void
  readonly cancel: () => void
}

/** Rings once for each time that it is set; set again while it rings, it rings again. */
export const createAlarm = (clock: Clock, timers: Timers, ring: () => void): Alarm => {
  let cancel: (() => void) | undefined
  let atMs = Number.POSITIVE_INFINITY
  const times = new Set<number>()

  const fire = (): void => {
    cancel = undefined
    atMs = Number.POSITIVE_INFINITY
    const nowMs = clock.nowMs()
    for (const time of times) if (time <= nowMs) times.delete(time)
    const [next] = [...times].toSorted((a, b) => a - b)
    if (next !== undefined) set(next)
    ring()
  }
  const set = (timeMs: number): void => {
    if (timeMs >= atMs) return
    cancel?.()
    atMs = timeMs
    cancel = timers.after(Math.max(0, timeMs - clock.nowMs()), fire)
  }
  return {
    ringIn: (ms) => {
      const timeMs = clock.nowMs() + ms
      times.add(timeMs)
      set(timeMs)
    },
    cancel: () => {
      cancel?.()
      cancel = undefined
      times.clear()
    },
  }
}
