import { Fault } from '../../core/reason/fault.ts'
import type { Clock } from '../../core/time/clock.ts'
import type { Records } from '../backend/records.ts'
import { VERSION_AT } from '../sealing/sealed-text.ts'
import { createExpiringMap } from './expiring-map.ts'

/** A copy that keeps nothing but itself in memory: a piece of Node's pool would keep 64 KiB. */
const ownCopy = (value: Buffer): Buffer => {
  const copy = Buffer.allocUnsafeSlow(value.length)
  copy.set(value)
  return copy
}

/**
 * Records that end with the process. When all `maxEntries` are in use, the one written longest ago
 * makes room.
 */
export const createMemoryRecords = (deps: {
  readonly clock: Clock
  readonly maxEntries: number
}): Records => {
  const entries = createExpiringMap<Buffer>({ ...deps, whenFull: 'evict' })

  const write = (key: string, value: Buffer, ttlMs: number): true => {
    if (entries.set(key, ownCopy(value), ttlMs)) return true
    throw new Fault('session_store_unavailable', 'The memory store has no room for any session.')
  }

  return {
    create: async (key, value, ttlMs) =>
      entries.get(key) === undefined ? write(key, value, ttlMs) : false,
    read: async (key) => {
      const value = entries.get(key)
      return value === undefined ? undefined : Buffer.from(value)
    },
    replace: async (key, expectedVersion, value, ttlMs) =>
      entries.get(key)?.readUInt32BE(VERSION_AT) === expectedVersion
        ? write(key, value, ttlMs)
        : false,
    renew: async (key, value, ttlMs) =>
      entries.get(key) === undefined ? false : write(key, value, ttlMs),
    remove: async (key) => {
      const isThere = entries.get(key) !== undefined
      entries.delete(key)
      return isThere
    },
  }
}
