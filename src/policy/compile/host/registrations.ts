import type { ObjectRef } from '../../resource/resource.ts'
import type { Weighed } from '../object/last-good.ts'
import type { ClientDraft } from '../registration/client.ts'
import type { RouteDraft } from '../route/route.ts'
import type { HostStanding } from './ownership.ts'

/** What the provider of one OIDCClient has to know of it, written out for every host. */
export interface Registration {
  readonly client: ObjectRef
  /** `namespace/name` of the IdentityProvider. */
  readonly provider: string
  readonly clientId: string
  /** The ProtectedRoutes that use it, as `namespace/name`. */
  readonly routes: readonly string[]
  /** A host that begins with `*.` stands for every host below. */
  readonly redirectUris: readonly string[]
  /** Empty where signing out here does not sign out at the provider. */
  readonly postLogoutRedirectUris: readonly string[]
  /** Empty where Front-Channel Logout is not taken. */
  readonly frontChannelLogoutUris: readonly string[]
  /** At the port for providers, as it is exposed; absent where Back-Channel Logout is not taken. */
  readonly backChannelLogoutPath?: string
}

type Standings = ReadonlyMap<string, readonly HostStanding[]>

const draftOf = <D>({ current, inForce }: Weighed<D>): D | undefined =>
  inForce.kind === 'none' ? current.draft : inForce.good.draft

const ownedHosts = (route: RouteDraft, standings: Standings): readonly string[] =>
  (standings.get(route.name) ?? []).flatMap(({ kind, host }) => (kind === 'owned' ? [host] : []))

/** The routes that use a client, and the hosts on which it may be met. */
interface Uses {
  readonly routes: readonly string[]
  readonly hosts: readonly string[]
}

const NO_USES: Uses = { routes: [], hosts: [] }

const usesByClient = (
  routes: readonly Weighed<RouteDraft>[],
  standings: Standings,
): ReadonlyMap<string, Uses> => {
  const pairs = routes.flatMap((route) => {
    const draft = draftOf(route)
    if (draft === undefined) return []
    const hosts = ownedHosts(draft, standings)
    return draft.clients.map(({ namespace, name }) => ({
      client: `${namespace}/${name}`,
      route: draft.name,
      hosts,
    }))
  })
  const grouped = Map.groupBy(pairs, ({ client }) => client)
  return new Map(
    [...grouped].map(([client, of]) => [
      client,
      {
        routes: of.map(({ route }) => route),
        hosts: [...new Set(of.flatMap(({ hosts }) => hosts))],
      },
    ]),
  )
}

const registrationOf = (
  client: ObjectRef,
  { name, provider, settings }: ClientDraft,
  { hosts, routes }: Uses,
): Registration => {
  const { callbackHost, callbackPath, logout } = settings
  const on = (path: string) => (host: string) => `https://${host}${path}`
  const calledBackAt = callbackHost === undefined ? hosts : [callbackHost]
  return {
    client,
    provider: `${provider.namespace}/${provider.name}`,
    clientId: settings.clientId,
    routes,
    redirectUris: calledBackAt.map(on(callbackPath)),
    postLogoutRedirectUris: logout.atProvider ? hosts.map(on(logout.path)) : [],
    frontChannelLogoutUris:
      logout.frontChannelPath === undefined ? [] : hosts.map(on(logout.frontChannelPath)),
    ...(logout.backChannel ? { backChannelLogoutPath: `/backchannel-logout/${name}` } : {}),
  }
}

/**
 * What is to be registered at providers, for every client that can be read: a client that waits for
 * its Secret has to be registered first.
 */
export const registrationsOf = (
  clients: readonly Weighed<ClientDraft>[],
  routes: readonly Weighed<RouteDraft>[],
  standings: Standings,
): readonly Registration[] => {
  const uses = usesByClient(routes, standings)
  return clients.flatMap((client) => {
    const draft = draftOf(client)
    return draft === undefined
      ? []
      : [registrationOf(client.current.ref, draft, uses.get(draft.name) ?? NO_USES)]
  })
}
