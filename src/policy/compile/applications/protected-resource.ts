import { isUnder, type Match } from '../../../core/policy/match.ts'
import type { Rule } from '../../../core/policy/policy.ts'
import type {
  ProtectedResource,
  ProtectedResources,
} from '../../../core/policy/protected-resource.ts'
import type { Requirement } from '../../../core/policy/requirement.ts'
import type { AuthorizationServer } from '../../../core/registration/authorization-server.ts'
import type { FieldPath } from '../../resource/resource.ts'
import type { ProtectedRouteProtectedResource } from '../../resource/resource-specs.generated.ts'
import type { Findings } from '../object/findings.ts'
import { issuersOf } from './resource-issuers.ts'

const FIELD: FieldPath = ['spec', 'protectedResource']

const WILDCARD = '*.'

const isAmong = (host: string, hosts: readonly string[]): boolean =>
  hosts.some((one) =>
    one.startsWith(WILDCARD)
      ? host.endsWith(one.slice(1)) && host.length > one.length - 1
      : one === host,
  )

const checkHosts = (
  { hosts }: ProtectedRouteProtectedResource,
  ofRoute: readonly string[],
  findings: Findings,
): void => {
  const wildcard = ofRoute.find((host) => host.startsWith(WILDCARD))
  if (hosts === undefined) {
    if (wildcard === undefined) return
    const message = `Whoever asks chooses the host below "${wildcard}", and with it the URL that tokens are for: list in \`hosts\` here those that have the resource`
    findings.add(FIELD, message)
    return
  }
  for (const [index, host] of hosts.entries()) {
    if (isAmong(host, ofRoute)) continue
    const message = `The host "${host}" is none of this route: add it to \`spec.hosts\`, or remove it here`
    findings.add([...FIELD, 'hosts', index], message)
  }
}

const coversSome = ({ path }: Match, resource: string): boolean => {
  switch (path?.kind) {
    case undefined:
    case 'pattern':
      return true
    case 'exact':
      return isUnder(resource, path.path)
    case 'prefix':
      return isUnder(resource, path.path) || isUnder(path.path, resource)
  }
}

type Covering = Pick<Rule, 'matches' | 'public'>

/** Whether a request for a resource may fall under a rule; the route's own settings match all. */
const isFor = ({ matches }: Covering, resource: string): boolean =>
  matches.length === 0 || matches.some((match) => coversSome(match, resource))

const coversAll = ({ path, methods, headers, sourceAddresses }: Match, resource: string): boolean =>
  methods === undefined &&
  headers === undefined &&
  sourceAddresses === undefined &&
  (path === undefined || (path.kind === 'prefix' && isUnder(path.path, resource)))

/** Those that requests for a resource may fall under: none after the first that takes them all. */
export const rulesFor = <R extends Covering>(
  rules: readonly R[],
  resource: string,
): readonly R[] => {
  const last = rules.findIndex(({ matches }) => matches.some((match) => coversAll(match, resource)))
  return (last < 0 ? rules : rules.slice(0, last + 1)).filter((rule) => isFor(rule, resource))
}

/** A rule as it was read, or completed, with what its methods are called for this. */
export interface RuleOfResource extends Covering {
  readonly takesTokens: boolean
  /** Where a member says nothing of audiences. */
  readonly withoutAudience: readonly FieldPath[]
}

const checkPaths = (
  paths: readonly string[],
  rules: readonly RuleOfResource[],
  findings: Findings,
): void => {
  for (const [index, path] of paths.entries()) {
    const takes = rulesFor(rules, path).some((rule) => !rule.public && rule.takesTokens)
    if (takes) continue
    const message = `No rule for "${path}" takes tokens, so that whoever gets one there has no use for it: add \`bearer\` to \`authenticate\`, or remove the path`
    findings.add([...FIELD, 'paths', index], message)
  }
}

const FOR_NOBODY =
  'Tokens for nobody in particular would be taken: list the audiences, or set `protectedResource`, whose URL is one'
const ELSEWHERE =
  'The rule is for none of `protectedResource.paths`, so that nothing says whom its tokens have to be for: list the audiences'
const ON_OTHER_HOSTS =
  'The route has hosts that are not among `protectedResource.hosts`, and nothing says whom tokens have to be for there: list the audiences'

/** A member without audiences takes tokens for the resource, and has to have one wherever it is. */
const checkAudiences = (
  written: ProtectedRouteProtectedResource | undefined,
  ofRoute: readonly string[],
  rules: readonly RuleOfResource[],
  findings: Findings,
): void => {
  const { paths = [], hosts } = written ?? {}
  const covering = new Set(paths.flatMap((path) => rulesFor(rules, path)))
  const isOnAll = hosts === undefined || ofRoute.every((host) => hosts.includes(host))
  const told = new Map<string, readonly [FieldPath, string]>()
  for (const rule of rules) {
    if (covering.has(rule) && isOnAll) continue
    const elsewhere = covering.has(rule) ? ON_OTHER_HOSTS : ELSEWHERE
    const message = written === undefined ? FOR_NOBODY : elsewhere
    for (const field of rule.withoutAudience) told.set(field.join('.'), [field, message])
  }
  for (const [field, message] of told.values()) findings.add(field, message)
}

/** What a route says of its protected resources, held against its hosts and rules. */
export const checkProtectedResource = (
  written: ProtectedRouteProtectedResource | undefined,
  hosts: readonly string[],
  rules: readonly RuleOfResource[],
  findings: Findings,
): void => {
  if (written !== undefined) {
    checkHosts(written, hosts, findings)
    checkPaths(written.paths, rules, findings)
  }
  checkAudiences(written, hosts, rules, findings)
}

/** Every scope that a clause asks for, in whichever of its alternatives. */
export const scopesOf = (requirement: Requirement): readonly string[] => {
  if (requirement.kind === 'scopes') return requirement.scopes
  if (requirement.kind === 'any') return requirement.clauses.flatMap(scopesOf)
  return requirement.kind === 'platform' ? scopesOf(requirement.clause) : []
}

const resourceOf = (
  path: string,
  written: ProtectedRouteProtectedResource,
  rules: readonly Rule[],
): ProtectedResource => {
  const { scopes: neededScopes = [], name, documentationURL } = written
  const asking = rulesFor(rules, path).filter((rule) => !rule.public)
  const asked = asking.flatMap(({ authorize }) => authorize.flatMap(scopesOf))
  return {
    path,
    authorizationServers: [...new Set(asking.flatMap(issuersOf))],
    scopes: [...new Set([...neededScopes, ...asked])],
    neededScopes,
    ...(name === undefined ? {} : { name }),
    ...(documentationURL === undefined ? {} : { documentationURL }),
  }
}

/** The protected resources of a route with what its rules say of them. */
export const protectedResourcesOf = (
  written: ProtectedRouteProtectedResource | undefined,
  rules: readonly Rule[],
  authorizationServer: AuthorizationServer | undefined,
): { readonly resources?: ProtectedResources } => {
  if (written === undefined) return {}
  const { paths, hosts, port } = written
  const server = authorizationServer === undefined ? {} : { authorizationServer }
  const byLength = [...paths].sort((one, other) => other.length - one.length)
  const list = byLength.map((path) => resourceOf(path, written, rules))
  const named = hosts === undefined ? {} : { hosts: new Set(hosts) }
  return { resources: { list, port, ...named, ...server } }
}
