import type { Lock } from '../../core/session/lock.ts'
import type { ReplayGuard } from '../../core/session/replay-guard.ts'
import type { IdSets } from './id-sets.ts'
import type { Notices } from './notices.ts'
import type { Records } from './records.ts'

/** Everything that replicas share, from one place. */
export interface Backend {
  readonly records: Records
  /** What is known about sessions without their tickets. */
  readonly entries: Records
  readonly idSets: IdSets
  readonly lock: Lock
  readonly replay: ReplayGuard
  /** Of proofs alone: of those, whoever has a token may send as many as they like. */
  readonly usedProofs: Pick<ReplayGuard, 'claim'>
  readonly notices: Notices
  /** For readiness. @throws Fault `session_store_unavailable` */
  readonly ping: () => Promise<void>
  readonly close: () => Promise<void>
}
