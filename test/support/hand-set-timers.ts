import type { Timers } from '../../src/kubernetes/timers.ts'
import type { HandSetClock } from './hand-set-clock.ts'

/** Timers that run when their clock is moved through here. */
export interface HandSetTimers extends Timers {
  /** Moves the clock, and runs whatever is due by then in its order. */
  readonly pass: (ms: number) => void
  /** How long each timer that is set has still to wait, the shortest first. */
  readonly waiting: () => readonly number[]
}

interface Due {
  readonly atMs: number
  readonly run: () => void
}

/** Makes timers that go by a hand-set clock. */
export const handSetTimers = (clock: HandSetClock): HandSetTimers => {
  const set = new Set<Due>()
  const inOrder = (): readonly Due[] => [...set].toSorted((a, b) => a.atMs - b.atMs)
  return {
    after: (ms, run) => {
      const due = { atMs: clock.nowMs() + ms, run }
      set.add(due)
      return () => set.delete(due)
    },
    pass: (ms) => {
      clock.advance(ms)
      for (const due of inOrder()) {
        if (due.atMs > clock.nowMs() || !set.delete(due)) continue
        due.run()
      }
    },
    waiting: () => inOrder().map(({ atMs }) => atMs - clock.nowMs()),
  }
}
