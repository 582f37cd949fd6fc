import type { Clock } from '../../src/core/time/clock.ts'

/** A clock that stands still until it is moved. */
export interface HandSetClock extends Clock {
  readonly advance: (ms: number) => void
  readonly set: (nowMs: number) => void
}

/** Starts far from the real time, so that nothing passes by asking the machine. */
export const handSetClock = (startMs = Date.UTC(2031, 4, 5, 6, 7, 8)): HandSetClock => {
  let now = startMs
  return {
    nowMs: () => now,
    advance: (ms) => {
      now += ms
    },
    set: (nowMs) => {
      now = nowMs
    },
  }
}
