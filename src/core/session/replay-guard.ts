import type { Budget } from '../time/budget.ts'

/** "Has this id been used?", shared by all replicas. */
export interface ReplayGuard {
  /** True for the first caller of an id within `ttlMs`, false for every other. */
  readonly claim: (id: string, ttlMs: number, budget: Budget) => Promise<boolean>
  /** Whether somebody has claimed an id, within its `ttlMs`; claims nothing. */
  readonly isClaimed: (id: string, budget: Budget) => Promise<boolean>
  /** Notes how far something has come, for `ttlMs` from now; it never goes back. */
  readonly reach: (id: string, step: number, ttlMs: number, budget: Budget) => Promise<void>
  /** How far it has come; 0 for what nobody noted, or not within its `ttlMs`. */
  readonly reached: (id: string, budget: Budget) => Promise<number>
}
