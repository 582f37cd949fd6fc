import type { CheckPorts } from '../core/check-ports.ts'
import type { Authentication, Identity } from '../core/identity/identity.ts'
import type { DecisionPoint } from '../core/policy/decision-point.ts'
import type { Policy, Rule } from '../core/policy/policy.ts'
import type { Request } from '../core/request/request.ts'
import { type Awaitable, andThen } from '../core/time/awaitable.ts'
import type { Budget } from '../core/time/budget.ts'
import { byNeed } from '../policy/applying/by-need.ts'
import { evaluate } from '../policy/applying/evaluate.ts'
import { clockSkewFor } from '../policy/applying/evaluate-context.ts'
import { type FactsPlace, factsOf } from '../policy/applying/facts.ts'
import { accessTokenOf } from './exchange/access-token.ts'
import type { Permission, Permissions } from './permissions.ts'
import { scopesLacking } from './resource/scopes.ts'

/** Whether a rule permits whoever was authenticated to do what is asked for. */
export type Permit = (
  request: Request,
  policy: Policy,
  rule: Rule,
  authentication: Authentication,
  budget: Budget,
) => Awaitable<Permission>

const refused = (
  reason: 'decision_denied' | 'decision_facts_too_large',
  detail: string,
): Permission => ({ kind: 'clause_refused', reason, detail })

type AskingPorts = Pick<CheckPorts, 'clock' | 'decisionPoints'>

/**
 * What the identity alone decides is known from before; what looks at the request is asked only of
 * whom that permits, and a decision point only about whom all of that permits.
 */
export const createPermit = (
  { clock, decisionPoints }: AskingPorts,
  known: Permissions,
): Permit => {
  const ask = (
    point: DecisionPoint,
    request: Request,
    identity: Identity,
    place: FactsPlace,
    budget: Budget,
  ): Awaitable<Permission> => {
    const facts = factsOf(point, identity, request, place, accessTokenOf(request, identity))
    if (facts.kind === 'too_large') return refused('decision_facts_too_large', facts.detail)
    return andThen(decisionPoints.ask(point, facts.json, budget), (ruling) =>
      ruling.kind === 'permitted' ? ruling : refused('decision_denied', ruling.detail),
    )
  }

  return (request, policy, rule, authentication, budget) => {
    const permission = known.of(policy, rule, authentication)
    if (permission.kind !== 'permitted' || authentication.kind === 'unauthenticated') {
      return permission
    }
    const { identity } = authentication
    const lacking = scopesLacking(policy, request, identity)
    if (lacking !== undefined) return lacking
    const { request: clauses, asksContext } = byNeed(rule)
    if (clauses.length > 0) {
      const now = { request, nowMs: clock.nowMs() }
      const asked = asksContext
        ? { ...now, clockSkewMs: clockSkewFor(policy, rule, identity) }
        : now
      const access = evaluate(clauses, identity, asked)
      if (access.kind !== 'permitted') return access
    }
    const { decisionPoint } = rule
    if (decisionPoint === undefined) return permission
    const place = { policy: policy.name, rule: rule.name }
    return andThen(ask(decisionPoint, request, identity, place, budget), (answer) =>
      answer.kind === 'permitted' ? permission : answer,
    )
  }
}
