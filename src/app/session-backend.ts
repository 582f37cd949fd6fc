import type { Config } from '../config/config.ts'
import { watchFiles } from '../config/watch-files.ts'
import type { Clock } from '../core/time/clock.ts'
import { lastedText } from '../core/time/lasted.ts'
import type { Random } from '../core/time/random.ts'
import type { CallTracing } from '../core/tracing.ts'
import type { Logger } from '../observability/logger.ts'
import type { SessionMetrics } from '../observability/session-metrics.ts'
import type { Backend } from '../sessions/backend/backend.ts'
import { createMemoryBackend } from '../sessions/memory/backend.ts'
import type { RedisState } from '../sessions/redis/connection/link.ts'
import { tracedBackend } from '../sessions/redis/traced-backend.ts'

/** The most sessions that the memory store keeps; beyond that the oldest go. */
const MEMORY_MAX_ENTRIES = 100_000

/** What is shared by replicas, and how it stands. */
export interface SessionBackend extends Backend {
  readonly isUp: () => boolean
  /** A sentence while the store cannot be reached, or other replicas cannot be heard. */
  readonly trouble: () => string | undefined
  /** How far the clock of the store is ahead; `undefined`: it has none of its own. May reject. */
  readonly clockAheadMs: () => Promise<number | undefined>
}

/** What a backend is made with. */
export interface SessionBackendDependencies {
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly metrics: Pick<SessionMetrics, 'countStoreState' | 'countNotice' | 'noteNotice'>
  /** Absent: no trace tells of calls. */
  readonly tracing?: CallTracing
}

const DEAF =
  'Notices of other replicas are not heard: a session that is ended elsewhere may live on here for a second.'

const sentence = (state: RedisState | undefined): string | undefined =>
  state?.kind === 'down' ? `The session store cannot be reached: ${state.problem}` : undefined

/**
 * One line when the store goes, whatever else it says while it is away, and one when it is back;
 * who hears at `warn` that it went hears there that it is back.
 */
const createTelling = ({ clock, logger }: Pick<SessionBackendDependencies, 'clock' | 'logger'>) => {
  let awaySinceMs: number | undefined
  return (state: RedisState): void => {
    const trouble = sentence(state)
    if (trouble !== undefined && awaySinceMs === undefined) {
      awaySinceMs = clock.nowMs()
      logger.warn(trouble)
    }
    if (state.kind !== 'ready') return
    if (awaySinceMs === undefined) logger.info('The session store is connected.')
    else {
      const lasted = lastedText(clock.nowMs() - awaySinceMs)
      logger.warn(`The session store is connected again, after ${lasted}.`)
    }
    awaySinceMs = undefined
  }
}

const redisBackend = async (
  settings: Extract<Config['sessions']['store'], { kind: 'redis' }>,
  deps: SessionBackendDependencies,
): Promise<SessionBackend> => {
  const { createRedisBackend } = await import('../sessions/redis/backend.ts')
  const { logger, metrics, tracing } = deps
  let current: RedisState | undefined
  const tell = createTelling(deps)
  const onStateChange = (state: RedisState): void => {
    current = state
    metrics.countStoreState(state.kind)
    tell(state)
  }
  const plain = createRedisBackend(settings, {
    random: deps.random,
    keyPrefix: settings.keyPrefix,
    onStateChange,
    onPulse: metrics.noteNotice,
    onLoginRefused: ({ message }) =>
      logger.warn(`Redis does not take the new password yet: ${message}`),
  })
  const backend = tracing === undefined ? plain : tracedBackend(plain, settings, tracing)
  const { usernameFile, passwordFile } = settings
  const files = [usernameFile, passwordFile].filter((file) => file !== undefined)
  const watching = watchFiles(files, backend.credentialsChanged)
  const close = async (): Promise<void> => {
    watching.stop()
    await backend.close()
  }
  const isUp = (): boolean => current?.kind !== 'down'
  const isDeaf = (): boolean => current?.kind === 'ready' && !backend.notices.isHealthy()
  backend.notices.subscribe(({ kind }) => {
    metrics.countNotice(kind)
    if (kind === 'lost' && isUp()) logger.warn(DEAF)
  })
  return {
    ...backend,
    close,
    isUp,
    trouble: () => sentence(current) ?? (isDeaf() ? DEAF : undefined),
    clockAheadMs: () => backend.clockAheadMs(deps.clock),
  }
}

/**
 * Makes the configured backend, and loads what it takes. Waits for no connection: Redis may be
 * reached or not.
 */
export const createSessionBackend = async (
  store: Config['sessions']['store'],
  deps: SessionBackendDependencies,
): Promise<SessionBackend> => {
  if (store.kind === 'redis') return redisBackend(store, deps)
  deps.logger.warn(
    'Sessions are kept in memory: they end with this process and are not shared. Set sessions.store to redis to keep them.',
  )
  const backend = createMemoryBackend({ ...deps, maxEntries: MEMORY_MAX_ENTRIES })
  return {
    ...backend,
    isUp: () => true,
    trouble: () => undefined,
    clockAheadMs: async () => undefined,
  }
}
