import { isUnder, type Match } from '../../../core/policy/match.ts'
import type { Rule } from '../../../core/policy/policy.ts'
import type { Requirement } from '../../../core/policy/requirement.ts'
import type { FieldPath } from '../../resource/resource.ts'
import type { ProtectedRouteProtectedResource } from '../../resource/resource-specs.generated.ts'
import { rulesFor, scopesOf } from './protected-resource.ts'

/** What is surely not meant, and where. */
interface ResourceWarning {
  readonly field: FieldPath
  readonly message: string
}

type Written = Pick<Rule, 'matches' | 'public'> & { readonly authorize: readonly Requirement[] }

const FIELD: FieldPath = ['spec', 'protectedResource']

const withoutScopes = (
  { paths, scopes = [] }: ProtectedRouteProtectedResource,
  rules: readonly Written[],
): readonly ResourceWarning[] => {
  if (scopes.length > 0) return []
  const silent = paths.filter((path) =>
    rulesFor(rules, path).every(
      (rule) => rule.public || rule.authorize.flatMap(scopesOf).length === 0,
    ),
  )
  if (silent.length === 0) return []
  const named = silent.map((path) => `"${path}"`).join(', ')
  const message = `Clients are told no scope for ${named}: some then ask for everything that the authorization server lists, which it may refuse. Name in \`scopes\` what they are to ask for`
  return [{ field: [...FIELD, 'scopes'], message }]
}

/** Where clients go, at the host of the resource, that find no endpoint in any metadata. */
const GUESSED = [
  { path: '/register', method: 'POST' },
  { path: '/authorize', method: 'GET' },
  { path: '/token', method: 'POST' },
] as const

type Guessed = (typeof GUESSED)[number]

const mayHold = ({ path: on, methods }: Match, { path, method }: Guessed): boolean => {
  if (methods?.has(method) === false) return false
  switch (on?.kind) {
    case undefined:
      return true
    case 'exact':
      return on.path === path
    case 'prefix':
      return isUnder(on.path, path)
    case 'pattern':
      return on.test(path)
  }
}

const surelyHolds = (match: Match, guessed: Guessed): boolean =>
  match.headers === undefined && match.sourceAddresses === undefined && mayHold(match, guessed)

/** The place of the first rule that lets everybody through there; -1: none does. */
const publicAt = (rules: readonly Written[], guessed: Guessed): number => {
  for (const [place, rule] of rules.entries()) {
    if (rule.public && rule.matches.some((match) => mayHold(match, guessed))) return place
    if (rule.matches.some((match) => surelyHolds(match, guessed))) return -1
  }
  return -1
}

const openToClients = (rules: readonly Written[]): readonly ResourceWarning[] => {
  const open = Map.groupBy(GUESSED, (guessed) => publicAt(rules, guessed))
  return [...open].flatMap(([place, guessed]) => {
    if (place < 0) return []
    const paths = guessed.map(({ path }) => path).join(', ')
    const message = `The rule is public for ${paths}, and some clients go there where the authorization server of the resource lets nobody register: whatever the upstream answers is an authorization server to them. Put a rule before it that is not public`
    return [{ field: ['spec', 'rules', place, 'match'], message }]
  })
}

const REVISION = 'mcp-protocol-version'
const TOLD_OF_THE_BODY: ReadonlySet<string> = new Set(['mcp-method', 'mcp-name'])

/** Servers compare these headers with the body from this revision on, and serve older ones. */
const withoutRevision = (rules: readonly Written[]): readonly ResourceWarning[] =>
  rules.flatMap(({ matches }, place) =>
    matches.flatMap(({ headers = [] }, at) => {
      const names = headers.map(({ name }) => name)
      const told = names.filter((name) => TOLD_OF_THE_BODY.has(name))
      if (told.length === 0 || names.includes(REVISION)) return []
      const message = `The rule goes by ${told.join(' and ')} whatever the revision of the protocol: in a request of an older one, servers serve what the body says beside any such header. Ask for the revision too: { name: ${REVISION}, value: "2026-07-28" }`
      return [{ field: ['spec', 'rules', place, 'match', at, 'headers'], message }]
    }),
  )

/**
 * What is right about protected resources by itself, and has clients go wrong. Where the host is
 * the authorization server, they find where to register. `rules`: in their order, without the
 * settings of the route itself.
 */
export const resourceWarnings = (
  written: ProtectedRouteProtectedResource | undefined,
  rules: readonly Written[],
  fallback: Written,
): readonly ResourceWarning[] =>
  written === undefined
    ? []
    : [
        ...withoutScopes(written, [...rules, fallback]),
        ...('authorizationServer' in written ? [] : openToClients(rules)),
        ...withoutRevision(rules),
      ]
