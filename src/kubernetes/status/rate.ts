import type { Clock } from '../../core/time/clock.ts'

/** How often something may be done: a burst at first, then as it comes back. */
export interface RateLimit {
  readonly burst: number
  /** One more after each of these. */
  readonly everyMs: number
}

/** A token bucket. */
export interface Rate {
  /** Takes one if there is one. */
  readonly take: () => boolean
  /** How long until there is one again, in milliseconds; 0 if there is. */
  readonly waitMs: () => number
}

/** Full at first. A clock that was set back gives nothing and takes nothing. */
export const createRate = (clock: Clock, { burst, everyMs }: RateLimit): Rate => {
  let left = burst
  let filledAtMs = clock.nowMs()
  const fill = (): void => {
    const nowMs = clock.nowMs()
    const more = Math.max(0, Math.floor((nowMs - filledAtMs) / everyMs))
    left = Math.min(burst, left + more)
    filledAtMs = left === burst ? nowMs : Math.min(nowMs, filledAtMs + more * everyMs)
  }
  return {
    take: () => {
      fill()
      if (left === 0) return false
      left -= 1
      return true
    },
    waitMs: () => {
      fill()
      return left > 0 ? 0 : filledAtMs + everyMs - clock.nowMs()
    },
  }
}
