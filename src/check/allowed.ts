import type { CheckPorts } from '../core/check-ports.ts'
import { withAsked } from '../core/decision/asked-headers.ts'
import type { Verdict } from '../core/decision/decision.ts'
import { forward } from '../core/decision/forward.ts'
import { withholdsToken } from '../core/decision/identity-headers.ts'
import { type Prepared, prepareAllow, withHeader } from '../core/decision/prepared.ts'
import type { Identity } from '../core/identity/identity.ts'
import type { Policy, Rule } from '../core/policy/policy.ts'
import { Fault } from '../core/reason/fault.ts'
import type { Request } from '../core/request/request.ts'
import { type Awaitable, andThen } from '../core/time/awaitable.ts'
import type { Budget } from '../core/time/budget.ts'
import type { Permission } from './permissions.ts'

/** The answer to whom a rule permits. */
export type Allowed = (
  request: Request,
  policy: Policy,
  rule: Rule,
  identity: Identity,
  permission: Pick<Permission, 'prepared'>,
  budget: Budget,
) => Awaitable<Verdict>

interface Kept {
  readonly prepared: Prepared
  readonly issuedAtMs: number
  readonly expiresAtMs: number
}

const withheld = (policy: Policy, rule: Rule, { client = '' }: Identity): Fault => {
  const message = `The rule ${rule.name} of ${policy.name} forwards the access token, and the provider of OIDCClient ${client} has bound that to the gateway (cnf), so that the upstream could not use it: set \`upstream.authorization\` to Exchange, IDToken or Remove, or have the provider bind no tokens of this client.`
  return new Fault('access_token_bound', message, {
    place: { policy: policy.name, rule: rule.name },
  })
}

/**
 * Lets a request through with its identity, with what its upstream is told of the request, which is
 * made each time, and with what it is told in signed form where the rule wants that. An assertion
 * is signed once for each identity under a rule, and again when half of its time has gone, which
 * may be shorter than its terms say. One that would be of the future, as the clock was set back, is
 * not used. They are kept with what was prepared of the allow, and no longer.
 */
export const createAllowed = ({
  assertions,
  clock,
}: Pick<CheckPorts, 'assertions' | 'clock'>): Allowed => {
  const kept = new WeakMap<Prepared, Kept>()

  const isFresh = ({ issuedAtMs, expiresAtMs }: Kept): boolean => {
    const ageMs = clock.nowMs() - issuedAtMs
    return ageMs >= 0 && ageMs < (expiresAtMs - issuedAtMs) / 2
  }

  const asserted = (
    rule: Rule,
    identity: Identity,
    plain: Prepared,
    budget: Budget,
  ): Awaitable<Prepared> => {
    const { assertion: terms } = rule.upstream
    if (terms === undefined) return plain
    const known = kept.get(plain)
    if (known !== undefined && isFresh(known)) return known.prepared
    return andThen(assertions.sign(terms, identity, budget), ({ token, ...times }) => {
      const prepared = withHeader(plain, [terms.header, token])
      kept.set(plain, { prepared, ...times })
      return prepared
    })
  }

  return (request, policy, rule, identity, { prepared }, budget) => {
    if (withholdsToken(identity, rule.upstream)) throw withheld(policy, rule, identity)
    const { assertion, toldByRequest } = rule.upstream
    if (assertion === undefined && toldByRequest === undefined) {
      return forward(request, policy, rule, identity, prepared)
    }
    const plain = prepared ?? prepareAllow(policy, rule, identity)
    return andThen(asserted(rule, identity, plain, budget), (signed) => {
      const asked = { request, nowMs: clock.nowMs() }
      const whole = toldByRequest === undefined ? signed : withAsked(signed, rule, identity, asked)
      return forward(request, policy, rule, identity, whole)
    })
  }
}
