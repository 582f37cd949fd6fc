import type { Access } from '../../core/decision/decision.ts'
import type { Identity } from '../../core/identity/identity.ts'
import type { Requirement, ScopesRequirement } from '../../core/policy/requirement.ts'
import type { Asked } from '../../core/request/asked.ts'
import { evaluateAny, forPlatform } from './evaluate-any.ts'
import { evaluateClaim } from './evaluate-claim.ts'
import { evaluateContext, wholeStepUp } from './evaluate-context.ts'
import { evaluateEmailDomains } from './evaluate-email.ts'
import { evaluateExpression } from './evaluate-expression.ts'
import { evaluateSourceAddresses } from './evaluate-source.ts'

const evaluateScopes = ({ scopes }: ScopesRequirement, identity: Identity): Access =>
  scopes.every((scope) => identity.scopes.includes(scope))
    ? { kind: 'permitted' }
    : { kind: 'scope_missing', required: scopes }

/**
 * What one requirement makes of an identity. `asked` is what it was asked with; without it, what
 * has to look at the request does not hold.
 */
const evaluateOne = (requirement: Requirement, identity: Identity, asked?: Asked): Access => {
  switch (requirement.kind) {
    case 'scopes':
      return evaluateScopes(requirement, identity)
    case 'claim':
      return evaluateClaim(requirement, identity)
    case 'email_domains':
      return evaluateEmailDomains(requirement, identity)
    case 'source_addresses':
      return evaluateSourceAddresses(requirement, asked)
    case 'cel':
      return evaluateExpression(requirement, identity, asked)
    case 'authentication_context':
      return evaluateContext(requirement, identity.claims, asked)
    case 'any':
      return evaluateAny(requirement, (clause) => evaluateOne(clause, identity, asked))
    case 'platform':
      return forPlatform(requirement, evaluateOne(requirement.clause, identity, asked))
  }
}

const isStepUp = (access: Access): boolean =>
  access.kind === 'platform_refused' ? isStepUp(access.refusal) : access.kind === 'step_up'

/**
 * Whether every one of these clauses holds; the first that does not is named. Another
 * authentication is asked for by all of them together, so that one will do.
 */
export const evaluate = (
  requirements: readonly Requirement[],
  identity: Identity,
  asked?: Asked,
): Access => {
  for (const requirement of requirements) {
    const access = evaluateOne(requirement, identity, asked)
    if (access.kind === 'permitted') continue
    if (!isStepUp(access)) return access
    return wholeStepUp(requirements, (one) => evaluateOne(one, identity, asked))
  }
  return { kind: 'permitted' }
}
