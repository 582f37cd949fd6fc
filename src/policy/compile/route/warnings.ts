import type { Requirement } from '../../../core/policy/requirement.ts'
import { flatMapInSteps, type Steps } from '../../../core/time/steps.ts'
import type { FieldPath, ObjectRef } from '../../resource/resource.ts'
import { wayOf } from '../../ways/ways.ts'
import { pageClientCautions } from '../applications/page-clients.ts'
import { rulesFor } from '../applications/protected-resource.ts'
import { resourceWarnings } from '../applications/resource-warnings.ts'
import { deepFreeze } from '../object/deep-freeze.ts'
import type { Weighed } from '../object/last-good.ts'
import type { Memo } from '../object/memo.ts'
import { clientNameOf } from './client-references.ts'
import type { RouteDraft } from './route.ts'
import type { RuleDraft } from './rule.ts'

/** Something that is right by its schema and surely not meant. */
export interface Warning {
  readonly object: ObjectRef
  readonly field: FieldPath
  readonly message: string
}

type ScopesOf = (client: string) => readonly string[] | undefined

const takesSessions = ({ authenticate }: RuleDraft): boolean =>
  authenticate.some(({ kind }) => kind === 'session')

const takesTokens = ({ authenticate }: RuleDraft): boolean =>
  authenticate.some(({ kind }) => kind === 'bearer' || kind === 'credential')

interface Place {
  readonly rule: RuleDraft
  readonly field: FieldPath
}

/** Each rule with clauses or clients of its own; what it has from the route stands there alone. */
const placesOf = ({ rules, fallback }: RouteDraft): readonly Place[] => [
  { rule: fallback, field: ['spec', 'authorize'] },
  ...rules.flatMap((rule, index) => {
    if (rule.authorize !== fallback.authorize) {
      return [{ rule, field: ['spec', 'rules', index, 'authorize'] }]
    }
    return String(rule.clients) === String(fallback.clients)
      ? []
      : [{ rule, field: ['spec', 'authorize'] }]
  }),
]

/**
 * The scopes that keep every session from what a clause asks for, as no client asks for them: of
 * alternatives, where none would do without.
 */
const missingOf = (requirement: Requirement, requested: ReadonlySet<string>): readonly string[] => {
  if (requirement.kind === 'scopes') {
    return requirement.scopes.filter((scope) => !requested.has(scope))
  }
  if (requirement.kind !== 'any') return []
  const each = requirement.clauses.map((clause) => missingOf(clause, requested))
  return each.every((scopes) => scopes.length > 0) ? [...new Set(each.flat())] : []
}

const sentence = (
  missing: readonly string[],
  asked: ReadonlyMap<string, readonly string[]>,
  rule: RuleDraft,
): string => {
  const names = missing.map((scope) => `"${scope}"`).join(', ')
  const clients = [...asked].map(
    ([name, scopes]) => `OIDCClient ${name} asks for ${scopes.join(' ')}`,
  )
  const consequence = takesTokens(rule)
    ? 'tokens that have it pass, and sessions do not'
    : 'every session is answered with 403 insufficient_scope'
  return `No client of this route asks for the scope ${names} (${clients.join('; ')}), so that ${consequence} unless the provider grants it unasked: add it to \`scopes\` of the OIDCClient, or ask for another here`
}

/** What the clients ask for, by name; `undefined`: nobody knows of one of them. */
const askedBy = (
  clients: readonly string[],
  scopesOf: ScopesOf,
): ReadonlyMap<string, readonly string[]> | undefined => {
  const asked = new Map<string, readonly string[]>()
  for (const name of clients) {
    const scopes = scopesOf(name)
    if (scopes === undefined) return undefined
    asked.set(name, ['openid', ...scopes.filter((scope) => scope !== 'openid')])
  }
  return asked
}

const warningsAt = (
  { rule, field }: Place,
  ref: ObjectRef,
  asked: ReadonlyMap<string, readonly string[]>,
): readonly Warning[] => {
  const requested = new Set([...asked.values()].flat())
  return rule.authorize.flatMap((requirement, index) => {
    const missing = missingOf(requirement, requested)
    if (missing.length === 0) return []
    const message = sentence(missing, asked, rule)
    return [{ object: ref, field: [...field, index, requirement.kind], message }]
  })
}

const scopeWarnings = (ref: ObjectRef, draft: RouteDraft, scopesOf: ScopesOf): readonly Warning[] =>
  placesOf(draft).flatMap((place) => {
    const asked = askedBy(place.rule.clients ?? clientNames(draft), scopesOf)
    const isAsked = takesSessions(place.rule) && asked !== undefined && asked.size > 0
    return isAsked ? warningsAt(place, ref, asked) : []
  })

/** Ways in that are right as they are written, and of which somebody has to know more. */
const cautions = (object: ObjectRef, { rules, fallback }: RouteDraft): readonly Warning[] =>
  [...new Set([fallback, ...rules].flatMap(({ authenticate }) => authenticate))].flatMap(
    (method) => {
      if (method.kind !== 'credential') return []
      const { caution: message } = wayOf(method.way)
      return message === undefined ? [] : [{ object, field: method.field, message }]
    },
  )

const ofResources = (
  object: ObjectRef,
  { protectedResource, rules, fallback }: RouteDraft,
): readonly Warning[] =>
  resourceWarnings(protectedResource, rules, fallback).map((warning) => ({ object, ...warning }))

/** Sharing that keeps the clients of a protected resource out where they run in a page. */
const sharingCautions = (
  object: ObjectRef,
  { protectedResource, rules, fallback }: RouteDraft,
): readonly Warning[] => {
  const { paths = [] } = protectedResource ?? {}
  const all = [...rules, fallback]
  const asked = new Set(paths.flatMap((path) => rulesFor(all, path)).filter(takesTokens))
  const places = new Map(
    [...asked].flatMap((rule) => {
      const own = ['spec', 'rules', rules.indexOf(rule), 'cors']
      const field = rule.cors === fallback.cors ? ['spec', 'cors'] : own
      return rule.cors === undefined ? [] : [[rule.cors, field] as const]
    }),
  )
  return [...places].flatMap(([cors, field]) =>
    pageClientCautions(cors).map((message) => ({ object, field, message })),
  )
}

const warningsOf = (ref: ObjectRef, draft: RouteDraft, scopesOf: ScopesOf): readonly Warning[] => [
  ...scopeWarnings(ref, draft, scopesOf),
  ...cautions(ref, draft),
  ...ofResources(ref, draft),
  ...sharingCautions(ref, draft),
]

const clientNames = ({ clients }: RouteDraft): readonly string[] => clients.map(clientNameOf)

/**
 * Rules that ask sessions for scopes which no client of their route requests, by client name; ways
 * in to be careful with; and what has clients of protected resources go wrong.
 */
export const routeWarnings = (
  routes: readonly Weighed<RouteDraft>[],
  scopes: ReadonlyMap<string, readonly string[]>,
  memo: Memo<readonly Warning[]>,
): Steps<readonly Warning[]> => {
  const scopesOf: ScopesOf = (client) => scopes.get(client)
  return flatMapInSteps(routes, (route) => {
    if (route.inForce.kind === 'none') return []
    const { draft } = route.inForce.good
    return memo.of(route, clientNames(draft).map(scopesOf), () =>
      deepFreeze(warningsOf(route.current.ref, draft, scopesOf)),
    )
  })
}
