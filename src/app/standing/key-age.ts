import type { Clock } from '../../core/time/clock.ts'
import type { Timers } from '../../kubernetes/timers.ts'
import type { Backend } from '../../sessions/backend/backend.ts'
import { storeKey } from '../../sessions/backend/store-key.ts'
import type { Keys } from '../../sessions/sealing/keys.ts'

/** Knows how long the key that seals has been in use. */
export interface KeyAge {
  /** When a replica first used the key that seals now; `undefined`: that is not known. */
  readonly sinceMs: () => number | undefined
  /** Looks for the first time. */
  readonly start: () => void
  readonly stop: () => void
}

const EVERY_MS = 60_000

/** Longer than anybody should use a key. */
const REMEMBERED_MS = 10 * 365 * 86_400_000

const readTime = (bytes: Buffer | undefined): number | undefined => {
  const atMs = Number(bytes?.toString())
  return Number.isSafeInteger(atMs) && atMs > 0 ? atMs : undefined
}

/**
 * A key has no date of its own, and neither has the file of a mounted Secret: the first replica
 * that seals by a key writes the time down where all replicas share sessions, under the id of the
 * key. A store that was emptied begins anew, so that an age is never too high.
 */
export const createKeyAge = (deps: {
  readonly keys: Pick<Keys, 'newest'>
  readonly entries: Pick<Backend['entries'], 'create' | 'read'>
  readonly keyPrefix: string
  readonly clock: Clock
  readonly timers: Timers
}): KeyAge => {
  const { keys, entries, keyPrefix, clock, timers } = deps
  const known = new Map<string, number>()
  let isStopped = false
  let cancel = (): void => undefined

  const find = async (id: string): Promise<void> => {
    if (known.has(id)) return
    const place = storeKey(keyPrefix, 'key-since', id)
    const text = Buffer.from(String(clock.nowMs()))
    await entries.create(place, text, REMEMBERED_MS)
    const sinceMs = readTime(await entries.read(place))
    if (sinceMs !== undefined) known.set(id, sinceMs)
  }

  const look = async (): Promise<void> => {
    await find(keys.newest().id).catch(() => undefined)
    if (!isStopped) cancel = timers.after(EVERY_MS, () => void look())
  }

  return {
    sinceMs: () => known.get(keys.newest().id),
    start: () => void look(),
    stop: () => {
      isStopped = true
      cancel()
    },
  }
}
