import { isIP } from 'node:net'
import { Cluster, type ClusterOptions, Redis } from 'ioredis'
import { type HostAndPort, parseHostAndPort, parseRedisUrl } from './address.ts'
import { failFastPerNode } from './cluster-nodes.ts'
import type { RedisCredentials } from './credentials.ts'
import type { RedisLogin, RedisLoginSource } from './login.ts'
import { redisProblemOf } from './problem.ts'
import type { RedisSettings } from './settings.ts'

/** A client of the library that lives as long as its connection and never reconnects by itself. */
export type RedisClient = Redis | Cluster

/** How long a connection may take to say goodbye. */
export const DISCONNECT_TIMEOUT_MS = 100

/** Every name is resolved when it is connected to, so that certificates are checked for it. */
const withoutLookup: NonNullable<ClusterOptions['dnsLookup']> = (host, callback) =>
  callback(null, host)

const hostsOf = (addresses: readonly string[]): HostAndPort[] =>
  addresses.flatMap((address) => parseHostAndPort(address) ?? [])

const mainCredentials = ({ username, password, tls }: RedisCredentials) => ({
  ...(username === undefined ? {} : { username }),
  ...(password === undefined ? {} : { password }),
  ...(tls === undefined ? {} : { tls }),
})

/** Nothing waits in a queue, and nothing is sent again behind our back (R32). */
const commonOptions = (settings: RedisSettings, login: RedisLogin) => ({
  ...mainCredentials(login),
  lazyConnect: true,
  disableClientInfo: true,
  enableOfflineQueue: false,
  enableAutoPipelining: false,
  autoResendUnfulfilledCommands: false,
  autoResubscribe: false,
  maxRetriesPerRequest: 0,
  retryStrategy: () => null,
  commandTimeout: settings.commandTimeoutMs,
  socketTimeout: settings.commandTimeoutMs,
  connectTimeout: settings.connectTimeoutMs,
  disconnectTimeout: DISCONNECT_TIMEOUT_MS,
  reconnectOnError: (error: Error) => redisProblemOf(error).isReadOnly,
})

const sentinelOptions = (settings: RedisSettings, login: RedisLogin) => {
  const { username, password, tls } = login.sentinel ?? {}
  return {
    sentinels: hostsOf(settings.sentinel?.addresses ?? []),
    name: settings.sentinel?.primaryName ?? '',
    role: 'master' as const,
    sentinelRetryStrategy: () => null,
    updateSentinels: false,
    sentinelCommandTimeout: settings.commandTimeoutMs,
    enableTLSForSentinelMode: login.tls !== undefined,
    ...(username === undefined ? {} : { sentinelUsername: username }),
    ...(password === undefined ? {} : { sentinelPassword: password }),
    ...(tls === undefined ? {} : { sentinelTLS: tls }),
  }
}

/** Names the host in the handshake, as servers that answer to several names need it. */
const named = (login: RedisLogin, host: string): RedisLogin =>
  login.tls === undefined || host === '' || isIP(host) !== 0
    ? login
    : { ...login, tls: { servername: host, ...login.tls } }

const placeOf = (settings: RedisSettings, login: RedisLogin) => {
  if (settings.sentinel !== undefined) return sentinelOptions(settings, login)
  const address = parseRedisUrl(settings.url ?? '')
  return address?.kind === 'socket'
    ? { path: address.path }
    : { host: address?.host ?? '', port: address?.port ?? 0 }
}

const hostOf = ({ url }: RedisSettings): string => {
  const address = parseRedisUrl(url ?? '')
  return address?.kind === 'tcp' ? address.host : ''
}

const databaseOf = ({ database, url }: RedisSettings): number => {
  const address = parseRedisUrl(url ?? '')
  return database ?? (address?.kind === 'tcp' ? address.database : undefined) ?? 0
}

/** A client of one server, or of the primary of a Sentinel group; it is not connected yet. */
export const openServer = (settings: RedisSettings, login: RedisLogin): Redis =>
  new Redis({
    ...commonOptions(settings, named(login, hostOf(settings))),
    ...placeOf(settings, login),
    db: databaseOf(settings),
  })

/** A client of one node of a cluster; it is not connected yet. */
export const openNode = (settings: RedisSettings, login: RedisLogin, node: HostAndPort): Redis =>
  new Redis({ ...commonOptions(settings, named(login, node.host)), ...node })

/**
 * A client of a cluster; it is not connected yet. Its nodes log in with what `source` read last.
 */
export const openCluster = (settings: RedisSettings, source: RedisLoginSource): Cluster => {
  const { enableOfflineQueue, retryStrategy, ...redisOptions } = commonOptions(
    settings,
    source.latest(),
  )
  const cluster = new Cluster(hostsOf(settings.cluster?.addresses ?? []), {
    redisOptions,
    lazyConnect: true,
    enableOfflineQueue,
    clusterRetryStrategy: retryStrategy,
    retryDelayOnFailover: 0,
    retryDelayOnClusterDown: 0,
    retryDelayOnTryAgain: 50,
    slotsRefreshTimeout: settings.totalTimeoutMs,
    dnsLookup: withoutLookup,
  })
  cluster.on('+node', (node: Redis) => {
    const login = named(source.latest(), node.options.host ?? '')
    Object.assign(node.options, mainCredentials(login))
  })
  failFastPerNode(cluster)
  return cluster
}
