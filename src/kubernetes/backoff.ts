import { jitterMs } from '../core/time/jitter.ts'
import type { Random } from '../core/time/random.ts'

const BASE_MS = 500
/**
 * The longest wait of our own: with it, a change is live within a minute after the API server is
 * back.
 */
const MAX_MS = 30_000
/** The longest that the API server can ask for. */
const MAX_ASKED_MS = 60_000

/**
 * How long to wait before the next attempt, in milliseconds: twice as long after each failure,
 * between half and all of that so that replicas do not act in step, and never less than the API
 * server asks for.
 */
export const backoffMs = (random: Random, failures: number, retryAfterSeconds = 0): number => {
  const ceiling = Math.min(MAX_MS, BASE_MS * 2 ** Math.min(failures - 1, 10))
  const own = jitterMs(random, ceiling / 2, ceiling)
  return Math.max(own, Math.min(retryAfterSeconds * 1_000, MAX_ASKED_MS))
}
