import type { Match } from '../../../core/policy/match.ts'
import type { Rule } from '../../../core/policy/policy.ts'
import {
  isUnder,
  type ProtectedResource,
  type ProtectedResources,
} from '../../../core/policy/protected-resource.ts'
import type { Requirement } from '../../../core/policy/requirement.ts'
import type { FieldPath } from '../../resource/resource.ts'
import type { ProtectedRouteProtectedResource } from '../../resource/resource-specs.generated.ts'
import type { Findings } from '../object/findings.ts'

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
    const takes = rules.some((rule) => !rule.public && rule.takesTokens && isFor(rule, path))
    if (takes) continue
    const message = `No rule for "${path}" takes tokens, so that whoever gets one there has no use for it: add \`bearer\` to \`authenticate\`, or remove the path`
    findings.add([...FIELD, 'paths', index], message)
  }
}

const checkAudiences = (
  paths: readonly string[],
  rules: readonly RuleOfResource[],
  findings: Findings,
): void => {
  const fields = new Map<string, FieldPath>()
  for (const rule of rules) {
    if (!rule.public && paths.some((path) => isFor(rule, path))) continue
    for (const field of rule.withoutAudience) fields.set(field.join('.'), field)
  }
  for (const field of fields.values()) {
    const message =
      paths.length === 0
        ? 'Tokens for nobody in particular would be taken: list the audiences, or set `protectedResource`, whose URL is one'
        : 'The rule is for none of `protectedResource.paths`, so that nothing says whom its tokens have to be for: list the audiences'
    findings.add(field, message)
  }
}

/** What a route says of its protected resources, held against its hosts and rules. */
export const checkProtectedResource = (
  written: ProtectedRouteProtectedResource | undefined,
  hosts: readonly string[],
  rules: readonly RuleOfResource[],
  findings: Findings,
): void => {
  const paths = written?.paths ?? []
  if (written !== undefined) {
    checkHosts(written, hosts, findings)
    checkPaths(paths, rules, findings)
  }
  checkAudiences(paths, rules, findings)
}

const scopesOf = (requirement: Requirement): readonly string[] => {
  if (requirement.kind === 'scopes') return requirement.scopes
  if (requirement.kind === 'any') return requirement.clauses.flatMap(scopesOf)
  return requirement.kind === 'platform' ? scopesOf(requirement.clause) : []
}

/** The issuers of the tokens that a rule takes. */
type IssuersOf = (rule: Rule) => readonly string[]

const resourceOf = (
  path: string,
  written: ProtectedRouteProtectedResource,
  rules: readonly Rule[],
  issuersOf: IssuersOf,
): ProtectedResource => {
  const { scopes: neededScopes = [], name, documentationURL } = written
  const asking = rules.filter((rule) => !rule.public && isFor(rule, path))
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
  issuersOf: IssuersOf,
): { readonly resources?: ProtectedResources } => {
  if (written === undefined) return {}
  const { paths, hosts } = written
  const byLength = [...paths].sort((one, other) => other.length - one.length)
  const list = byLength.map((path) => resourceOf(path, written, rules, issuersOf))
  return { resources: { list, ...(hosts === undefined ? {} : { hosts: new Set(hosts) }) } }
}
