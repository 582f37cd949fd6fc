import { jitterMs } from '../../core/time/jitter.ts'
import type { Random } from '../../core/time/random.ts'
import type { ProviderHandle } from './provider-handle.ts'

/** How long to wait after a failed attempt, counted from 1, in milliseconds. */
export type RetryDelay = (attempt: number) => number

const FIRST_MS = 1_000
const LONGEST_MS = 30_000

/** Doubles from one second to thirty; a random half of it keeps replicas from asking in step. */
export const createRetryDelay =
  (random: Random): RetryDelay =>
  (attempt) => {
    const longestMs = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt - 1, 10))
    return jitterMs(random, longestMs / 2, longestMs)
  }

/** Background attempts to have a provider's metadata and keys before they are needed. */
export interface Warming {
  /** Begins; beginning again while it runs changes nothing. */
  readonly start: () => void
  readonly stop: () => void
}

/**
 * Tries until metadata and keys are there, then stops: renewal happens on use. A provider that
 * comes back is ready at most thirty seconds and one fetch later. The timer keeps no process alive.
 */
export const createWarming = (
  { metadata, keys }: Pick<ProviderHandle, 'metadata' | 'keys'>,
  delayMs: RetryDelay,
): Warming => {
  let isRunning = false
  let isStopped = false
  let timer: NodeJS.Timeout | undefined

  const attempt = async (count: number): Promise<void> => {
    try {
      await metadata.get(undefined)
      await keys.get(undefined)
      isRunning = false
    } catch {
      if (isStopped) return
      timer = setTimeout(() => void attempt(count + 1), delayMs(count))
      timer.unref()
    }
  }

  return {
    start: () => {
      if (isRunning || isStopped) return
      isRunning = true
      void attempt(1)
    },
    stop: () => {
      isStopped = true
      clearTimeout(timer)
    },
  }
}
