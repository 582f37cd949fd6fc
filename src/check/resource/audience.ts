import type { AuthenticateMethod, BearerMethod, Policy, Rule } from '../../core/policy/policy.ts'
import { resourceUrlOf } from '../../core/policy/protected-resource.ts'
import type { Request } from '../../core/request/request.ts'
import { resourceFor } from '../../policy/matching/resource-for.ts'

type Asked = Pick<Request, 'host' | 'authority' | 'path'>

/**
 * The audiences that name the protected resource that a request is for: its URL as clients ask for
 * it (RFC 8707), with and without one slash at the end, as they differ in that. None where the
 * request is for none.
 */
const ownAudiences = (policy: Pick<Policy, 'resources'>, request: Asked): readonly string[] => {
  const resource = resourceFor(policy, request)
  if (resource === undefined) return []
  const url = resourceUrlOf(request.authority, resource)
  return [url, `${url}/`]
}

/** Methods as they take tokens for the resource that a request is for, too. */
export const forResource = (
  methods: readonly BearerMethod[],
  policy: Pick<Policy, 'resources'>,
  request: Asked,
): readonly BearerMethod[] => {
  if (policy.resources === undefined) return methods
  const own = ownAudiences(policy, request)
  if (own.length === 0) return methods
  return methods.map((method) => ({ ...method, audiences: [...method.audiences, ...own] }))
}

/** A rule with its methods as they take tokens for the resource that a request is for. */
export const ruleForResource = (
  rule: Rule,
  policy: Pick<Policy, 'resources'>,
  request: Asked,
): Rule =>
  policy.resources === undefined
    ? rule
    : {
        ...rule,
        authenticate: rule.authenticate.flatMap((method): readonly AuthenticateMethod[] =>
          method.kind === 'bearer' ? forResource([method], policy, request) : [method],
        ),
      }
