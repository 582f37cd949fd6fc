import { type Part, partOf } from '../../core/policy/part.ts'
import type { Policy } from '../../core/policy/policy.ts'
import type { Client } from '../../core/registration/client.ts'

type PageKind = 'session_info' | 'login_link'

/** A road of ours: its path never reaches an upstream. */
export type OwnRoad =
  | { readonly kind: 'callback' | 'logout' | 'front_channel_logout'; readonly client: Client }
  /** For pages of the host: GET and HEAD alone, and of no client by itself. */
  | { readonly kind: PageKind }

type OwnRoads = ReadonlyMap<string, OwnRoad>

const SESSION_INFO: OwnRoad = { kind: 'session_info' }
const LOGIN_LINK: OwnRoad = { kind: 'login_link' }

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

/** What a client names is its own; beside a callback lies only what no client names. */
const tableOf = ({ clients }: Pick<Policy, 'clients'>): OwnRoads =>
  new Map([...clients.flatMap(pageRowsOf), ...clients.flatMap(rowsOf)])

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
