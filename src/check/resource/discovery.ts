import type { Authentication } from '../../core/identity/identity.ts'
import type { Policy, Rule } from '../../core/policy/policy.ts'
import {
  metadataPathOf,
  type ProtectedResource,
  resourceUrlOf,
} from '../../core/policy/protected-resource.ts'
import type { Requirement } from '../../core/policy/requirement.ts'
import type { Request } from '../../core/request/request.ts'
import { takesTokensFor } from '../../policy/compile/applications/resource-issuers.ts'
import { resourceFor } from '../../policy/matching/resource-for.ts'

/** What a challenge tells a client that finds its own way in. */
export interface Discovery {
  readonly resource: ProtectedResource
  /** Where the metadata lie (RFC 9728 section 5.1). */
  readonly metadataURL: string
  /** What a caller needs here, all of it; what the resource lists where that is nothing. */
  readonly scopes: readonly string[]
}

/** The scopes that a clause asks for: of alternatives, those of the first. */
const scopesOf = (requirement: Requirement): readonly string[] => {
  switch (requirement.kind) {
    case 'scopes':
      return requirement.scopes
    case 'platform':
      return scopesOf(requirement.clause)
    case 'any': {
      const [first] = requirement.clauses
      return first === undefined ? [] : scopesOf(first)
    }
    default:
      return []
  }
}

type Asked = Pick<Request, 'host' | 'authority' | 'path'>

/**
 * The protected resource that a request is for, under a rule that takes tokens for it, with what
 * its callers are told; `undefined`: there is none, and callers have to be configured. Those of a
 * rule that takes `userinfo` alone are: whatever the metadata lead to, its tokens are of no use.
 */
export const discoveryFor = (
  policy: Pick<Policy, 'resources'>,
  rule: Pick<Rule, 'authenticate' | 'authorize'>,
  request: Asked,
): Discovery | undefined => {
  const resource = resourceFor(policy, request)
  if (resource === undefined || !rule.authenticate.some(takesTokensFor)) return undefined
  const needed = [...new Set([...rule.authorize.flatMap(scopesOf), ...resource.neededScopes])]
  return {
    resource,
    metadataURL: resourceUrlOf(request.authority, { path: metadataPathOf(resource) }),
    scopes: needed.length > 0 ? needed : resource.scopes,
  }
}

/**
 * What a caller needs that has some scopes already: with those of them that the resource lists, as
 * clients ask for nothing but what they are told, and would lose the others.
 */
export const scopesBeside = (
  { resource, scopes }: Discovery,
  held: readonly string[],
): readonly string[] => [
  ...new Set([...scopes, ...resource.scopes.filter((scope) => held.includes(scope))]),
]

const challenging = new WeakMap<Rule, Rule>()

/**
 * A rule as it answers whoever shows nothing: callers that discover read a challenge, whatever they
 * ask for and by whichever method, and take any page for a broken resource.
 */
export const asDiscovered = (
  policy: Pick<Policy, 'resources'>,
  rule: Rule,
  request: Asked,
  { kind }: Authentication,
): Rule => {
  if (policy.resources === undefined || kind === 'authenticated') return rule
  if (discoveryFor(policy, rule, request) === undefined) return rule
  const before = challenging.get(rule)
  if (before !== undefined) return before
  const made: Rule = { ...rule, onUnauthenticated: 'Challenge' }
  challenging.set(rule, made)
  return made
}
