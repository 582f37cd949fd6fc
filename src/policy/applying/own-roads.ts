import type { Intent } from '../../core/policy/intent.ts'
import { isUnder } from '../../core/policy/match.ts'
import { type Part, partOf } from '../../core/policy/part.ts'
import type { Policy } from '../../core/policy/policy.ts'
import { metadataPathOf, RESOURCE_METADATA_PATH } from '../../core/policy/protected-resource.ts'
import {
  AUTHORIZATION_SERVER_PATHS,
  type AuthorizationServerEndpoint,
} from '../../core/registration/authorization-server.ts'
import type { Client } from '../../core/registration/client.ts'
import type { Request } from '../../core/request/request.ts'
import { resourcesOn } from '../matching/resource-for.ts'

type PageKind = 'session_info' | 'login_link'

type DeviceKind = 'device_bind' | 'device_refresh'

/** A road of ours: its path never reaches an upstream. */
export type OwnRoad =
  | { readonly kind: 'callback' | 'logout' | 'front_channel_logout'; readonly client: Client }
  /** For browsers that bind sessions: whatever the method, and of no client by itself. */
  | { readonly kind: DeviceKind }
  /** For pages of the host: GET and HEAD alone, and of no client by itself. */
  | { readonly kind: PageKind }

type OwnRoads = ReadonlyMap<string, OwnRoad>

const SESSION_INFO: OwnRoad = { kind: 'session_info' }
const LOGIN_LINK: OwnRoad = { kind: 'login_link' }
const DEVICE_BIND: OwnRoad = { kind: 'device_bind' }
const DEVICE_REFRESH: OwnRoad = { kind: 'device_refresh' }

type Row = readonly [path: string, road: OwnRoad]

const rowsOf = (client: Client): readonly Row[] => {
  const { callbackPath, logout } = client
  const { path, frontChannelPath } = logout
  return [
    [callbackPath, { kind: 'callback', client }],
    [path, { kind: 'logout', client }],
    ...(frontChannelPath === undefined
      ? []
      : ([[frontChannelPath, { kind: 'front_channel_logout', client }]] as const)),
  ]
}

const pageRowsOf = ({ pagePaths }: Client): readonly Row[] =>
  pagePaths === undefined
    ? []
    : [
        [pagePaths.session, SESSION_INFO],
        [pagePaths.login, LOGIN_LINK],
      ]

const deviceRowsOf = ({ session: { deviceBound } }: Client): readonly Row[] =>
  deviceBound === undefined
    ? []
    : [
        [deviceBound.paths.bind, DEVICE_BIND],
        [deviceBound.paths.refresh, DEVICE_REFRESH],
      ]

/** What a client names is its own; beside a callback lies only what no client names. */
const tableOf = ({ clients }: Pick<Policy, 'clients'>): OwnRoads =>
  new Map([
    ...clients.flatMap(pageRowsOf),
    ...clients.flatMap(deviceRowsOf),
    ...clients.flatMap(rowsOf),
  ])

const known = new WeakMap<Policy['clients'], OwnRoads>()

const roadsOf = (policy: Pick<Policy, 'clients'>): OwnRoads => {
  const before = known.get(policy.clients)
  if (before !== undefined) return before
  const made = tableOf(policy)
  known.set(policy.clients, made)
  return made
}

/** The road of ours that a canonical path is, whatever the method; no two clients share one. */
export const ownRoadOf = (policy: Pick<Policy, 'clients'>, path: string): OwnRoad | undefined =>
  roadsOf(policy).get(path)

/**
 * Whom pages at one of these paths are signed in with: the parts of the host with a client whose
 * callback lies beside it.
 */
export const partOfPage = (
  policy: Pick<Policy, 'clients' | 'rules' | 'fallback'>,
  path: string,
): Part => {
  const isBeside = ({ pagePaths }: Client): boolean =>
    pagePaths !== undefined && Object.values(pagePaths).includes(path)
  const parts = [policy.fallback, ...policy.rules].map((rule) => partOf(policy, rule).clients)
  return { clients: [...new Set(parts.filter((clients) => clients.some(isBeside)).flat())] }
}

/** Whether a road is for reading alone: every other method is for the rules, as ever. */
export const isForReading = (road: OwnRoad): road is OwnRoad & { readonly kind: PageKind } =>
  road.kind === 'session_info' || road.kind === 'login_link'

/**
 * The road to the metadata of protected resources, where the host has any. At the root lie those of
 * the whole host, or of the only one that it has: clients that are told no URL look there too.
 */
export const resourceMetadataRoad = (
  policy: Pick<Policy, 'resources'>,
  request: Pick<Request, 'host' | 'authority' | 'path'>,
): (Intent & { readonly kind: 'resource_metadata' }) | undefined => {
  const path = request.path.canonical
  if (policy.resources === undefined || !isUnder(RESOURCE_METADATA_PATH, path)) return undefined
  const all = resourcesOn(policy, request)
  if (all.length === 0) return undefined
  const [first, ...others] = all
  const only = path === RESOURCE_METADATA_PATH && others.length === 0 ? first : undefined
  const resource = all.find((one) => metadataPathOf(one) === path) ?? only
  return { kind: 'resource_metadata', ...(resource === undefined ? {} : { resource }) }
}

const ENDPOINTS: ReadonlyMap<string, AuthorizationServerEndpoint> = new Map(
  (Object.keys(AUTHORIZATION_SERVER_PATHS) as AuthorizationServerEndpoint[]).map((endpoint) => [
    AUTHORIZATION_SERVER_PATHS[endpoint],
    endpoint,
  ]),
)

/** Below the metadata there are none: clients look for those of an issuer with a path there. */
const endpointAt = (path: string): AuthorizationServerEndpoint | undefined =>
  ENDPOINTS.get(path) ??
  (isUnder(AUTHORIZATION_SERVER_PATHS.metadata, path) ? 'metadata' : undefined)

/** The road to the authorization server, where the host is one; whatever the method. */
export const authorizationServerRoad = (
  policy: Pick<Policy, 'resources'>,
  request: Pick<Request, 'host' | 'authority' | 'path'>,
): (Intent & { readonly kind: 'authorization_server' }) | undefined => {
  const server = policy.resources?.authorizationServer
  if (server === undefined) return undefined
  const endpoint = endpointAt(request.path.canonical)
  if (endpoint === undefined || resourcesOn(policy, request).length === 0) return undefined
  return { kind: 'authorization_server', server, endpoint }
}
