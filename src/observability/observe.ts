import type { CheckFacts, Observe } from '../core/check.ts'
import type { HostProposals } from './host-proposals.ts'
import { createDecisionLine } from './lines/decision-line.ts'
import type { Naming } from './lines/member-names.ts'
import type { SubjectHash } from './lines/subject-hash.ts'
import { createSubjectMember, type SubjectNaming } from './lines/subject-member.ts'
import type { Logger } from './logger.ts'
import type { Metrics } from './metrics.ts'

/** What is done with a finished check. */
export interface ObserveDeps {
  readonly logger: Pick<Logger, 'decision'>
  readonly metrics: Pick<Metrics, 'countCheck' | 'countEnded' | 'countLeftOut' | 'countLogout'>
  /** Which checks the decision log gets; metrics count all of them. */
  readonly decisions: 'all' | 'denied' | 'none'
  readonly subjectHash: SubjectHash
  readonly subject: SubjectNaming
  readonly naming: Naming
  readonly proposals: HostProposals
  /** Gets every line, and what it is about, whether or not the log does. Absent: nobody does. */
  readonly watch?: ((facts: CheckFacts, line: string) => void) | undefined
}

const isWanted = ({ verdict }: CheckFacts, decisions: ObserveDeps['decisions']): boolean =>
  decisions === 'all' || (decisions === 'denied' && verdict.kind === 'deny')

/** A host that nobody serves was perhaps misspelt: the line, and it alone, says what is near. */
const proposing = (facts: CheckFacts, { proposals }: ObserveDeps): CheckFacts => {
  const { verdict, request } = facts
  if (verdict.kind !== 'deny' || verdict.reason !== 'no_policy' || request === undefined) {
    return facts
  }
  const nearest = proposals(request.host)
  if (nearest === undefined) return facts
  return { ...facts, verdict: { ...verdict, detail: `The nearest host is ${nearest}.` } }
}

/** Counts every check and writes one line for those that are wanted. */
export const createObserve = (deps: ObserveDeps): Observe => {
  const { naming, watch } = deps
  const subjectMember = createSubjectMember(deps.subjectHash, deps.subject, naming)
  const decisionLine = createDecisionLine(naming, subjectMember)
  return (facts) => {
    const { endedSessions, leftOut, logout } = facts.verdict.about
    deps.metrics.countCheck(facts)
    if (endedSessions !== undefined) deps.metrics.countEnded('limit', endedSessions)
    if (leftOut !== undefined) deps.metrics.countLeftOut(leftOut.length)
    if (logout !== undefined) deps.metrics.countLogout(logout.kind, logout.outcome)
    const isLogged = isWanted(facts, deps.decisions)
    if (!isLogged && watch === undefined) return
    const line = decisionLine(proposing(facts, deps))
    if (isLogged) deps.logger.decision(line)
    watch?.(facts, line)
  }
}
