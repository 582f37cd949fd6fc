import type { Clock } from '../../core/time/clock.ts'

/** A bounded map whose entries end by themselves. */
export interface ExpiringMap<V> {
  readonly get: (key: string) => V | undefined
  /** Writes, and begins the lifetime anew; false if the map is full and may not let anything go. */
  readonly set: (key: string, value: V, ttlMs: number) => boolean
  readonly delete: (key: string) => void
  /** Entries in memory, the expired that were not swept yet included. */
  readonly size: () => number
}

/** How a map is bounded. */
export interface ExpiringMapOptions {
  readonly clock: Clock
  readonly maxEntries: number
  /**
   * What gives way when the map is full of living entries: the one written longest ago, or the new
   * one.
   */
  readonly whenFull: 'evict' | 'refuse'
}

interface Entry<V> {
  readonly value: V
  readonly expiresAtMs: number
}

const SWEEP_INTERVAL_MS = 10_000

/**
 * Makes an empty map. Expired entries are passed over at once and swept by later writes, every ten
 * seconds.
 */
export const createExpiringMap = <V>(options: ExpiringMapOptions): ExpiringMap<V> => {
  const { clock, maxEntries, whenFull } = options
  const entries = new Map<string, Entry<V>>()
  let sweptAtMs = clock.nowMs()

  const sweep = (nowMs: number): void => {
    if (Math.abs(nowMs - sweptAtMs) < SWEEP_INTERVAL_MS) return
    sweptAtMs = nowMs
    for (const [key, entry] of entries) if (entry.expiresAtMs <= nowMs) entries.delete(key)
  }

  const makeRoom = (): boolean => {
    if (entries.size < maxEntries) return true
    if (whenFull === 'refuse') return false
    for (const key of entries.keys()) {
      entries.delete(key)
      return true
    }
    return false
  }

  const get = (key: string): V | undefined => {
    const entry = entries.get(key)
    if (entry === undefined) return undefined
    if (entry.expiresAtMs > clock.nowMs()) return entry.value
    entries.delete(key)
    return undefined
  }

  const set = (key: string, value: V, ttlMs: number): boolean => {
    const nowMs = clock.nowMs()
    sweep(nowMs)
    entries.delete(key)
    if (!makeRoom()) return false
    entries.set(key, { value, expiresAtMs: nowMs + ttlMs })
    return true
  }

  return { get, set, delete: (key) => void entries.delete(key), size: () => entries.size }
}
