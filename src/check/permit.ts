import type { CheckPorts } from '../core/check-ports.ts'
import type { Authentication } from '../core/identity/identity.ts'
import type { Policy, Rule } from '../core/policy/policy.ts'
import type { Request } from '../core/request/request.ts'
import type { Awaitable } from '../core/time/awaitable.ts'
import type { Budget } from '../core/time/budget.ts'
import { byNeed } from '../policy/applying/by-need.ts'
import { evaluate } from '../policy/applying/evaluate.ts'
import type { Permission, Permissions } from './permissions.ts'

/** Whether a rule permits whoever was authenticated to do what is asked for. */
export type Permit = (
  request: Request,
  policy: Policy,
  rule: Rule,
  authentication: Authentication,
  budget: Budget,
) => Awaitable<Permission>

/**
 * What the identity alone decides is known from before; what looks at the request is asked only of
 * whom that permits.
 */
export const createPermit = ({ clock }: Pick<CheckPorts, 'clock'>, known: Permissions): Permit => {
  return (request, policy, rule, authentication) => {
    const permission = known.of(policy, rule, authentication)
    if (permission.kind !== 'permitted' || authentication.kind === 'unauthenticated') {
      return permission
    }
    const { request: clauses } = byNeed(rule)
    if (clauses.length === 0) return permission
    const asked = { request, nowMs: clock.nowMs() }
    const access = evaluate(clauses, authentication.identity, asked)
    return access.kind === 'permitted' ? permission : access
  }
}
