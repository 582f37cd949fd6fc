import type { Clock } from './clock.ts'

/** Remembers the first of several moments until somebody takes it. */
export interface Since {
  /** Remembers this moment, unless an earlier one waits. */
  readonly note: () => void
  /** The moment that waits, which from now on does not. */
  readonly take: () => number | undefined
  /** Has a moment that was taken wait again. */
  readonly giveBack: (atMs: number | undefined) => void
}

/** Nothing waits yet. */
export const createSince = ({ nowMs }: Clock): Since => {
  let atMs: number | undefined
  return {
    note: () => {
      atMs ??= nowMs()
    },
    take: () => {
      const taken = atMs
      atMs = undefined
      return taken
    },
    giveBack: (earlierMs) => {
      atMs = earlierMs ?? atMs
    },
  }
}
