import { LRUCache } from 'lru-cache'
import type { Ruling } from '../core/decision-points.ts'
import type { Clock } from '../core/time/clock.ts'

interface Kept {
  readonly ruling: Ruling
  readonly askedAtMs: number
}

/** Rulings that were made not long ago, by whom and about which facts. */
export interface Remembered {
  readonly get: (key: string, rememberMs: number) => Ruling | undefined
  readonly put: (key: string, ruling: Ruling, askedAtMs: number) => void
}

const MAX_ENTRIES = 20_000
const MAX_BYTES = 8 * 1024 * 1024

/** What an entry takes besides its texts. */
const ENTRY_BYTES = 200

/**
 * Bounded by number and bytes, for all decision points together; what was not asked for longest
 * goes first. A ruling counts from when it was asked for, and not after a clock that went back.
 */
export const createRemembered = (clock: Clock): Remembered => {
  const kept = new LRUCache<string, Kept>({
    max: MAX_ENTRIES,
    maxSize: MAX_BYTES,
    sizeCalculation: ({ ruling }, key) =>
      ENTRY_BYTES + 2 * (key.length + (ruling.kind === 'denied' ? ruling.detail.length : 0)),
  })
  return {
    get: (key, rememberMs) => {
      if (rememberMs === 0) return undefined
      const known = kept.get(key)
      if (known === undefined) return undefined
      const ageMs = clock.nowMs() - known.askedAtMs
      if (ageMs >= 0 && ageMs < rememberMs) return known.ruling
      kept.delete(key)
      return undefined
    },
    put: (key, ruling, askedAtMs) => {
      kept.set(key, { ruling, askedAtMs })
    },
  }
}
