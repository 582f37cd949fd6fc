import { setTimeout as realTimeout } from 'node:timers/promises'
import { asFault, Fault } from '../../core/reason/fault.ts'
import type { Awaitable } from '../../core/time/awaitable.ts'
import type { Budget } from '../../core/time/budget.ts'
import type { Clock } from '../../core/time/clock.ts'
import { withinBudget } from '../../core/time/within-budget.ts'

/** A value that is fetched, kept, and renewed on use. */
export interface Refreshed<T> {
  /**
   * The last good value, at once; a renewal that is due runs behind it. Without a value it waits
   * for the fetch, as long as the budget allows.
   * @throws Fault of the last fetch, if there is no usable value.
   */
  readonly get: (budget: Budget | undefined) => Awaitable<T>
  /** The last good value if it is usable; starts a renewal that is due. */
  readonly peek: () => T | undefined
  /**
   * Fetches out of turn, unless one was begun within the cooldown. Answers whether a fetch ended
   * well.
   */
  readonly refetch: (budget: Budget | undefined) => Promise<boolean>
  /**
   * Sees to a value that is newer than `seen`, for those who cannot come again: waits for a short
   * cooldown to pass, and for one fetch, whoever else asks. Answers whether there is one.
   * @throws Fault if the budget ends before.
   */
  readonly reread: (seen: T, budget: Budget) => Promise<boolean>
  readonly status: () => RefreshedStatus
  /** The last good value if it is usable; starts nothing. */
  readonly known: () => T | undefined
}

/** How a refreshed value stands. */
export interface RefreshedStatus {
  readonly loadedAtMs?: number
  /** Why the latest fetch failed; absent if it did not. */
  readonly fault?: Fault
}

/** Waits for so many milliseconds. */
export type Pause = (ms: number) => Promise<void>

/** How one fetch ended. */
export type SettledFetch<T> =
  | { readonly kind: 'loaded'; readonly value: T }
  | { readonly kind: 'failed'; readonly fault: Fault }

/** At most one fetch in this time, whatever happens; claimed before the fetch begins (R26). */
export const COOLDOWN_MS = 10_000

/** The same for those who cannot come again; well below the budget of a check. */
export const URGENT_COOLDOWN_MS = 2_000

/** The same while there is no value at all. */
export const COLD_COOLDOWN_MS = 2_000

const realPause: Pause = (ms) => realTimeout(ms)

const spent = (): Fault =>
  new Fault('provider_unreachable', 'The provider did not answer within the budget.')

const waitFor = <T>(work: Promise<T>, budget: Budget | undefined): Promise<T> =>
  budget === undefined ? work : withinBudget(work, budget, spent)

/**
 * One fetch at a time, a time-based cooldown between fetches, and a failed fetch never displaces a
 * good value. A value older than `maxStaleMs` is no longer used.
 */
export const createRefreshed = <T>(options: {
  readonly load: (previous: T | undefined) => Promise<T>
  readonly clock: Clock
  readonly refreshMs: number
  readonly maxStaleMs: number
  /** Hears how each fetch ended: the value, or the fault. */
  readonly onSettled?: (outcome: SettledFetch<T>) => void
  /** Waits; absent: as the machine does. */
  readonly pause?: Pause
}): Refreshed<T> => {
  const { load, clock, refreshMs, maxStaleMs, onSettled, pause = realPause } = options
  let held: { readonly value: T; readonly loadedAtMs: number } | undefined
  let attemptedAtMs: number | undefined
  let fault: Fault | undefined
  let inFlight: Promise<boolean> | undefined
  let urgent: Promise<boolean> | undefined

  /** A clock that was set back must not silence renewal until it has caught up. */
  const hasPassed = (sinceMs: number, spanMs: number): boolean => {
    const elapsedMs = clock.nowMs() - sinceMs
    return elapsedMs < 0 || elapsedMs >= spanMs
  }

  const usable = (): { readonly value: T; readonly loadedAtMs: number } | undefined =>
    held !== undefined && clock.nowMs() - held.loadedAtMs < maxStaleMs ? held : undefined

  const fetch = async (): Promise<boolean> => {
    try {
      held = { value: await load(held?.value), loadedAtMs: clock.nowMs() }
      fault = undefined
      onSettled?.({ kind: 'loaded', value: held.value })
      return true
    } catch (thrown) {
      fault = asFault(thrown)
      onSettled?.({ kind: 'failed', fault })
      return false
    } finally {
      inFlight = undefined
    }
  }

  const begin = (): Promise<boolean> => {
    if (inFlight !== undefined) return inFlight
    attemptedAtMs = clock.nowMs()
    inFlight = fetch()
    return inFlight
  }

  const start = (): Promise<boolean> | undefined => {
    if (inFlight !== undefined) return inFlight
    const cooldownMs = held === undefined ? COLD_COOLDOWN_MS : COOLDOWN_MS
    if (attemptedAtMs !== undefined && !hasPassed(attemptedAtMs, cooldownMs)) return undefined
    return begin()
  }

  const soon = async (): Promise<boolean> => {
    const elapsedMs = attemptedAtMs === undefined ? 0 : clock.nowMs() - attemptedAtMs
    const isRecent = attemptedAtMs !== undefined && elapsedMs >= 0
    if (isRecent && elapsedMs < URGENT_COOLDOWN_MS) await pause(URGENT_COOLDOWN_MS - elapsedMs)
    return begin()
  }

  const peek = (): T | undefined => {
    const current = usable()
    if (current === undefined) return undefined
    if (hasPassed(current.loadedAtMs, refreshMs)) start()
    return current.value
  }

  const unavailable = (): Fault =>
    fault === undefined
      ? new Fault('provider_unreachable', 'Nothing has been fetched from the provider yet.')
      : new Fault(fault.code, fault.message)

  const fetched = async (budget: Budget | undefined): Promise<T> => {
    const pending = start()
    if (pending !== undefined) await waitFor(pending, budget)
    const current = usable()
    if (current === undefined) throw unavailable()
    return current.value
  }

  return {
    get: (budget) => peek() ?? fetched(budget),
    peek,
    refetch: async (budget) => {
      const pending = start()
      return pending === undefined ? false : waitFor(pending, budget)
    },
    reread: async (seen, budget) => {
      if (held !== undefined && held.value !== seen) return true
      urgent ??= (inFlight ?? soon()).finally(() => {
        urgent = undefined
      })
      return waitFor(urgent, budget)
    },
    known: () => usable()?.value,
    status: () => ({
      ...(held === undefined ? {} : { loadedAtMs: held.loadedAtMs }),
      ...(fault === undefined ? {} : { fault }),
    }),
  }
}
