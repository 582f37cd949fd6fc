import type { Access } from '../../core/decision/decision.ts'
import type { Identity } from '../../core/identity/identity.ts'
import type { Requirement } from '../../core/policy/requirement.ts'
import type { Asked } from '../../core/request/asked.ts'
import { evaluateClaim } from './evaluate-claim.ts'

/**
 * What one requirement makes of an identity. `asked` is what it was asked with; without it, what
 * has to look at the request does not hold.
 */
const evaluateOne = (requirement: Requirement, identity: Identity, _asked?: Asked): Access => {
  switch (requirement.kind) {
    case 'scopes':
      return requirement.scopes.every((scope) => identity.scopes.includes(scope))
        ? { kind: 'permitted' }
        : { kind: 'scope_missing', required: requirement.scopes }
    case 'claim':
      return evaluateClaim(requirement, identity)
  }
}

/** Whether every one of these clauses holds; the first that does not is named. */
export const evaluate = (
  requirements: readonly Requirement[],
  identity: Identity,
  asked?: Asked,
): Access => {
  for (const requirement of requirements) {
    const access = evaluateOne(requirement, identity, asked)
    if (access.kind !== 'permitted') return access
  }
  return { kind: 'permitted' }
}
