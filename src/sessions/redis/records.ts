import type { Records } from '../backend/records.ts'
import { VERSION_AT, VERSION_END, versionBytes } from '../sealing/sealed-text.ts'
import type { RedisConnection } from './connection/connection.ts'

/**
 * Compares the version that stands in clear in the record. A script, so that nothing can come
 * between reading and writing.
 */
const REPLACE = `
if redis.call('GETRANGE', KEYS[1], ${VERSION_AT}, ${VERSION_END - 1}) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1`

/** Records in Redis. */
export const createRedisRecords = ({ send }: Pick<RedisConnection, 'send'>): Records => ({
  create: async (key, value, ttlMs) =>
    (await send((redis) => redis.set(key, value, 'PX', ttlMs, 'NX'))) === 'OK',
  read: async (key) => (await send((redis) => redis.getBuffer(key), true)) ?? undefined,
  replace: async (key, expectedVersion, value, ttlMs) => {
    const version = versionBytes(expectedVersion)
    return (await send((redis) => redis.eval(REPLACE, 1, key, version, value, ttlMs))) === 1
  },
  renew: async (key, value, ttlMs) =>
    (await send((redis) => redis.set(key, value, 'PX', ttlMs, 'XX'), true)) === 'OK',
  remove: async (key) => (await send((redis) => redis.unlink(key), true)) === 1,
})
