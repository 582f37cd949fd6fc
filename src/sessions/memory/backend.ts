import type { Clock } from '../../core/time/clock.ts'
import type { Random } from '../../core/time/random.ts'
import type { Backend } from '../backend/backend.ts'
import { createMemoryIdSets } from './id-sets.ts'
import { createMemoryLock } from './lock.ts'
import { createMemoryNotices } from './notices.ts'
import { createMemoryRecords } from './records.ts'
import { createMemoryReplayGuard } from './replay-guard.ts'

/** A session is in as many sets, most of them its own: none is let go before its session is. */
const SETS_PER_SESSION = 5

/**
 * Keeps everything in this process, at most `maxEntries` of each sort; it ends with the process.
 */
export const createMemoryBackend = (deps: {
  readonly clock: Clock
  readonly random: Random
  readonly maxEntries: number
}): Backend => ({
  records: createMemoryRecords(deps),
  entries: createMemoryRecords(deps),
  idSets: createMemoryIdSets({ ...deps, maxEntries: deps.maxEntries * SETS_PER_SESSION }),
  lock: createMemoryLock(deps),
  replay: createMemoryReplayGuard({ ...deps, sort: 'login states and logout tokens' }),
  usedProofs: createMemoryReplayGuard({ ...deps, sort: 'DPoP proofs' }),
  notices: createMemoryNotices(),
  ping: async () => undefined,
  close: async () => undefined,
})
