import type { Access } from '../core/decision/decision.ts'
import { type Prepared, prepareAllow, prepareUnknown, weightOf } from '../core/decision/prepared.ts'
import type { Authentication, Identity } from '../core/identity/identity.ts'
import type { Policy, Rule } from '../core/policy/policy.ts'
import { byNeed } from '../policy/applying/by-need.ts'
import { evaluate } from '../policy/applying/evaluate.ts'

/** What a rule makes of an identity, and of one that it permits what is known of the allow. */
export type Permission = Access & { readonly prepared?: Prepared }

/**
 * The outcomes of what rules say of identities alone, each made once for as long as it is kept.
 */
export interface Permissions {
  /** Of somebody unknown there is nothing to be said. */
  readonly of: (policy: Policy, rule: Rule, authentication: Authentication) => Permission
  /** What passes without an identity. */
  readonly ofUnknown: (policy: Policy, rule: Rule) => Prepared
  /** What is kept weighs no more than this, in bytes. */
  readonly weight: () => number
}

/** Twice what half of the sessions and tokens in use may take; beyond it they are made anew. */
const MAX_WEIGHT_BYTES = 16 * 1024 * 1024

/** One that is heavier than this part of a generation is made each time. */
const MAX_SHARE = 1 / 32

const REFUSAL_BYTES = 256

/**
 * Policies, rules and identities are told apart as objects: an edit makes a new policy, a refresh a
 * new identity, and what was made of the former ones is out of reach, and gone with them.
 */
type Kept = WeakMap<Policy, Map<Rule, WeakMap<Identity, Permission>>>

const OF_NOBODY: Permission = { kind: 'permitted' }

const permissionOf = (policy: Policy, rule: Rule, identity: Identity): Permission => {
  const access = evaluate(byNeed(rule).identity, identity)
  if (access.kind !== 'permitted') return access
  return { kind: 'permitted', prepared: prepareAllow(policy, rule, identity) }
}

/** An assertion of the usual size, as text and encoded, with the lists that it stands in. */
const ASSERTION_BYTES = 4 * 1024

/** A token that an access token was exchanged for, likewise. */
const EXCHANGED_BYTES = 8 * 1024

const bytesOf = ({ prepared }: Permission, { upstream: { assertion }, exchange }: Rule): number => {
  if (prepared === undefined) return REFUSAL_BYTES
  const plain = weightOf(prepared)
  const signed = assertion === undefined ? 0 : ASSERTION_BYTES
  return exchange === undefined ? plain + signed : 2 * (plain + signed) + EXCHANGED_BYTES
}

const put = (kept: Kept, policy: Policy, rule: Rule, identity: Identity, made: Permission) => {
  const rules = kept.get(policy) ?? new Map<Rule, WeakMap<Identity, Permission>>()
  const identities = rules.get(rule) ?? new WeakMap<Identity, Permission>()
  identities.set(identity, made)
  rules.set(rule, identities)
  kept.set(policy, rules)
}

/**
 * Policy is evaluated for every identity under every rule: once, as neither of them ever changes.
 * Bounded by weight in two generations, of which the older goes as a whole when the younger is
 * full; what is used again moves over. What has gone with its identity or policy still counts until
 * then, so that never more is kept than said.
 */
export const createPermissions = (maxWeightBytes = MAX_WEIGHT_BYTES): Permissions => {
  const unknowns = new WeakMap<Policy, Map<Rule, Prepared>>()
  const generationBytes = maxWeightBytes / 2
  let young: Kept = new WeakMap()
  let old: Kept = new WeakMap()
  let youngBytes = 0
  let oldBytes = 0

  const keep = (policy: Policy, rule: Rule, identity: Identity, made: Permission): Permission => {
    const bytes = bytesOf(made, rule)
    if (bytes > generationBytes * MAX_SHARE) return made
    if (youngBytes + bytes > generationBytes) {
      ;[old, oldBytes] = [young, youngBytes]
      ;[young, youngBytes] = [new WeakMap(), 0]
    }
    youngBytes += bytes
    put(young, policy, rule, identity, made)
    return made
  }

  return {
    of: (policy, rule, authentication) => {
      if (authentication.kind === 'unauthenticated') return OF_NOBODY
      const { identity } = authentication
      const known = young.get(policy)?.get(rule)?.get(identity)
      if (known !== undefined) return known
      const older = old.get(policy)?.get(rule)?.get(identity)
      return keep(policy, rule, identity, older ?? permissionOf(policy, rule, identity))
    },
    ofUnknown: (policy, rule) => {
      const rules = unknowns.get(policy) ?? new Map<Rule, Prepared>()
      const known = rules.get(rule)
      if (known !== undefined) return known
      const made = prepareUnknown(policy, rule)
      unknowns.set(policy, rules.set(rule, made))
      return made
    },
    weight: () => youngBytes + oldBytes,
  }
}
