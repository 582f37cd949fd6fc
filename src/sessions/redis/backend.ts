import type { Fault } from '../../core/reason/fault.ts'
import type { Clock } from '../../core/time/clock.ts'
import type { Random } from '../../core/time/random.ts'
import type { Backend } from '../backend/backend.ts'
import { createRedisConnection } from './connection/connection.ts'
import type { RedisState } from './connection/link.ts'
import { createRelogin } from './connection/relogin.ts'
import type { RedisSettings } from './connection/settings.ts'
import { createRedisIdSets } from './id-sets.ts'
import { createRedisLock } from './lock.ts'
import { createRedisNotices } from './notices.ts'
import { createRedisRecords } from './records.ts'
import { createRedisReplayGuard } from './replay-guard.ts'

/** What a Redis backend needs besides how to reach Redis. */
export interface RedisBackendDependencies {
  readonly random: Random
  /** In front of every key, so that several installations can share a Redis. */
  readonly keyPrefix: string
  /** For the log and the metrics; called on each change, never with a credential. */
  readonly onStateChange?: (state: RedisState) => void
  /** Hears how long a notice of ours took to be heard, once a second. */
  readonly onPulse?: (durationMs: number) => void
  /** Hears that Redis does not take new credentials, which are shown to it until it does. */
  readonly onLoginRefused?: (fault: Fault) => void
}

/** A backend that logs in again. */
export interface RedisBackend extends Backend {
  /** A credential file has changed: open connections are logged in with what it holds now. */
  readonly credentialsChanged: () => void
  /**
   * How far the clock of Redis is ahead of this one, by `TIME`.
   * @throws Fault `session_store_unavailable`, also where the user of Redis may not ask
   */
  readonly clockAheadMs: (clock: Clock) => Promise<number>
}

/**
 * Keeps everything in one Redis. Returns at once, whether Redis is there or not. @throws Fault for
 * unusable settings
 */
export const createRedisBackend = (
  settings: RedisSettings,
  deps: RedisBackendDependencies,
): RedisBackend => {
  const connection = createRedisConnection(settings, deps)
  const records = createRedisRecords(connection)
  const replay = createRedisReplayGuard({ ...deps, connection })
  const notices = createRedisNotices({ ...deps, connection })
  const intervalMs = settings.passwordCommand?.intervalMs
  const relogin = createRelogin({
    logIn: connection.logInAgain,
    ...(intervalMs === undefined ? {} : { intervalMs }),
    onRefused: (fault) => deps.onLoginRefused?.(fault),
  })
  return {
    records,
    entries: records,
    idSets: createRedisIdSets(connection),
    lock: createRedisLock({ ...deps, connection }),
    replay,
    usedProofs: replay,
    notices,
    credentialsChanged: relogin.now,
    clockAheadMs: async (clock) => {
      const beforeMs = clock.nowMs()
      const [seconds, micros] = await connection.send((redis) => redis.time(), true)
      const halfwayMs = (beforeMs + clock.nowMs()) / 2
      return Number(seconds) * 1_000 + Number(micros) / 1_000 - halfwayMs
    },
    ping: async () => {
      await connection.send((redis) => redis.ping(), true)
    },
    close: async () => {
      relogin.close()
      await notices.close()
      await connection.close()
    },
  }
}
