import type { Clock } from '../../core/time/clock.ts'

/** Of what is told now, what was told for long enough. */
export type Lasting = (told: readonly string[]) => readonly string[]

/**
 * Keeps back what may be over in a moment: an API server that has just started refuses what it will
 * permit, and every object would say so. To be asked again and again; what is not told once begins
 * anew.
 */
export const createLasting = (clock: Clock, forMs: number): Lasting => {
  let sinceMs: ReadonlyMap<string, number> = new Map()
  return (told) => {
    const nowMs = clock.nowMs()
    sinceMs = new Map(told.map((one) => [one, sinceMs.get(one) ?? nowMs]))
    return told.filter((one) => nowMs - (sinceMs.get(one) ?? nowMs) >= forMs)
  }
}
