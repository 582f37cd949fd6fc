import type { Readiness } from '../http/admin.ts'

/** What readiness looks at. */
export interface ReadinessFacts {
  readonly isServing: boolean
  readonly isDraining: boolean
  readonly isSynced: boolean
  /** Sentences about what is degraded; they do not withdraw readiness. */
  readonly troubles: readonly string[]
}

/**
 * Ready from the first complete snapshot to the first signal (R30, R33). A session store or a
 * provider that cannot be reached does not withdraw readiness: tokens and sessions in the cache
 * still work, and another replica would be no better off.
 */
export const readinessOf = (facts: ReadinessFacts): Readiness => {
  const { isServing, isDraining, isSynced, troubles } = facts
  if (isDraining) return { ready: false, reasons: ['The process is shutting down.'] }
  if (!isSynced) {
    const reasons = ['The first snapshot of resources is not complete yet.', ...troubles]
    return { ready: false, reasons }
  }
  if (!isServing) return { ready: false, reasons: ['The gRPC port is not open yet.'] }
  return { ready: true, reasons: troubles }
}
