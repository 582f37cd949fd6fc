import type { CheckPorts } from '../core/check-ports.ts'
import type { Verdict } from '../core/decision/decision.ts'
import type { Identity, Unauthenticated } from '../core/identity/identity.ts'
import type { Policy, Rule } from '../core/policy/policy.ts'
import type { Exchange } from '../core/policy/upstream.ts'
import type { Request } from '../core/request/request.ts'
import { type Awaitable, andThen } from '../core/time/awaitable.ts'
import type { Budget } from '../core/time/budget.ts'
import type { Allowed } from './allowed.ts'
import { createExchanged } from './exchange/exchanged.ts'
import type { Permission } from './permissions.ts'

/** What follows for somebody who turns out to be nobody. */
type Concluded = (
  request: Request,
  policy: Policy,
  rule: Rule,
  nobody: Unauthenticated,
  permission: Permission,
  budget: Budget,
) => Awaitable<Verdict>

/** The answer to whom a rule permits. */
type Allowing = (
  request: Request,
  policy: Policy,
  rule: Rule,
  identity: Identity,
  permission: Permission,
  budget: Budget,
) => Awaitable<Verdict>

const exchanges = (rule: Rule): rule is Rule & { readonly exchange: Exchange } =>
  rule.exchange !== undefined

/**
 * Lets a request through, with the token of its upstream where the rule has one, or concludes
 * otherwise where the provider does not take the one that it came with.
 */
export const createExchanging = (
  ports: Pick<CheckPorts, 'tokenExchange' | 'clock'>,
  allowed: Allowed,
  concluded: Concluded,
): Allowing => {
  const exchanged = createExchanged(ports)
  return (request, policy, rule, identity, permission, budget) => {
    if (!exchanges(rule)) return allowed(request, policy, rule, identity, permission, budget)
    const outcome = exchanged(request, policy, rule, identity, permission.prepared, budget)
    return andThen(outcome, (now) =>
      now.kind === 'exchanged'
        ? allowed(request, policy, rule, now.identity, now, budget)
        : concluded(request, policy, rule, now, permission, budget),
    )
  }
}
