import type { Random } from '../core/ports.ts'
import type { Backend } from './backend.ts'
import { createRedisConnection, type RedisSettings } from './redis-connection.ts'
import { createRedisIdSets } from './redis-id-sets.ts'
import type { RedisState } from './redis-link.ts'
import { createRedisLock } from './redis-lock.ts'
import { createRedisRecords } from './redis-records.ts'
import { createRedisReplayGuard } from './redis-replay-guard.ts'

/** What a Redis backend needs besides how to reach Redis. */
export interface RedisBackendDependencies {
  readonly random: Random
  /** In front of every key, so that several installations can share a Redis. */
  readonly keyPrefix: string
  /** For the log and the metrics; called on each change, never with a credential. */
  readonly onStateChange?: (state: RedisState) => void
}

/**
 * Keeps everything in one Redis. Returns at once, whether Redis is there or not. @throws Fault for
 * unusable settings
 */
export const createRedisBackend = (
  settings: RedisSettings,
  deps: RedisBackendDependencies,
): Backend => {
  const connection = createRedisConnection(settings, deps)
  const records = createRedisRecords(connection)
  return {
    records,
    entries: records,
    idSets: createRedisIdSets(connection),
    lock: createRedisLock({ ...deps, connection }),
    replay: createRedisReplayGuard({ ...deps, connection }),
    ping: async () => {
      await connection.send((redis) => redis.ping(), true)
    },
    close: connection.close,
  }
}
