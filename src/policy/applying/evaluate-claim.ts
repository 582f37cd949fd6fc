import type { Access } from '../../core/decision/decision.ts'
import { claimAt } from '../../core/decision/told-value.ts'
import { isElsewhere } from '../../core/identity/elsewhere.ts'
import type { Identity, Json } from '../../core/identity/identity.ts'
import { asciiLower } from '../../core/policy/ascii-case.ts'
import type { TextPattern } from '../../core/policy/match.ts'
import type { ClaimRequirement, ClaimValue } from '../../core/policy/requirement.ts'

const valuesOf = (claim: Json | undefined): readonly Json[] => {
  if (claim === undefined || claim === null) return []
  return Array.isArray(claim) ? claim : [claim]
}

type ClaimState = (Access & { readonly kind: 'claim_refused' })['state']

/** A longer value is matched against no pattern. */
const MAX_MATCHED_LENGTH = 1024

const isScalar = (value: Json): boolean => typeof value !== 'object' || value === null

const stateOf = (
  { claims }: Identity,
  [name = '']: readonly string[],
  claim: Json | undefined,
): ClaimState => {
  if (claim === undefined || claim === null) {
    return isElsewhere(claims, name) ? 'elsewhere' : 'absent'
  }
  if (Array.isArray(claim)) return claim.every(isScalar) ? 'present' : 'mixed_list'
  return isScalar(claim) ? 'present' : 'object'
}

const isMatch = (value: Json, patterns: readonly TextPattern[]): boolean =>
  typeof value === 'string' &&
  value.length <= MAX_MATCHED_LENGTH &&
  patterns.some((pattern) => pattern.test(value))

const folded = (value: Json): Json => (typeof value === 'string' ? asciiLower(value) : value)

/** What the values of a claim that can be compared are compared with. */
const compare = (
  { anyOf, allOf, noneOf, matches, ignoreCase }: ClaimRequirement,
  written: readonly Json[],
): boolean => {
  const values = ignoreCase ? written.map(folded) : written
  const has = (wanted: ClaimValue): boolean => values.includes(wanted)
  if (anyOf !== undefined && !anyOf.some(has)) return false
  if (allOf !== undefined && !allOf.every(has)) return false
  if (matches !== undefined && !written.some((value) => isMatch(value, matches))) return false
  return noneOf === undefined || !noneOf.some(has)
}

/**
 * Of a claim that is elsewhere nothing holds, not even that it lacks a value or is not there; of
 * one that cannot be compared, only that it is there.
 */
const holds = (
  requirement: ClaimRequirement,
  claim: Json | undefined,
  state: ClaimState,
): boolean => {
  const { exists, anyOf, allOf, noneOf, matches } = requirement
  if (state === 'elsewhere') return false
  if (exists !== undefined && exists === (state === 'absent')) return false
  const compares = [anyOf, allOf, noneOf, matches].some((part) => part !== undefined)
  if (!compares) return true
  return state !== 'object' && state !== 'mixed_list' && compare(requirement, valuesOf(claim))
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
