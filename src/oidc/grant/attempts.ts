import { createFailureLimit } from '../../core/request/failure-limit.ts'
import { networkOf } from '../../core/request/network.ts'
import type { Clock } from '../../core/time/clock.ts'

/** Whether something from an address may be tried. */
export type Turn =
  /** `end` is called exactly once, with whether it failed. */
  | { readonly kind: 'try'; readonly end: (isFailure: boolean) => void }
  | { readonly kind: 'limited'; readonly untilMs: number }

/** Attempts that may fail, bounded by where they come from. */
export interface Attempts {
  /** Waits while as many are under way from there as may still fail. */
  readonly begin: (address: string) => Promise<Turn>
}

/**
 * Ten failures of one network in a minute, and no more however many are tried at the same time:
 * those beyond wait for the outcome of the ones before.
 */
export const createAttempts = (clock: Clock): Attempts => {
  const limit = createFailureLimit(clock)
  const underWay = new Map<string, Set<Promise<void>>>()

  const start = (address: string, place: string): Turn => {
    const here = underWay.get(place) ?? new Set()
    underWay.set(place, here)
    const { promise, resolve } = Promise.withResolvers<void>()
    here.add(promise)
    const end = (isFailure: boolean): void => {
      if (isFailure) limit.note(address)
      here.delete(promise)
      if (here.size === 0) underWay.delete(place)
      resolve()
    }
    return { kind: 'try', end }
  }

  return {
    begin: async (address) => {
      const place = networkOf(address)
      for (;;) {
        const untilMs = limit.blockedUntilMs(address)
        if (untilMs !== undefined) return { kind: 'limited', untilMs }
        const here = underWay.get(place)
        if (here === undefined || here.size < limit.left(address)) return start(address, place)
        await Promise.race(here)
      }
    },
  }
}
