import type { Verdict } from '../../core/decision/decision.ts'
import { reasonEntry } from '../../core/reason/reason.ts'
import type { ReasonKind } from '../../core/reason/reason-entry.ts'

/** What became of a request, in the decision log and in metric labels. */
export type DecisionName = ReasonKind

/**
 * The decision of a verdict: a login is one only if the browser is sent to the provider, else it is
 * a challenge.
 */
export const decisionName = (verdict: Verdict): DecisionName => {
  if (verdict.kind === 'allow') return 'allow'
  if (verdict.status === 302) return 'login'
  const { kind } = reasonEntry(verdict.reason)
  return kind === 'login' ? 'challenge' : kind
}
