import { dirname, resolve } from 'node:path'
import { parseDurationMs } from '../core/time/duration.ts'
import { type AdminApiConfig, adminApiOf } from './admin-api/admin-api-config.ts'
import { defined } from './defined.ts'
import { type LogConfig, logOf } from './log.ts'
import type { Environment } from './overlay.ts'
import { type PagesConfig, pagesOf } from './pages.ts'
import { type ProxyConfig, proxyOf } from './proxy.ts'
import type { WrittenRequirement } from './schema/requirements-field.ts'
import type { WrittenConfiguration } from './schema/schema.ts'
import { type TracingConfig, tracingOf } from './tracing.ts'

/** Who we are to a server, by file. */
interface RedisCredentialsConfig {
  readonly usernameFile?: string
  readonly passwordFile?: string
  /** Absent: no TLS, unless the URL says so. */
  readonly tls?: {
    readonly caFile?: string
    readonly certFile?: string
    readonly keyFile?: string
    readonly serverName?: string
  }
}

/** How to reach Redis: one of `url`, `sentinel` and `cluster` is set. */
export interface RedisConfig extends RedisCredentialsConfig {
  /** Carries no credentials. */
  readonly url?: string
  readonly sentinel?: RedisCredentialsConfig & {
    readonly addresses: readonly string[]
    readonly primaryName: string
  }
  readonly cluster?: { readonly addresses: readonly string[] }
  readonly database?: number
  readonly passwordCommand?: {
    readonly command: readonly string[]
    readonly timeoutMs: number
    readonly intervalMs: number
  }
  readonly keyPrefix: string
  readonly commandTimeoutMs: number
  readonly connectTimeoutMs: number
  readonly totalTimeoutMs: number
}

/** Where custom resources are read from. */
export type ResourcesConfig =
  | { readonly source: 'files'; readonly paths: readonly string[] }
  | {
      readonly source: 'kubernetes'
      /** Empty: all of them. */
      readonly namespaces: readonly string[]
      readonly kubeconfigFile?: string
      /** Of the Lease; the namespace is absent: where the pod runs. */
      readonly leaderElection: { readonly namespace?: string; readonly leaseName: string }
    }

/** The process's configuration: complete, checked, and with file names that are absolute. */
export interface Config {
  readonly grpc: {
    /** `host:port`; a host is always named. */
    readonly listen: string
    /** What carries the checks. */
    readonly engine: 'native' | 'grpc-js'
    /** Absent: plain text. */
    readonly tls?: {
      readonly certFile: string
      readonly keyFile: string
      readonly clientCaFile?: string
    }
  }
  readonly admin: { readonly listen: string }
  /** What providers call. */
  readonly http: { readonly listen: string }
  /** Absent: there is none. At least one way in is demanded. */
  readonly adminApi?: AdminApiConfig
  readonly resources: ResourcesConfig
  /** What the platform requires of routes, as it is written. */
  readonly requirements: readonly WrittenRequirement[]
  readonly sessions: {
    readonly store: { readonly kind: 'memory' } | ({ readonly kind: 'redis' } & RedisConfig)
    /** What a session records of where its login came from. */
    readonly record: { readonly address: boolean; readonly agent: boolean }
    readonly cache: {
      readonly maxEntries: number
      readonly maxBytes: number
      readonly ttlMs: number
      readonly outageGraceMs: number
    }
  }
  readonly keyFiles: readonly string[]
  readonly outbound: {
    readonly allowInsecureIssuers: boolean
    readonly denyNetworks: readonly string[]
    readonly allowNetworks: readonly string[]
    readonly caFile?: string
    /** Absent: providers are called directly. */
    readonly proxy?: ProxyConfig
  }
  readonly credentials: {
    /** Whether routes may take passwords of people. */
    readonly allowPasswordGrant: boolean
    /** A token of a service account that clients may show; absent: there is none. */
    readonly serviceAccountTokenFile?: string
    /** The OIDCClients that may, as `namespace/name`. */
    readonly serviceAccountTokenClients: readonly string[]
  }
  /** What upstreams are told in signed form. */
  readonly assertions: {
    /** Absent: no route may ask for an assertion. */
    readonly issuer?: string
    readonly algorithm: 'ES256' | 'EdDSA'
    readonly rotationMs: number
  }
  readonly check: {
    readonly budgetMs: number
    readonly maxHeaderBytes: number
    readonly forwardedHeaderBytes: number
    readonly forwardedHeaderCount: number
  }
  readonly shutdown: { readonly delayMs: number; readonly timeoutMs: number }
  readonly log: LogConfig
  /** For how many routes checks are counted apart. */
  readonly metrics: { readonly routes: number }
  /** Absent: there are no traces. */
  readonly tracing?: TracingConfig
  /** Why there are none although a variable names a collector: a sentence. */
  readonly tracingNote?: string
  readonly responses: { readonly reasonHeader: boolean }
  readonly pages: PagesConfig
}

const ms = (duration: string): number => parseDurationMs(duration) ?? 0

const tlsOf = (tls: WrittenConfiguration['grpc']['tls']): Pick<Config['grpc'], 'tls'> => {
  const { certFile, keyFile, clientCaFile } = tls
  if (certFile === undefined || keyFile === undefined) return {}
  return { tls: { certFile, keyFile, ...defined({ clientCaFile }) } }
}

type WrittenRedis = WrittenConfiguration['sessions']['redis']

const credentialsOf = ({
  usernameFile,
  passwordFile,
  tls: { enabled, ...files },
}: Pick<WrittenRedis, 'usernameFile' | 'passwordFile' | 'tls'>): RedisCredentialsConfig => {
  const isTls = enabled || Object.values(files).some((value) => value !== undefined)
  return {
    ...defined({ usernameFile, passwordFile }),
    ...(isTls ? { tls: defined(files) } : {}),
  }
}

const sentinelOf = ({ sentinel }: WrittenRedis): Pick<RedisConfig, 'sentinel'> => {
  const { addresses, primaryName } = sentinel
  if (addresses === undefined || primaryName === undefined) return {}
  return { sentinel: { addresses, primaryName, ...credentialsOf(sentinel) } }
}

const passwordCommandOf = (redis: WrittenRedis): Pick<RedisConfig, 'passwordCommand'> => {
  const { passwordCommand: command, passwordTimeout, passwordInterval } = redis
  if (command === undefined) return {}
  return {
    passwordCommand: { command, timeoutMs: ms(passwordTimeout), intervalMs: ms(passwordInterval) },
  }
}

const storeOf = (sessions: WrittenConfiguration['sessions']): Config['sessions']['store'] => {
  if (sessions.store === 'memory') return { kind: 'memory' }
  const { redis } = sessions
  const { url, database, cluster, keyPrefix } = redis
  return {
    kind: 'redis',
    ...defined({ url, database }),
    ...sentinelOf(redis),
    ...(cluster.addresses === undefined ? {} : { cluster: { addresses: cluster.addresses } }),
    ...credentialsOf(redis),
    ...passwordCommandOf(redis),
    keyPrefix,
    commandTimeoutMs: ms(redis.commandTimeout),
    connectTimeoutMs: ms(redis.connectTimeout),
    totalTimeoutMs: ms(redis.totalTimeout),
  }
}

const resourcesOf = (
  { source, files, kubernetes }: WrittenConfiguration['resources'],
  isInCluster: boolean,
): ResourcesConfig => {
  if ((source ?? defaultSource(isInCluster)) === 'files') {
    return { source: 'files', paths: files.paths }
  }
  const { namespaces, kubeconfigFile, leaderElection } = kubernetes
  const { namespace, leaseName } = leaderElection
  return {
    source: 'kubernetes',
    namespaces,
    ...defined({ kubeconfigFile }),
    leaderElection: { leaseName, ...defined({ namespace }) },
  }
}

const credentialsFrom = ({
  serviceAccountTokenFile,
  ...credentials
}: WrittenConfiguration['credentials']): Config['credentials'] => ({
  ...credentials,
  ...defined({ serviceAccountTokenFile }),
})

/** Where resources are read from if nobody says so. */
export const defaultSource = (isInCluster: boolean): ResourcesConfig['source'] =>
  isInCluster ? 'kubernetes' : 'files'

/** Turns what an operator wrote, already checked, into what the process works with. */
export const toConfig = (
  written: WrittenConfiguration,
  isInCluster: boolean,
  environment: Environment,
): Config => ({
  grpc: {
    listen: written.grpc.listen,
    engine: written.grpc.engine,
    ...tlsOf(written.grpc.tls),
  },
  admin: { listen: written.admin.listen },
  http: { listen: written.http.listen },
  ...adminApiOf(written.adminApi),
  resources: resourcesOf(written.resources, isInCluster),
  requirements: written.requirements,
  sessions: {
    store: storeOf(written.sessions),
    record: written.sessions.record,
    cache: {
      maxEntries: written.sessions.cache.maxEntries,
      maxBytes: written.sessions.cache.maxBytes,
      ttlMs: ms(written.sessions.cache.ttl),
      outageGraceMs: ms(written.sessions.cache.outageGrace),
    },
  },
  keyFiles: written.keys.files,
  outbound: {
    allowInsecureIssuers: written.outbound.allowInsecureIssuers,
    denyNetworks: written.outbound.denyNetworks,
    allowNetworks: written.outbound.allowNetworks,
    ...defined({
      caFile: written.outbound.caFile,
      proxy: proxyOf(written.outbound.proxy, environment),
    }),
  },
  credentials: credentialsFrom(written.credentials),
  assertions: {
    algorithm: written.assertions.algorithm,
    rotationMs: ms(written.assertions.rotation),
    ...defined({ issuer: written.assertions.issuer }),
  },
  check: {
    budgetMs: ms(written.check.budget),
    maxHeaderBytes: written.check.maxHeaderBytes,
    forwardedHeaderBytes: written.check.forwardedHeaderBytes,
    forwardedHeaderCount: written.check.forwardedHeaderCount,
  },
  shutdown: {
    delayMs: ms(written.shutdown.delay),
    timeoutMs: ms(written.shutdown.timeout),
  },
  log: logOf(written.log),
  metrics: written.metrics,
  ...tracingOf(written.tracing, environment),
  responses: written.responses,
  pages: pagesOf(written.pages),
})

/** Where relative file names begin: beside the configuration file, or here if there is none. */
export const baseFolder = (configFile: string | undefined, workingFolder: string): string =>
  configFile === undefined ? workingFolder : dirname(resolve(workingFolder, configFile))
