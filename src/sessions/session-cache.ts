import { LRUCache } from 'lru-cache'
import type { Clock, OpenSession } from '../core/ports.ts'

/**
 * The sessions this process has opened lately, by ticket, and the tickets whose sessions it has
 * ended.
 */
export interface SessionCache {
  /** A session read or written less than `ttlMs` ago. */
  readonly get: (ticket: string) => OpenSession | undefined
  /**
   * Keeps what was read or written, unless something newer is here: answers may overtake each
   * other.
   */
  readonly put: (open: OpenSession) => void
  /** The next opening reads the store. */
  readonly forget: (ticket: string) => void
  /** Nothing of this ticket is kept any more. */
  readonly end: (ticket: string) => void
  /** Takes `end` back: the store could not be told. */
  readonly resume: (ticket: string) => void
  readonly hasEnded: (ticket: string) => boolean
}

/** How much is kept, and how long it counts. Zero of either: nothing is kept. */
export interface CacheSettings {
  readonly maxEntries: number
  readonly ttlMs: number
}

interface Entry {
  readonly open: OpenSession
  readonly storedAtMs: number
}

/** Makes an empty cache; ages are measured by `clock`. */
export const createSessionCache = (
  { maxEntries, ttlMs }: CacheSettings,
  clock: Clock,
): SessionCache => {
  const entries = new LRUCache<string, Entry>({ max: Math.max(1, maxEntries) })
  const ended = new LRUCache<string, true>({ max: Math.max(1, maxEntries) })

  const isFresh = ({ storedAtMs }: Entry): boolean => {
    const ageMs = clock.nowMs() - storedAtMs
    return ageMs >= 0 && ageMs < ttlMs && maxEntries > 0
  }

  return {
    get: (ticket) => {
      const entry = entries.get(ticket)
      return entry !== undefined && isFresh(entry) ? entry.open : undefined
    },
    put: (open) => {
      const held = entries.peek(open.ticket)
      if (held !== undefined && held.open.version > open.version) return
      entries.set(open.ticket, { open, storedAtMs: clock.nowMs() })
    },
    forget: (ticket) => void entries.delete(ticket),
    end: (ticket) => {
      entries.delete(ticket)
      ended.set(ticket, true)
    },
    resume: (ticket) => void ended.delete(ticket),
    hasEnded: (ticket) => ended.has(ticket),
  }
}
