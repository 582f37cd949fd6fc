import { clientKeysPath } from '../../../core/assertion/key-set.ts'
import { returnUriOf } from '../../../core/registration/authorization-server.ts'
import { authorityOf } from '../../../core/request/request.ts'
import { eachInSteps, mapInSteps, type Steps } from '../../../core/time/steps.ts'
import type { ObjectRef } from '../../resource/resource.ts'
import { deepFreeze } from '../object/deep-freeze.ts'
import type { Weighed } from '../object/last-good.ts'
import type { ClientDraft } from '../registration/client.ts'
import { clientNameOf } from '../route/client-references.ts'
import type { RouteDraft } from '../route/route.ts'
import type { Standings } from './ownership.ts'

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
  /** At the same port; absent where the process makes no key for the client. */
  readonly keysPath?: string
}

const draftOf = <D>({ current, inForce }: Weighed<D>): D | undefined =>
  inForce.kind === 'none' ? current.draft : inForce.good.draft

const ownedHosts = (route: RouteDraft, standings: Standings): readonly string[] =>
  (standings.get(route.name) ?? []).flatMap(({ kind, host }) => (kind === 'owned' ? [host] : []))

/** The routes that use a client, and the hosts on which it may be met. */
interface Uses {
  readonly routes: readonly string[]
  readonly hosts: readonly string[]
  /** Where it is called back for other programs. */
  readonly returnUris: readonly string[]
}

const NO_USES: Uses = { routes: [], hosts: [], returnUris: [] }

/** The redirect URIs of the authorization server that a route has, one for each of its hosts. */
const returnUrisOf = (
  { protectedResource, authorizationServer }: RouteDraft,
  owned: readonly string[],
): readonly string[] => {
  if (protectedResource === undefined || authorizationServer === undefined) return []
  const { port, hosts = owned } = protectedResource
  return hosts.map((host) => returnUriOf({ authority: authorityOf({ host, port: String(port) }) }))
}

const usesByClient = function* (
  routes: readonly Weighed<RouteDraft>[],
  standings: Standings,
): Steps<ReadonlyMap<string, Uses>> {
  type Found = { readonly [K in keyof Uses]: Set<string> }
  const uses = new Map<string, Found>()
  const usesOf = (client: string): Found => {
    const known = uses.get(client)
    if (known !== undefined) return known
    const none = {
      routes: new Set<string>(),
      hosts: new Set<string>(),
      returnUris: new Set<string>(),
    }
    uses.set(client, none)
    return none
  }
  yield* eachInSteps(routes, (route) => {
    const draft = draftOf(route)
    if (draft === undefined) return
    const hosts = ownedHosts(draft, standings)
    for (const client of draft.clients.map(clientNameOf)) {
      const of = usesOf(client)
      of.routes.add(draft.name)
      for (const host of hosts) of.hosts.add(host)
    }
    const { authorizationServer } = draft
    if (authorizationServer === undefined) return
    const of = usesOf(clientNameOf(authorizationServer.client))
    of.routes.add(draft.name)
    for (const uri of returnUrisOf(draft, hosts)) of.returnUris.add(uri)
  })
  const listed = yield* mapInSteps(
    uses,
    ([client, { routes, hosts, returnUris }]) =>
      [client, { routes: [...routes], hosts: [...hosts], returnUris: [...returnUris] }] as const,
  )
  return new Map(listed)
}

const registrationOf = function* (
  client: ObjectRef,
  { name, provider, settings, credential }: ClientDraft,
  { hosts, routes, returnUris }: Uses,
): Steps<Registration> {
  const { callbackHost, callbackPath, logout } = settings
  const on = (path: string, at: readonly string[]) =>
    mapInSteps(at, (host) => `https://${host}${path}`)
  const calledBackAt = callbackHost === undefined ? hosts : [callbackHost]
  return {
    client,
    provider: `${provider.namespace}/${provider.name}`,
    clientId: settings.clientId,
    routes,
    redirectUris: [...(yield* on(callbackPath, calledBackAt)), ...returnUris],
    postLogoutRedirectUris: logout.atProvider ? yield* on(logout.path, hosts) : [],
    frontChannelLogoutUris:
      logout.frontChannelPath === undefined ? [] : yield* on(logout.frontChannelPath, hosts),
    ...(logout.backChannel ? { backChannelLogoutPath: `/backchannel-logout/${name}` } : {}),
    ...(credential.kind === 'managed_key' ? { keysPath: clientKeysPath(name) } : {}),
  }
}

/** The registrations by what is in force for their clients, and what they were made from. */
export type Registered = ReadonlyMap<ClientDraft, Uses & { readonly registration: Registration }>

const sameTexts = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((text, at) => text === b[at])

/**
 * What is to be registered at providers, for every client that can be read: a client that waits for
 * its Secret has to be registered first. What did not change stays the same object.
 */
export const registrationsOf = function* (
  clients: readonly Weighed<ClientDraft>[],
  routes: readonly Weighed<RouteDraft>[],
  standings: Standings,
  before: Registered,
): Steps<Registered> {
  const uses = yield* usesByClient(routes, standings)
  const registrations = new Map<ClientDraft, Uses & { readonly registration: Registration }>()
  for (const client of clients) {
    const draft = draftOf(client)
    if (draft === undefined) continue
    const own = uses.get(draft.name) ?? NO_USES
    const former = before.get(draft)
    const isSame =
      former !== undefined &&
      sameTexts(former.routes, own.routes) &&
      sameTexts(former.hosts, own.hosts) &&
      sameTexts(former.returnUris, own.returnUris)
    const made = isSame
      ? former
      : { ...own, registration: deepFreeze(yield* registrationOf(client.current.ref, draft, own)) }
    registrations.set(draft, made)
    yield
  }
  return registrations
}
