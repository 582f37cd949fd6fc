import type { Clock, Random } from '../core/ports.ts'
import type { Backend } from './backend.ts'
import { createMemoryIdSets } from './memory-id-sets.ts'
import { createMemoryLock } from './memory-lock.ts'
import { createMemoryNotices } from './memory-notices.ts'
import { createMemoryRecords } from './memory-records.ts'
import { createMemoryReplayGuard } from './memory-replay-guard.ts'

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
  replay: createMemoryReplayGuard(deps),
  notices: createMemoryNotices(),
  ping: async () => undefined,
  close: async () => undefined,
})
