import type {
  AuthenticateMethod,
  BearerMethod,
  CredentialMethod,
  Policy,
  Rule,
} from '../../core/policy/policy.ts'
import { resourceUrlOf } from '../../core/policy/protected-resource.ts'
import type { Request } from '../../core/request/request.ts'
import { resourceFor } from '../../policy/matching/resource-for.ts'
import type { Shown, Way } from '../../policy/ways/way.ts'
import { wayOf } from '../../policy/ways/ways.ts'

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

const withAudiences = (
  way: Way,
  methods: readonly CredentialMethod[],
  own: readonly string[],
): readonly CredentialMethod[] => methods.map((method) => way.forAudiences?.(method, own) ?? method)

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

/** Looks for a credential, by the methods as they take it for the resource of a request, too. */
type FindFor = (policy: Pick<Policy, 'resources'>, request: Request) => Shown<unknown>

/**
 * The finder of some methods of a way, made once, and once more for each resource that requests are
 * for: those are as many as hosts and paths are listed.
 */
export const createFindFor = (
  way: Way,
  methods: readonly CredentialMethod[],
  rivals: Parameters<Way['finder']>[1],
): FindFor => {
  const find = way.finder(methods, rivals)
  const known = new Map<string, typeof find>()
  const finderFor = (own: readonly string[]): typeof find => {
    const [url] = own
    if (url === undefined) return find
    const before = known.get(url)
    if (before !== undefined) return before
    const made = way.finder(withAudiences(way, methods, own), rivals)
    known.set(url, made)
    return made
  }
  return (policy, request) => {
    if (policy.resources === undefined || way.forAudiences === undefined) return find(request)
    return finderFor(ownAudiences(policy, request))(request)
  }
}

const methodFor = (method: AuthenticateMethod, own: readonly string[]): AuthenticateMethod => {
  if (method.kind === 'bearer') return { ...method, audiences: [...method.audiences, ...own] }
  return method.kind === 'credential'
    ? (wayOf(method.way).forAudiences?.(method, own) ?? method)
    : method
}

/** A rule with its methods as they take tokens for the resource that a request is for. */
export const ruleForResource = (
  rule: Rule,
  policy: Pick<Policy, 'resources'>,
  request: Asked,
): Rule => {
  const own = policy.resources === undefined ? [] : ownAudiences(policy, request)
  return own.length === 0
    ? rule
    : { ...rule, authenticate: rule.authenticate.map((method) => methodFor(method, own)) }
}
