import { createHash, randomBytes } from 'node:crypto'
import type { Budget } from '../core/time/budget.ts'
import type { Clock } from '../core/time/clock.ts'
import type { Random } from '../core/time/random.ts'

/** The clock of the machine. */
export const systemClock: Clock = { nowMs: () => Date.now() }

/** The randomness of the operating system. */
export const systemRandom: Random = {
  token: (bytes) => randomBytes(bytes).toString('base64url'),
}

/** A budget that ends after a time. Does not keep the process alive. */
export const budgetOf = (timeoutMs: number): Budget => ({ signal: AbortSignal.timeout(timeoutMs) })

/** SHA-256 (FIPS 180-4) as base64url. */
export const sha256 = (text: string): string =>
  createHash('sha256').update(text).digest('base64url')
