import type { Client } from '../../../core/policy/policy.ts'
import { coveringWildcards } from '../../matching/host.ts'
import type { HostEntry } from '../../matching/host-table.ts'
import type { Finding } from '../object/findings.ts'
import type { LabelsOf } from '../object/grant.ts'
import type { Weighed } from '../object/last-good.ts'
import type { Outcome } from '../object/outcome.ts'
import type { ClientDraft } from '../registration/client.ts'
import type { RouteDraft } from '../route/route.ts'
import { ownerInWords } from './hosts.ts'
import type { HostClaim, HostStanding } from './ownership.ts'

type Standings = ReadonlyMap<string, readonly HostStanding[]>

interface CallbackHost {
  readonly draft: ClientDraft
  readonly host: string
  readonly creationTimestampMs?: number
}

const claimNameOf = ({ name }: Pick<ClientDraft, 'name'>): string => `OIDCClient ${name}`

const draftsOf = <D>(objects: readonly Weighed<D>[]): readonly D[] =>
  objects.flatMap(({ inForce }) => (inForce.kind === 'none' ? [] : [inForce.good.draft]))

const callbackHosts = (clients: readonly Weighed<ClientDraft>[]): readonly CallbackHost[] =>
  clients.flatMap(({ inForce }) => {
    if (inForce.kind === 'none') return []
    const { draft, creationTimestampMs } = inForce.good
    const host = draft.settings.callbackHost
    if (host === undefined) return []
    return [{ draft, host, ...(creationTimestampMs === undefined ? {} : { creationTimestampMs }) }]
  })

const clientsOf = ({ clients }: RouteDraft): readonly string[] =>
  clients.map(({ namespace, name }) => `${namespace}/${name}`)

/** The routes that name each client. */
const usersOf = (routes: readonly RouteDraft[]): ReadonlyMap<string, readonly RouteDraft[]> => {
  const users = new Map<string, RouteDraft[]>()
  for (const route of routes) {
    for (const client of clientsOf(route)) {
      const known = users.get(client)
      if (known === undefined) users.set(client, [route])
      else known.push(route)
    }
  }
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
export const callbackClaims = (
  clients: readonly Weighed<ClientDraft>[],
  routes: readonly Weighed<RouteDraft>[],
): readonly HostClaim[] => {
  const users = usersOf(draftsOf(routes))
  const isServed = ({ draft, host }: CallbackHost): boolean =>
    users
      .get(draft.name)
      ?.some((route) => route.namespace === draft.namespace && covers(route, host)) ?? false
  return callbackHosts(clients)
    .filter((one) => !isServed(one))
    .map(({ draft, host, creationTimestampMs }) => ({
      namespace: draft.namespace,
      route: claimNameOf(draft),
      isCallback: true,
      ...(creationTimestampMs === undefined ? {} : { creationTimestampMs }),
      hosts: [host],
    }))
}

/** Who owns each host; of claims that share one, the first. */
const ownersOf = (standings: Standings): ReadonlyMap<string, string> => {
  const owners = new Map<string, string>()
  for (const [claimed, hosts] of standings) {
    for (const { kind, host } of hosts) {
      if (kind === 'owned' && !owners.has(host)) owners.set(host, claimed)
    }
  }
  return owners
}

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
export const unreachableCallbacks = (
  clients: readonly Weighed<ClientDraft>[],
  routes: readonly Weighed<RouteDraft>[],
  standings: Standings,
  labelsOf: LabelsOf,
): ReadonlyMap<string, Finding> => {
  const owners = ownersOf(standings)
  const byName = new Map(draftsOf(routes).map((route) => [route.name, route]))
  const ranks = new Map([...standings.keys()].map((name, rank) => [name, rank] as const))
  const taken = new Map<string, string>()

  const serves = (owner: string, { draft }: CallbackHost): boolean => {
    const route = byName.get(owner)
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
  const oldestFirst = callbackHosts(clients).toSorted((a, b) => rankOf(a) - rankOf(b))
  return new Map(
    oldestFirst.flatMap((one) => {
      const finding = findingFor(one)
      return finding === undefined ? [] : [[one.draft.name, finding] as const]
    }),
  )
}

/** The hosts that answer callbacks and nothing else. */
export const callbackEntries = (
  clients: readonly Outcome<ClientDraft, Client>[],
  standings: Standings,
): readonly HostEntry[] => {
  const owned = clients.flatMap(({ object, linked }) => {
    const { namespace, name } = object.current.ref
    const hosts = standings.get(claimNameOf({ name: `${namespace}/${name}` })) ?? []
    return hosts.flatMap(({ kind, host }) => (kind === 'owned' ? [{ host, linked }] : []))
  })
  return [...Map.groupBy(owned, ({ host }) => host)].map(([host, sharing]): HostEntry => {
    const broken = sharing.flatMap(({ linked }) =>
      linked.kind === 'unusable' ? [linked.detail] : [],
    )
    const usable = sharing.flatMap(({ linked }) => (linked.kind === 'usable' ? [linked.value] : []))
    return { host, answer: Object.freeze({ kind: 'callbacks', clients: usable, broken }) }
  })
}
