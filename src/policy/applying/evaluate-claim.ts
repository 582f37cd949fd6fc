import type { Access } from '../../core/decision/decision.ts'
import { claimAt } from '../../core/decision/told-value.ts'
import type { Claims, Identity, Json } from '../../core/identity/identity.ts'
import type { ClaimRequirement, ClaimValue } from '../../core/policy/requirement.ts'

const valuesOf = (claim: Json | undefined): readonly Json[] => {
  if (claim === undefined || claim === null) return []
  return Array.isArray(claim) ? claim : [claim]
}

type ClaimState = (Access & { readonly kind: 'claim_refused' })['state']

/**
 * Whether a token says that a claim is somewhere else: as aggregated and distributed claims do, and
 * as Microsoft Entra ID does with the groups of whoever has too many.
 */
const isElsewhere = (claims: Claims, [name = '']: readonly string[]): boolean => {
  const names = claims._claim_names
  const isNamed =
    typeof names === 'object' &&
    names !== null &&
    !Array.isArray(names) &&
    Object.hasOwn(names, name)
  return (
    isNamed || (name === 'groups' && claims.hasgroups !== undefined && claims.hasgroups !== false)
  )
}

const stateOf = ({ claims }: Identity, path: readonly string[], claim: Json | undefined) => {
  if (claim !== undefined && claim !== null) return 'present'
  return isElsewhere(claims, path) ? 'elsewhere' : 'absent'
}

/** Of a claim that is elsewhere nothing holds, not even that it lacks a value or is not there. */
const holds = (
  { anyOf, allOf, noneOf, exists }: ClaimRequirement,
  claim: Json | undefined,
  state: ClaimState,
): boolean => {
  const values = valuesOf(claim)
  const has = (wanted: ClaimValue): boolean => values.includes(wanted)
  if (state === 'elsewhere') return false
  if (exists !== undefined && exists !== (state === 'present')) return false
  if (anyOf !== undefined && !anyOf.some(has)) return false
  if (allOf !== undefined && !allOf.every(has)) return false
  return noneOf === undefined || !noneOf.some(has)
}

/**
 * What a clause about a claim makes of an identity. Values are compared by type and value; a lone
 * value is a list of one.
 */
export const evaluateClaim = (requirement: ClaimRequirement, identity: Identity): Access => {
  const claim = claimAt(identity.claims, requirement.path)
  const state = stateOf(identity, requirement.path, claim)
  return holds(requirement, claim, state)
    ? { kind: 'permitted' }
    : { kind: 'claim_refused', claim: requirement.written, state }
}
