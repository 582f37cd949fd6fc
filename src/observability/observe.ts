import type { CheckFacts, Observe } from '../core/check.ts'
import { decisionLine } from './decision-line.ts'
import type { Logger } from './logger.ts'
import type { Metrics } from './metrics.ts'
import type { SubjectHash } from './subject-hash.ts'

/** What is done with a finished check. */
export interface ObserveDeps {
  readonly logger: Pick<Logger, 'always'>
  readonly metrics: Pick<Metrics, 'countCheck' | 'countEnded' | 'countLeftOut' | 'countLogout'>
  /** Which checks the decision log gets; metrics count all of them. */
  readonly decisions: 'all' | 'denied' | 'none'
  readonly subjectHash: SubjectHash
}

const isWanted = ({ verdict }: CheckFacts, decisions: ObserveDeps['decisions']): boolean =>
  decisions === 'all' || (decisions === 'denied' && verdict.kind === 'deny')

/** Counts every check and writes one line for those that are wanted. */
export const createObserve =
  (deps: ObserveDeps): Observe =>
  (facts) => {
    const { endedSessions, leftOut, logout } = facts.verdict.about
    deps.metrics.countCheck(facts)
    if (endedSessions !== undefined) deps.metrics.countEnded('limit', endedSessions)
    if (leftOut !== undefined) deps.metrics.countLeftOut(leftOut.length)
    if (logout !== undefined) deps.metrics.countLogout(logout.kind, logout.outcome)
    if (!isWanted(facts, deps.decisions)) return
    deps.logger.always('check', decisionLine(facts, deps.subjectHash))
  }
