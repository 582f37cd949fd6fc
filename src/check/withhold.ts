import type { Decision, Verdict } from '../core/decision/decision.ts'
import type { Policy, Rule } from '../core/policy/policy.ts'
import type { Request } from '../core/request/request.ts'
import { challenge, forbid } from './answer/denials.ts'
import { deviceDenial } from './answer/device-denials.ts'
import type { Unidentified } from './unidentified.ts'

/** Answers a request that is neither let through as somebody nor sent to a login. */
export type Withhold = (
  request: Request,
  policy: Policy,
  rule: Rule,
  decision: Exclude<Decision, { readonly kind: 'allow' | 'login' }>,
) => Verdict

/** One answer for each decision; nobody in particular may pass where the rule says so. */
export const createWithhold =
  (unidentified: Unidentified): Withhold =>
  (request, policy, rule, decision) => {
    switch (decision.kind) {
      case 'anonymous':
        return unidentified(request, policy, rule)
      case 'challenge':
        return challenge(request, policy, rule, decision.refused)
      case 'device':
        return deviceDenial(request, policy, rule, decision)
      case 'forbid':
        return forbid(request, policy, rule, decision.identity, decision.access)
    }
  }
