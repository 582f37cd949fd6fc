import { DEFAULT_IDENTITY_HEADERS } from '../../../core/decision/identity-headers.ts'
import type { Policy, Rule } from '../../../core/policy/policy.ts'
import type { Client } from '../../../core/registration/client.ts'
import type { Provider } from '../../../core/registration/provider.ts'
import type { FieldPath } from '../../resource/resource.ts'
import {
  completeServer,
  followServer,
  resourceFindings,
} from '../applications/authorization-server.ts'
import { protectedResourcesOf } from '../applications/protected-resource.ts'
import { tokenNamesOf } from '../applications/token-places.ts'
import { deepFreeze } from '../object/deep-freeze.ts'
import { createFindings, type Finding, hinders } from '../object/findings.ts'
import { type Followed, follow, type Linked, markOf, type Referables } from '../object/link.ts'
import type { Memo } from '../object/memo.ts'
import type { LinkedDraft } from '../object/outcome.ts'
import { checkFloors } from '../platform/check-floors.ts'
import type { Floor, FloorOf } from '../platform/floor.ts'
import type { ReadData } from '../registration/keyed-data.ts'
import { type Forwarding, forwardsBound } from '../upstream/bound-tokens.ts'
import {
  completeExchange,
  findingsOfExchanges,
  followExchanges,
  followedExchanges,
  type LinkedExchanges,
} from '../upstream/link-exchange.ts'
import { namesSetBy } from '../upstream/upstream-names.ts'
import { heldBySessions, type Member, unsuitable } from './client-fit.ts'
import { clientNameOf } from './client-references.ts'
import { linkDecisionPoints, marksOfReadings, readDecisionPoints } from './decision-points.ts'
import {
  completeMethod,
  findingsOfMethods,
  followedIn,
  type LinkedMethods,
  linkMethods,
  type MethodReferables,
  marksOfKeys,
} from './link-methods.ts'
import { placesOf, tokenCookiesOf } from './methods.ts'
import type { NamespaceHeaders } from './namespace-headers.ts'
import type { RouteDraft } from './route.ts'
import type { RuleDraft } from './rule.ts'
import { type Guarded, unownedAddresses } from './unowned-addresses.ts'

interface Followings {
  /** By name, in the order of the draft. */
  readonly clients: ReadonlyMap<string, Followed<Client>>
  readonly methods: LinkedMethods
  readonly exchanges: LinkedExchanges
  readonly server: readonly Followed<Client>[]
}

const followAll = (draft: RouteDraft, among: MethodReferables): Followings => {
  const followed = draft.clients.map(
    (ref) => [clientNameOf(ref), follow(draft.namespace, ref, among.clients)] as const,
  )
  const rules = [draft.fallback, ...draft.rules]
  return {
    clients: new Map(followed),
    methods: linkMethods(draft, among),
    exchanges: followExchanges(draft.namespace, rules, among.clients),
    server: followServer(draft, among.clients),
  }
}

const usableClients = (
  { clients }: Followings,
  names: Iterable<string> = clients.keys(),
): readonly Client[] =>
  [...names].flatMap((name) => {
    const client = clients.get(name)
    return client?.kind === 'usable' ? [client.value] : []
  })

const membersOf = ({ clients }: RouteDraft, followings: Followings): readonly Member[] =>
  clients.flatMap((ref) =>
    usableClients(followings, [clientNameOf(ref)]).map((client) => ({ client, field: ref.field })),
  )

type Points = ReturnType<typeof linkDecisionPoints>

const NO_POINTS: Points = new Map()

const pointOf = (
  draft: RuleDraft['decisionPoint'],
  points: Points,
): Pick<Rule, 'decisionPoint'> => {
  const point = draft === undefined ? undefined : points.get(draft)?.point
  return point === undefined ? {} : { decisionPoint: point }
}

const completeRule = (
  { clients, decisionPoint, exchange, ...draft }: RuleDraft,
  followings: Followings,
  points = NO_POINTS,
): Rule => ({
  ...draft,
  ...(clients === undefined ? {} : { clients: usableClients(followings, clients) }),
  ...pointOf(decisionPoint, points),
  ...completeExchange(exchange, followings.exchanges),
  ...tokenNamesOf(draft.authenticate.flatMap(placesOf)),
  authenticate: draft.authenticate.flatMap((method) => completeMethod(method, followings.methods)),
})

/** What a rule that asks of the same people for the same has from its route, all of it. */
const OF_THE_ROUTE = ['authorize', 'authenticate', 'clients'] as const

const guardedBy = (
  draft: RouteDraft,
  followings: Followings,
  { authorize: required }: Floor,
): readonly Guarded[] => {
  const guard = (one: RuleDraft, field: FieldPath): Guarded => {
    const rule = completeRule(one, followings)
    return { rule, required, clients: rule.clients ?? usableClients(followings), field }
  }
  return [
    guard(draft.fallback, ['spec', 'authorize']),
    ...draft.rules.flatMap((rule, index) =>
      OF_THE_ROUTE.every((part) => rule[part] === draft.fallback[part])
        ? []
        : [guard(rule, ['spec', 'rules', index, 'authorize'])],
    ),
  ]
}

/** What makes a rule forward what its route does, all of it. */
const FORWARDED = ['upstream', 'authenticate', 'clients', 'public'] as const

/** Each rule that forwards something of its own; what it has from the route stands there alone. */
const forwardedBy = (draft: RouteDraft, followings: Followings): readonly Forwarding[] => {
  const place = (one: RuleDraft, field: FieldPath): Forwarding => {
    const rule = completeRule(one, followings)
    return { rule, clients: rule.clients ?? usableClients(followings), field }
  }
  return [
    place(draft.fallback, ['spec']),
    ...draft.rules.flatMap((rule, at) =>
      FORWARDED.every((part) => rule[part] === draft.fallback[part])
        ? []
        : [place(rule, ['spec', 'rules', at])],
    ),
  ]
}

const findingsOf = (
  draft: RouteDraft,
  followings: Followings,
  floor: Floor,
): readonly Finding[] => [
  ...draft.clients.flatMap((ref) => {
    const client = followings.clients.get(clientNameOf(ref))
    return client?.kind === 'finding' ? [{ field: ref.field, ...client.finding }] : []
  }),
  ...unsuitable(draft.hosts, membersOf(draft, followings)),
  ...heldBySessions(tokenCookiesOf([draft.fallback, ...draft.rules]), membersOf(draft, followings)),
  ...findingsOfMethods(followings.methods),
  ...resourceFindings(draft, {
    server: followings.server,
    providers: followedIn(followings.methods),
    rules: () => [...draft.rules, draft.fallback].map((rule) => completeRule(rule, followings)),
    clients: usableClients(followings),
  }),
  ...findingsOfExchanges(
    followings.exchanges,
    [draft.fallback, ...draft.rules].flatMap((rule) =>
      rule.exchange === undefined ? [] : [[rule.exchange, completeRule(rule, followings)]],
    ),
    usableClients(followings),
  ),
  ...forwardsBound(forwardedBy(draft, followings)),
  ...unownedAddresses(guardedBy(draft, followings, floor)),
]

/** All that was followed. */
const followedOf = ({ clients, methods, exchanges, server }: Followings) => [
  ...clients.values(),
  ...server,
  ...followedExchanges(exchanges),
  ...followedIn(methods),
]

/** The first thing that keeps a route from being used, as a sentence without its full stop. */
const obstacle = (followings: Followings, findings: readonly Finding[]): string | undefined => {
  for (const followed of followedOf(followings)) {
    if (followed.kind === 'finding') return followed.finding.message
    if (followed.kind === 'unusable') return followed.detail
  }
  return findings.find(hinders)?.message
}

/** A rule with what the platform requires before what it asks for itself. */
const underFloor = (rule: Rule, { authorize }: Floor): Rule =>
  authorize.length === 0 ? rule : { ...rule, authorize: [...authorize, ...rule.authorize] }

const withThose = (some: ReadonlySet<string>, more: ReadonlySet<string>): ReadonlySet<string> =>
  more.size === 0 ? some : new Set([...some, ...more])

/** What a policy has from others than its route. */
interface Around {
  readonly siblings: ReadonlySet<string>
  readonly floor: Floor
}

const complete = (
  draft: RouteDraft,
  followings: Followings,
  points: Points,
  { siblings, floor }: Around,
): Policy => {
  const completed = (rule: RuleDraft): Rule =>
    underFloor(completeRule(rule, followings, points), floor)
  const rules = draft.rules.map(completed)
  const fallback = completed(draft.fallback)
  const names = [fallback, ...rules].flatMap(({ upstream }) => namesSetBy(upstream))
  const publicHostHeader =
    draft.publicHostHeader === undefined ? {} : { publicHostHeader: draft.publicHostHeader }
  return deepFreeze({
    name: draft.name,
    clients: usableClients(followings),
    ...publicHostHeader,
    rules,
    ...protectedResourcesOf(
      draft.protectedResource,
      [...rules, fallback],
      completeServer(draft.authorizationServer, followings.server),
    ),
    pathSensitive: rules.some((rule) => rule.matches.some((match) => match.path !== undefined)),
    fallback,
    identityHeaders: new Set([...DEFAULT_IDENTITY_HEADERS, ...names]),
    siblingHeaders: withThose(siblings, floor.removeHeaders),
    ...(floor.names.length === 0 ? {} : { platform: floor.names }),
  })
}

const NO_HEADERS: ReadonlySet<string> = new Set()

const link = (
  draft: RouteDraft,
  followings: Followings,
  points: Points,
  around: Around,
): LinkedDraft<Policy> => {
  const ofFloor = createFindings()
  checkFloors(draft, around.floor, ofFloor)
  const ofPoints = [...points.values()].flatMap((point) => point.findings)
  const findings = [...findingsOf(draft, followings, around.floor), ...ofPoints, ...ofFloor.list()]
  const detail = obstacle(followings, findings)
  const linked: Linked<Policy> =
    detail === undefined
      ? { kind: 'usable', value: complete(draft, followings, points, around) }
      : { kind: 'unusable', detail }
  return { linked, findings }
}

/** Where Secrets and ConfigMaps are looked up, and how what holds them is told from another. */
interface RouteData {
  readonly read: ReadData
  readonly hash: (text: string) => string
}

/** What routes are linked to. */
interface Surroundings {
  readonly clients: Referables<Client>
  readonly providers: Referables<Provider>
  readonly headers: NamespaceHeaders
  readonly floorOf: FloorOf
  readonly data: RouteData
}

/**
 * Completes a draft with its clients, providers and decision points, and with what the platform
 * requires. One that cannot be used makes the whole policy unusable, never smaller. A policy whose
 * draft, clients, providers, credentials, siblings' headers and requirements are those of before is
 * the same object; with any other of them it is a new one, with new rules.
 */
export const linkRoute = (
  draft: RouteDraft,
  { clients, providers, headers, floorOf, data }: Surroundings,
  memo: Memo<LinkedDraft<Policy>>,
): LinkedDraft<Policy> => {
  const followings = followAll(draft, { clients, providers, read: data.read })
  const siblings = headers.get(draft.namespace) ?? NO_HEADERS
  const floor = floorOf(draft.namespace)
  const points = readDecisionPoints(draft, data.read)
  const from = [
    siblings,
    floor,
    ...followedOf(followings).map(markOf),
    ...marksOfKeys(followings.methods),
    ...marksOfReadings(points),
  ]
  return memo.of(draft, from, () => {
    const linked = linkDecisionPoints(draft.name, points, data.hash)
    return link(draft, followings, linked, { siblings, floor })
  })
}
