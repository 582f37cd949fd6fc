import type { Clock } from '../time/clock.ts'
import { networkOf } from './network.ts'

/** Counts refused credentials by where they came from. */
export interface FailureLimit {
  /** Until when nothing from there is looked at; `undefined`: it is. */
  readonly blockedUntilMs: (address: string) => number | undefined
  /** How many more may fail from there before nothing is looked at. */
  readonly left: (address: string) => number
  readonly note: (address: string) => void
}

const MAX_FAILURES = 10
const WINDOW_MS = 60_000

/** Beyond that the place that failed first is forgotten. */
const MAX_PLACES = 1_000

/**
 * Ten failures of one network in a minute are enough: then it waits for the end of that minute.
 */
export const createFailureLimit = (clock: Clock): FailureLimit => {
  const places = new Map<string, { readonly sinceMs: number; count: number }>()

  const current = (place: string) => {
    const failures = places.get(place)
    const ageMs = failures === undefined ? WINDOW_MS : clock.nowMs() - failures.sinceMs
    return ageMs >= 0 && ageMs < WINDOW_MS ? failures : undefined
  }

  const forgetFirst = (): void => {
    for (const place of places.keys()) {
      if (places.size < MAX_PLACES) return
      places.delete(place)
    }
  }

  return {
    blockedUntilMs: (address) => {
      const failures = current(networkOf(address))
      return failures !== undefined && failures.count >= MAX_FAILURES
        ? failures.sinceMs + WINDOW_MS
        : undefined
    },
    left: (address) => Math.max(MAX_FAILURES - (current(networkOf(address))?.count ?? 0), 0),
    note: (address) => {
      const place = networkOf(address)
      const failures = current(place)
      if (failures !== undefined) {
        failures.count += 1
        return
      }
      places.delete(place)
      forgetFirst()
      places.set(place, { sinceMs: clock.nowMs(), count: 1 })
    },
  }
}
