import type { ClientStanding, StandingOf } from '../../core/provider/standing.ts'
import type { ObjectSummary } from '../../policy/compile/object/object-summary.ts'
import type { AbsentClaims } from './absent-claims.ts'
import type { StatusProblem } from './condition.ts'
import type { DesiredHost, DesiredRegistration } from './desired-status.ts'

/** One object with everything that is known of it. */
export interface Subject {
  readonly summary: ObjectSummary
  readonly problems: readonly StatusProblem[]
  readonly hosts: readonly DesiredHost[]
  /** Of a client; absent where it cannot be read. */
  readonly registration?: DesiredRegistration
  /** Of a client. */
  readonly absent?: AbsentClaims
  /** Of a client. */
  readonly clientStanding?: ClientStanding
  readonly standingOf: StandingOf
  readonly missingRights: readonly string[]
}
