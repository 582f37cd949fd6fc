import type { Check } from '../core/check.ts'
import type { CheckPorts } from '../core/check-ports.ts'
import { decide } from '../core/decision/decide.ts'
import type { Verdict } from '../core/decision/decision.ts'
import { deny } from '../core/decision/deny.ts'
import type { Authentication } from '../core/identity/identity.ts'
import { partOf } from '../core/policy/part.ts'
import type { Policy, Rule } from '../core/policy/policy.ts'
import type { Request } from '../core/request/request.ts'
import { type Awaitable, andThen } from '../core/time/awaitable.ts'
import type { Budget } from '../core/time/budget.ts'
import { classify } from '../policy/applying/classify.ts'
import { createAllowed } from './allowed.ts'
import { unfound, unwritable } from './answer/denials.ts'
import { answered, inFrame } from './answer/framing.ts'
import { preflight, readable, underRule } from './answer/sharing.ts'
import { createAuthenticate } from './authenticate.ts'
import { createKeptAlive } from './device/kept-alive.ts'
import { createExchanging } from './exchanging.ts'
import { createCallbackHost } from './login/callback-host.ts'
import { createLogin } from './login/login.ts'
import { createOwnRoads } from './own-roads.ts'
import { createPermissions, type Permission } from './permissions.ts'
import { createPermit } from './permit.ts'
import { asSeenByBrowser, publicHost } from './public-host.ts'
import { asDiscovered } from './resource/discovery.ts'
import { createUnidentified } from './unidentified.ts'
import { createWithhold } from './withhold.ts'

/**
 * The whole story of one check. Answers at once where nothing has to be waited for; throws `Fault`
 * when something that should work did not, which the edge turns into a denied 503.
 */
export const createCheck = (ports: CheckPorts): Check => {
  const authenticate = createAuthenticate(ports)
  const login = createLogin(ports)
  const callbackHost = createCallbackHost(ports)
  const ownRoads = createOwnRoads(ports, login)
  const permissions = createPermissions()
  const permit = createPermit(ports, permissions)
  const unidentified = createUnidentified(ports, permissions)
  const withhold = createWithhold(unidentified)
  const keptAlive = createKeptAlive(ports)

  const conclude = (
    request: Request,
    policy: Policy,
    rule: Rule,
    authentication: Authentication,
    permission: Permission,
    budget: Budget,
  ): Awaitable<Verdict> => {
    const asking = asDiscovered(policy, rule, request, authentication)
    const decision = decide(request, policy, asking, authentication, permission)
    if (decision.kind === 'allow') {
      return allowed(request, policy, rule, decision.identity, permission, budget)
    }
    const part = partOf(policy, rule)
    return decision.kind === 'login'
      ? answered(request, part, login(request, policy, rule, decision, budget))
      : inFrame(request, part, withhold(request, policy, rule, decision))
  }

  const allowed = createExchanging(ports, createAllowed(ports), conclude)

  const guard = (request: Request, policy: Policy, rule: Rule, budget: Budget) =>
    andThen(authenticate(request, policy, rule, budget), (authentication) =>
      andThen(permit(request, policy, rule, authentication, budget), (permission) =>
        conclude(request, policy, rule, authentication, permission, budget),
      ),
    )

  return (sent, budget) => {
    const found = ports.policies.find(sent)
    if (found.kind === 'callbacks') return callbackHost(sent, found)
    if (found.kind !== 'found') return keptAlive(sent, unfound(found))
    const { policy } = found
    const request = asSeenByBrowser(sent, policy, ports.policies)
    if ('kind' in request) return keptAlive(sent, request, publicHost(sent, policy))
    const answer = preflight(request, policy)
    if (answer !== undefined) return answer
    const intent = classify(policy, request)
    switch (intent.kind) {
      case 'ambiguous':
        return deny('malformed_path', { about: { policy: policy.name } })
      case 'public':
        return readable(request, intent.rule, unidentified(request, policy, intent.rule))
      case 'protected':
        return underRule(
          request,
          policy,
          intent.rule,
          () =>
            unwritable(request, policy, intent.rule) ?? guard(request, policy, intent.rule, budget),
        )
      default:
        return ownRoads(request, policy, intent, budget)
    }
  }
}
