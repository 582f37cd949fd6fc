import type { Client } from '../../../core/registration/client.ts'
import {
  eachInSteps,
  flatMapInSteps,
  mapInSteps,
  type Steps,
  sortInSteps,
} from '../../../core/time/steps.ts'
import { coveringWildcards } from '../../matching/host.ts'
import type { HostEntry } from '../../matching/host-table.ts'
import type { Finding } from '../object/findings.ts'
import type { LabelsOf } from '../object/grant.ts'
import type { Weighed } from '../object/last-good.ts'
import type { Memo } from '../object/memo.ts'
import type { Outcome } from '../object/outcome.ts'
import type { ClientDraft } from '../registration/client.ts'
import { clientNameOf } from '../route/client-references.ts'
import type { RouteDraft } from '../route/route.ts'
import { ownerInWords } from './hosts.ts'
import type { HostClaim, Standings } from './ownership.ts'

interface CallbackHost {
  readonly client: Weighed<ClientDraft>
  readonly draft: ClientDraft
  readonly host: string
  readonly creationTimestampMs?: number
}

const claimNameOf = ({ name }: Pick<ClientDraft, 'name'>): string => `OIDCClient ${name}`

const draftOf = <D>({ inForce }: Weighed<D>): D | undefined =>
  inForce.kind === 'none' ? undefined : inForce.good.draft

const callbackHosts = (clients: readonly Weighed<ClientDraft>[]): Steps<readonly CallbackHost[]> =>
  flatMapInSteps(clients, (client): readonly CallbackHost[] => {
    const { inForce } = client
    if (inForce.kind === 'none') return []
    const { draft, creationTimestampMs } = inForce.good
    const host = draft.settings.callbackHost
    if (host === undefined) return []
    const created = creationTimestampMs === undefined ? {} : { creationTimestampMs }
    return [{ client, draft, host, ...created }]
  })

const clientsOf = ({ clients }: RouteDraft): readonly string[] => clients.map(clientNameOf)

/** The routes that name each of these clients. */
const usersOf = function* (
  called: readonly CallbackHost[],
  routes: readonly Weighed<RouteDraft>[],
): Steps<ReadonlyMap<string, readonly RouteDraft[]>> {
  const users = new Map<string, RouteDraft[]>(called.map(({ draft }) => [draft.name, []]))
  if (users.size === 0) return users
  yield* eachInSteps(routes, (weighed) => {
    const route = draftOf(weighed)
    for (const client of route === undefined ? [] : clientsOf(route)) {
      if (route !== undefined) users.get(client)?.push(route)
    }
  })
  return users
}

const covers = (route: RouteDraft, host: string): boolean => {
  const wildcards = [...coveringWildcards(host)]
  return route.hosts.some((own) => own === host || wildcards.includes(own))
}

/**
 * The claims of clients on their callback hosts. A client whose own namespace has a route that uses
 * it and covers the host claims nothing: the route answers the callback there as everywhere.
 */
export const callbackClaims = function* (
  clients: readonly Weighed<ClientDraft>[],
  routes: readonly Weighed<RouteDraft>[],
  memo: Memo<HostClaim>,
): Steps<readonly HostClaim[]> {
  const called = yield* callbackHosts(clients)
  const users = yield* usersOf(called, routes)
  const isServed = ({ draft, host }: CallbackHost): boolean =>
    users
      .get(draft.name)
      ?.some((route) => route.namespace === draft.namespace && covers(route, host)) ?? false
  const claimOf = ({ draft, host, creationTimestampMs }: CallbackHost): HostClaim => ({
    namespace: draft.namespace,
    route: claimNameOf(draft),
    isCallback: true,
    ...(creationTimestampMs === undefined ? {} : { creationTimestampMs }),
    hosts: [host],
  })
  return yield* flatMapInSteps(called, (one) =>
    isServed(one) ? [] : [memo.of(one.client, [], () => claimOf(one))],
  )
}

/** Who owns each host; of claims that share one, the first. */
const ownersOf = function* (standings: Standings): Steps<ReadonlyMap<string, string>> {
  const owners = new Map<string, string>()
  yield* eachInSteps(standings, ([claimed, hosts]) => {
    for (const { kind, host } of hosts) {
      if (kind === 'owned' && !owners.has(host)) owners.set(host, claimed)
    }
  })
  return owners
}

/** In which order claims were settled. */
const ranksOf = function* (standings: Standings): Steps<ReadonlyMap<string, number>> {
  const ranks = new Map<string, number>()
  yield* eachInSteps(standings.keys(), (name) => {
    ranks.set(name, ranks.size)
  })
  return ranks
}

const byName = function* (
  routes: readonly Weighed<RouteDraft>[],
): Steps<ReadonlyMap<string, RouteDraft>> {
  const named = new Map<string, RouteDraft>()
  yield* eachInSteps(routes, (weighed) => {
    const route = draftOf(weighed)
    if (route !== undefined) named.set(route.name, route)
  })
  return named
}

const NOBODY: ReadonlyMap<string, Finding> = new Map()

const ownerOf = (host: string, owners: ReadonlyMap<string, string>): string | undefined =>
  [host, ...coveringWildcards(host)]
    .map((name) => owners.get(name))
    .find((one) => one !== undefined)

const conflict = (message: string): Finding => ({
  field: ['spec', 'callback', 'host'],
  message,
  reason: 'HostConflict',
})

const belonging = (owner: string | undefined): string => {
  if (owner === undefined) return 'could not be given to this client: choose another'
  return owner.startsWith('OIDCClient ')
    ? `belongs to ${ownerInWords(owner)}, in another namespace: choose another`
    : `belongs to ${ownerInWords(owner)}, which does not use this client: choose another, or use the client there`
}

/**
 * What keeps clients from being called back, by their names: a host that belongs to somebody who
 * does not use the client, so that the answer of the provider would end there (R28), or a path on
 * it that an older client has, so that one redirect URI would stand for two (R17).
 */
export const unreachableCallbacks = function* (
  clients: readonly Weighed<ClientDraft>[],
  routes: readonly Weighed<RouteDraft>[],
  standings: Standings,
  labelsOf: LabelsOf,
): Steps<ReadonlyMap<string, Finding>> {
  const called = yield* callbackHosts(clients)
  if (called.length === 0) return NOBODY
  const owners = yield* ownersOf(standings)
  const named = yield* byName(routes)
  const ranks = yield* ranksOf(standings)
  const taken = new Map<string, string>()

  const serves = (owner: string, { draft }: CallbackHost): boolean => {
    const route = named.get(owner)
    if (route === undefined || !clientsOf(route).includes(draft.name)) return false
    return route.namespace === draft.namespace || draft.grant.permits(route.namespace, labelsOf)
  }
  const shares = ({ draft }: CallbackHost): boolean =>
    standings.get(claimNameOf(draft))?.every(({ kind }) => kind === 'owned') ?? false

  const findingFor = (one: CallbackHost): Finding | undefined => {
    const { draft, host } = one
    const owner = ownerOf(host, owners)
    if (owner === undefined || !(shares(one) || serves(owner, one))) {
      return conflict(`The host "${host}" ${belonging(owner)}`)
    }
    const uri = `${host}${draft.settings.callbackPath}`
    const former = taken.get(uri)
    taken.set(uri, former ?? draft.name)
    if (former === undefined) return undefined
    return conflict(
      `The redirect URI https://${uri} is that of OIDCClient ${former} already: choose another \`callback.path\``,
    )
  }

  const rankOf = ({ draft }: CallbackHost): number => ranks.get(claimNameOf(draft)) ?? -1
  const oldestFirst = yield* sortInSteps(called, (a, b) => rankOf(a) - rankOf(b))
  return new Map(
    yield* flatMapInSteps(oldestFirst, (one) => {
      const finding = findingFor(one)
      return finding === undefined ? [] : [[one.draft.name, finding] as const]
    }),
  )
}

/** The hosts that answer callbacks and nothing else. */
export const callbackEntries = function* (
  clients: readonly Outcome<ClientDraft, Client>[],
  standings: Standings,
): Steps<readonly HostEntry[]> {
  const byHost = new Map<string, Outcome<ClientDraft, Client>[]>()
  yield* eachInSteps(clients, (client) => {
    for (const { kind, host } of standings.get(claimNameOf(client.object.current)) ?? []) {
      if (kind === 'owned') byHost.set(host, [...(byHost.get(host) ?? []), client])
    }
  })
  return yield* mapInSteps(byHost, ([host, sharing]): HostEntry => {
    const broken = sharing.flatMap(({ linked }) =>
      linked.kind === 'unusable' ? [linked.detail] : [],
    )
    const found = sharing.flatMap(({ linked }) => (linked.kind === 'usable' ? [linked.value] : []))
    return { host, answer: Object.freeze({ kind: 'callbacks', clients: found, broken }) }
  })
}
