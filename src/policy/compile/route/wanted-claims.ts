import { partOf } from '../../../core/policy/part.ts'
import type { Policy, Rule } from '../../../core/policy/policy.ts'
import type { ClaimRequirement, Requirement } from '../../../core/policy/requirement.ts'
import type { Told } from '../../../core/policy/told.ts'
import type { Upstream } from '../../../core/policy/upstream.ts'
import type { Client } from '../../../core/registration/client.ts'
import { eachInSteps, mapInSteps, type Steps } from '../../../core/time/steps.ts'

/** A claim that a header or a rule names, or that a decision point is told. */
export interface WantedClaim {
  /** Its names, joined by dots. */
  readonly name: string
  /** One name per level. */
  readonly path: readonly string[]
}

/** The claims that are wanted of the sessions of each client, by its name. */
export type WantedClaims = ReadonlyMap<string, readonly WantedClaim[]>

/** Every upstream gets it in `x-auth-email`; who requests the scope expects it. */
const EMAIL: WantedClaim = { name: 'email', path: ['email'] }

const EMAIL_VERIFIED: WantedClaim = { name: 'email_verified', path: ['email_verified'] }

const wanted = (path: readonly string[]): WantedClaim => ({ name: path.join('.'), path })

const ofClaim = ({ path, exists, anyOf, allOf, matches }: ClaimRequirement) =>
  exists === true || [anyOf, allOf, matches].some((part) => part !== undefined)
    ? [wanted(path)]
    : []

/**
 * A rule that asks for values, or that it is there, wants a claim; one that forbids does not, nor
 * does one that gets what it asks for by another login.
 */
const ofRequirement = (one: Requirement): readonly WantedClaim[] => {
  switch (one.kind) {
    case 'claim':
      return ofClaim(one)
    case 'email_domains':
      return one.allowUnverified ? [EMAIL] : [EMAIL, EMAIL_VERIFIED]
    case 'cel':
      return one.expression.claims.map(wanted)
    case 'platform':
      return ofRequirement(one.clause)
    case 'any':
      return one.clauses.flatMap(ofRequirement)
    case 'scopes':
    case 'source_addresses':
    case 'authentication_context':
      return []
  }
}

const toldPaths = (told: Told): readonly (readonly string[])[] => {
  switch (told.kind) {
    case 'claim':
      return [told.path]
    case 'expression':
      return told.expression.claims
    case 'text':
      return []
  }
}

const ofTold = (told: Told): readonly WantedClaim[] => toldPaths(told).map(wanted)

const ofUpstream = ({ headers, assertion }: Upstream): readonly WantedClaim[] => [
  ...headers.flatMap(({ told }) => ofTold(told)),
  ...(assertion?.claims ?? []).map(wanted),
]

const ofRule = ({ authenticate, authorize, upstream, metadata = [], decisionPoint }: Rule) =>
  authenticate.some(({ kind }) => kind === 'session')
    ? [
        ...authorize.flatMap(ofRequirement),
        ...ofUpstream(upstream),
        ...metadata.flatMap(({ told }) => ofTold(told)),
        ...(decisionPoint?.claims ?? []).map(({ path }) => wanted(path)),
      ]
    : []

const ofPart = (policy: Policy, client: Client): readonly WantedClaim[] =>
  [...policy.rules, policy.fallback]
    .filter((rule) => !rule.public && partOf(policy, rule).clients.includes(client))
    .flatMap(ofRule)

const ofClient = ({ scopes }: Client): readonly WantedClaim[] =>
  scopes.includes('email') ? [EMAIL] : []

/** What the routes want of their clients; each claim once. */
export const wantedClaims = function* (policies: readonly Policy[]): Steps<WantedClaims> {
  const byClient = new Map<string, Map<string, WantedClaim>>()
  yield* eachInSteps(policies, (policy) => {
    for (const client of policy.clients) {
      const wantedOf = byClient.get(client.name) ?? new Map<string, WantedClaim>()
      byClient.set(client.name, wantedOf)
      for (const claim of [...ofClient(client), ...ofPart(policy, client)]) {
        wantedOf.set(claim.name, claim)
      }
    }
  })
  const listed = yield* mapInSteps(
    byClient,
    ([name, claims]) => [name, [...claims.values()]] as const,
  )
  return new Map(listed)
}
