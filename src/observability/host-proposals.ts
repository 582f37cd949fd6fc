import type { Clock } from '../core/time/clock.ts'

/** The host that was probably meant, if it is known or may be looked for now. */
export type HostProposals = (host: string) => string | undefined

/** One search in that time: whoever tries names at random costs no more than this. */
const GAP_MS = 1_000

/** How long an answer stands: resources change. */
const KEPT_MS = 30_000

const MAX_KEPT = 256

interface Kept {
  readonly nearest: string | undefined
  readonly untilMs: number
}

/**
 * Looks for the nearest host no more often than the log can bear, and remembers what it found. A
 * host that comes in between two searches has no proposal this time.
 */
export const createHostProposals = (deps: {
  readonly nearest: (host: string) => string | undefined
  readonly clock: Clock
}): HostProposals => {
  const { nearest, clock } = deps
  const kept = new Map<string, Kept>()
  let nextMs = Number.NEGATIVE_INFINITY

  const look = (host: string, nowMs: number): string | undefined => {
    nextMs = nowMs + GAP_MS
    const found = nearest(host)
    const [oldest] = kept.size < MAX_KEPT ? [] : kept.keys()
    if (oldest !== undefined) kept.delete(oldest)
    kept.set(host, { nearest: found, untilMs: nowMs + KEPT_MS })
    return found
  }

  return (host) => {
    const nowMs = clock.nowMs()
    const known = kept.get(host)
    if (known !== undefined && known.untilMs > nowMs) return known.nearest
    if (nowMs < nextMs && nextMs - nowMs <= GAP_MS) return undefined
    kept.delete(host)
    return look(host, nowMs)
  }
}
