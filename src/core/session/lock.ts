import type { Budget } from '../time/budget.ts'

/** A lock that was taken. */
export interface HeldLock {
  /** Whether nobody else can have it: false for a holder that was frozen or cut off too long. */
  readonly isHeld: () => boolean
  readonly release: () => Promise<void>
}

/** Mutual exclusion across replicas. */
export interface Lock {
  /**
   * Takes the lock, or answers `undefined` at once if somebody holds it. The lease is renewed until
   * `release`, for a minute at most; of a holder that is lost, it ends after `ttlMs`.
   */
  readonly acquire: (name: string, ttlMs: number, budget: Budget) => Promise<HeldLock | undefined>
  /** Resolves when it is worth trying again: bounded, and earlier if `budget` ends. */
  readonly pause: (budget: Budget) => Promise<void>
}
