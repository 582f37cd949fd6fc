import type { CheckPorts } from '../core/check-ports.ts'
import type { Verdict } from '../core/decision/decision.ts'
import { forwardUnknown } from '../core/decision/forward.ts'
import type { Policy, Rule } from '../core/policy/policy.ts'
import type { Request } from '../core/request/request.ts'
import { evaluateUnknown } from '../policy/applying/evaluate-unknown.ts'
import { forbid } from './answer/denials.ts'
import type { Permissions } from './permissions.ts'

/** Answers a request that needs no identity under its rule, or has none and may. */
export type Unidentified = (request: Request, policy: Policy, rule: Rule) => Verdict

/** What is asked of every request, such as where it comes from, is asked of these as well. */
export const createUnidentified =
  ({ clock }: Pick<CheckPorts, 'clock'>, known: Permissions): Unidentified =>
  (request, policy, rule) => {
    const { authorize } = rule
    if (authorize.length > 0) {
      const access = evaluateUnknown(authorize, { request, nowMs: clock.nowMs() })
      if (access.kind !== 'permitted') {
        return forbid(request, policy, rule, undefined, access)
      }
    }
    return forwardUnknown(request, policy, rule, known.ofUnknown(policy, rule))
  }
