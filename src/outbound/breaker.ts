import type { Clock } from '../core/time/clock.ts'

/** How a call went, as far as the reachability of the provider goes. */
export type CallOutcome = 'reached' | 'unreached' | 'unknown'

/** Keeps calls away from a provider that does not answer. */
export interface Breaker {
  /**
   * Admits a call, or answers `undefined` at once while calls are held back. Whoever is admitted
   * reports exactly once how it went.
   */
  readonly enter: () => ((outcome: CallOutcome) => void) | undefined
  readonly isOpen: () => boolean
}

/**
 * Opens after `threshold` calls in a row that did not reach the provider. After `openMs` one call
 * is let through as a probe while all others still fail at once: nobody waits for somebody else's
 * probe.
 */
export const createBreaker = (options: {
  readonly clock: Clock
  readonly threshold: number
  readonly openMs: number
}): Breaker => {
  const { clock, threshold, openMs } = options
  let failures = 0
  let openedAtMs: number | undefined
  let isProbing = false

  const isHeldBack = (): boolean => {
    if (openedAtMs === undefined) return false
    const elapsedMs = clock.nowMs() - openedAtMs
    return isProbing || (elapsedMs >= 0 && elapsedMs < openMs)
  }

  const report = (outcome: CallOutcome, wasProbe: boolean): void => {
    if (wasProbe) isProbing = false
    if (outcome === 'unknown') return
    failures = outcome === 'reached' ? 0 : failures + 1
    if (outcome === 'reached') openedAtMs = undefined
    if (outcome === 'unreached' && (wasProbe || failures >= threshold)) openedAtMs = clock.nowMs()
  }

  return {
    enter: () => {
      if (isHeldBack()) return undefined
      const isProbe = openedAtMs !== undefined
      isProbing = isProbing || isProbe
      return (outcome) => report(outcome, isProbe)
    },
    isOpen: () => openedAtMs !== undefined,
  }
}
