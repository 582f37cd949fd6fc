import type { Access } from '../../core/decision/decision.ts'
import { claimAt } from '../../core/decision/forward.ts'
import type { Identity, Json } from '../../core/identity/identity.ts'
import type { ClaimValue, Requirement, Rule } from '../../core/policy/policy.ts'

type ClaimRequirement = Requirement & { readonly kind: 'claim' }

const valuesOf = (claim: Json | undefined): readonly Json[] => {
  if (claim === undefined || claim === null) return []
  return Array.isArray(claim) ? claim : [claim]
}

const holds = (requirement: ClaimRequirement, identity: Identity): boolean => {
  const claim = claimAt(identity.claims, requirement.path)
  const values = valuesOf(claim)
  const has = (wanted: ClaimValue): boolean => values.includes(wanted)
  const { anyOf, allOf, noneOf, exists } = requirement
  if (exists !== undefined && exists !== (claim !== undefined && claim !== null)) return false
  if (anyOf !== undefined && !anyOf.some(has)) return false
  if (allOf !== undefined && !allOf.every(has)) return false
  return noneOf === undefined || !noneOf.some(has)
}

/**
 * What one requirement makes of an identity. Claim values are compared by type and value; a lone
 * value is a list of one.
 */
const evaluateOne = (requirement: Requirement, identity: Identity): Access => {
  switch (requirement.kind) {
    case 'scopes':
      return requirement.scopes.every((scope) => identity.scopes.includes(scope))
        ? { kind: 'permitted' }
        : { kind: 'scope_missing', required: requirement.scopes }
    case 'claim':
      return holds(requirement, identity)
        ? { kind: 'permitted' }
        : { kind: 'claim_refused', claim: requirement.written }
  }
}

/**
 * Whether a rule permits an identity: every clause of `authorize` must hold; the first that does
 * not is named.
 */
export const evaluate = (rule: Pick<Rule, 'authorize'>, identity: Identity): Access => {
  for (const requirement of rule.authorize) {
    const access = evaluateOne(requirement, identity)
    if (access.kind !== 'permitted') return access
  }
  return { kind: 'permitted' }
}
