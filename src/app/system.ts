import { createHash, randomFillSync } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import type { Budget } from '../core/time/budget.ts'
import type { Clock } from '../core/time/clock.ts'
import type { Random } from '../core/time/random.ts'
import type { Pace } from '../core/time/steps.ts'

/** The clock of the machine. */
export const systemClock: Clock = { nowMs: () => Date.now() }

/** Some 170 nonces with their salts: asking the operating system costs more than the bytes. */
const POOL_BYTES = 4096

/**
 * Randomness by the pool. `fill` overwrites all of what it is given with random bytes, or throws.
 * Each byte is in one token at most and is wiped from the pool before that token leaves; none is
 * handed out that `fill` did not write.
 */
export const createPooledRandom = (fill: (bytes: Uint8Array) => unknown): Random => {
  const pool = Buffer.allocUnsafeSlow(POOL_BYTES)
  let usedBytes = POOL_BYTES

  const filledAnew = (bytes: number): string => {
    const own = Buffer.alloc(bytes)
    fill(own)
    return own.toString('base64url')
  }

  const refill = (): void => {
    usedBytes = POOL_BYTES
    fill(pool)
    usedBytes = 0
  }

  return {
    token: (bytes) => {
      if (bytes > POOL_BYTES) return filledAnew(bytes)
      if (bytes > POOL_BYTES - usedBytes) refill()
      const from = usedBytes
      usedBytes += bytes
      const token = pool.toString('base64url', from, usedBytes)
      pool.fill(0, from, usedBytes)
      return token
    },
  }
}

/** The randomness of the operating system. */
export const systemRandom: Random = createPooledRandom(randomFillSync)

/** A budget that ends after a time. Does not keep the process alive. */
export const budgetOf = (timeoutMs: number): Budget => ({ signal: AbortSignal.timeout(timeoutMs) })

/** How long work in steps may hold the event loop before others have their turn. */
const TURN_MS = 4

/**
 * A pace at which checks are answered while other work goes on: a few milliseconds of that work,
 * then whatever else is due. Of several who rest, each turn of the event loop wakes one.
 */
export const createPace = (): Pace => {
  const resting: (() => void)[] = []
  let sinceMs = performance.now()

  const wake = (): void => {
    sinceMs = performance.now()
    resting.shift()?.()
    if (resting.length > 0) setImmediate(wake)
  }
  return {
    isSpent: () => performance.now() - sinceMs >= TURN_MS,
    rest: () =>
      new Promise((resolve) => {
        resting.push(resolve)
        if (resting.length === 1) setImmediate(wake)
      }),
  }
}

/** SHA-256 (FIPS 180-4) as base64url. */
export const sha256 = (text: string): string =>
  createHash('sha256').update(text).digest('base64url')
