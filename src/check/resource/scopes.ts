import type { Refusal } from '../../core/decision/decision.ts'
import type { Identity } from '../../core/identity/identity.ts'
import type { Policy } from '../../core/policy/policy.ts'
import type { Request } from '../../core/request/request.ts'
import { resourceFor } from '../../policy/matching/resource-for.ts'

/**
 * What keeps whoever came with a token from a protected resource, before anything that the rule
 * asks for: a scope that is needed for all of it. A session is of a client that was registered
 * here, and has what that asked for.
 */
export const scopesLacking = (
  policy: Pick<Policy, 'resources'>,
  request: Pick<Request, 'host' | 'authority' | 'path'>,
  { bearer, scopes }: Identity,
): (Refusal & { readonly kind: 'scope_missing' }) | undefined => {
  if (policy.resources === undefined || bearer === undefined) return undefined
  const required = resourceFor(policy, request)?.neededScopes ?? []
  return required.every((scope) => scopes.includes(scope))
    ? undefined
    : { kind: 'scope_missing', required }
}
