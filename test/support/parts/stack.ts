import type { Document } from 'yaml'
import { type EnvoyOptions, type RunningEnvoy, startEnvoy } from './envoy.ts'
import { freePorts } from './free-port.ts'
import {
  type KeycloakOptions,
  type KeycloakTls,
  type RunningKeycloak,
  startKeycloak,
} from './keycloak.ts'
import {
  type OidcProviderOptions,
  type RunningOidcProvider,
  startOidcProvider,
} from './oidc-provider.ts'
import { type AddPart, type Part, startAll } from './part-list.ts'
import { type RedisOptions, type RunningRedis, startRedis } from './redis.ts'
import { type RunningSallyport, type SallyportOptions, startSallyport } from './sallyport.ts'
import { joinKeycloak } from './shared-keycloak.ts'
import { type Certificates, createCertificates } from './tls.ts'
import { type RunningUpstream, startUpstream } from './upstream.ts'

/**
 * The hosts that Envoy serves to Sallyport's policies; the certificate names them and
 * `idp.localhost`.
 */
const PROTECTED_HOSTS = [
  'app.localhost',
  'api.localhost',
  'ops.localhost',
  'other.localhost',
  'unknown.localhost',
] as const

/** The host of the provider, which an Envoy serves without a check. */
export const PROVIDER_HOST = 'idp.localhost'

/** What resources may need to know before anything runs. */
export interface StackFacts {
  /** Of Envoy, in every URL. */
  readonly port: number
  readonly issuer: string
  /** The authorities that Sallyport and browsers must trust to reach the provider and Envoy. */
  readonly caPem: string
  /** Where a shared Keycloak takes certificates of clients. */
  readonly keycloakTls?: KeycloakTls
}

/** What is started, and with which differences from the usual. */
export interface StackOptions {
  /** The resource files that Sallyport reads: file name → YAML text. */
  readonly resources: (facts: StackFacts) => Readonly<Record<string, string>>
  readonly provider?: 'oidc-provider' | 'keycloak'
  readonly keycloak?: Pick<KeycloakOptions, 'admin'> & {
    /**
     * Whether everybody reaches the shared one by its own listener for TLS, which asks for
     * certificates, and not through Envoy.
     */
    readonly byMutualTls?: boolean
  }
  /** Where a Keycloak is that other files have used before; absent: one of its own is started. */
  readonly sharedKeycloak?: string
  /** Default `redis`. */
  readonly sessions?: 'memory' | 'redis'
  /** Of Envoy; absent: a free one. */
  readonly port?: number
  /** More hosts that the certificate names; Envoy asks about every host. */
  readonly hosts?: readonly string[]
  readonly oidcProvider?: OidcProviderOptions
  /** The OIDCClient that the provider tells of logouts (Back-Channel Logout 1.0); absent: none. */
  readonly backChannel?: { readonly client: string; readonly withSid: boolean }
  readonly redis?: Pick<RedisOptions, 'saveData'>
  readonly envoy?: Pick<
    EnvoyOptions,
    'extraHosts' | 'headersWithUnderscores' | 'moreSallyportPorts'
  > & {
    /** Whatever else is to be different from the example, by the port that providers call. */
    readonly change?: (configuration: Document, httpPort: number) => void
  }
  /**
   * Starts the gateway of the protected hosts in the place of Envoy with its example. The provider
   * then has an Envoy of its own.
   */
  readonly gateway?: (options: EnvoyOptions) => Promise<RunningEnvoy>
  readonly sallyport?: Pick<SallyportOptions, 'configuration' | 'resourcePaths' | 'launch'>
}

/** Everything between a browser and the protected service. */
export interface Stack extends StackFacts {
  readonly certificates: Certificates
  /** The gateway of the protected hosts. */
  readonly envoy: RunningEnvoy
  readonly sallyport: RunningSallyport
  readonly upstream: RunningUpstream
  /** Set when sessions are kept in Redis. */
  readonly redis: RunningRedis | undefined
  /** Set when the provider is `oidc-provider`. */
  readonly oidcProvider: RunningOidcProvider | undefined
  /** Set when the provider is Keycloak. */
  readonly keycloak: RunningKeycloak | undefined
  /** The address of a path on one of the hosts. */
  readonly url: (host: string, path?: string) => string
  /** Ends all of it, the last started first, and removes every file. */
  readonly stop: () => Promise<void>
}

const backChannelOf = (
  { backChannel }: StackOptions,
  httpPort: number,
): Pick<OidcProviderOptions, 'backChannel'> => {
  if (backChannel === undefined) return {}
  const url = `http://127.0.0.1:${httpPort}/backchannel-logout/${backChannel.client}`
  return { backChannel: { url, withSid: backChannel.withSid } }
}

const startProvider = async (
  options: StackOptions,
  ports: { readonly port: number; readonly envoyPort: number; readonly httpPort: number },
): Promise<{ oidcProvider?: RunningOidcProvider; keycloak?: RunningKeycloak } & Part> => {
  const { port, envoyPort, httpPort } = ports
  const publicUrl = `https://${PROVIDER_HOST}:${envoyPort}`
  if (options.provider === 'keycloak') {
    const { sharedKeycloak } = options
    const keycloak = await (sharedKeycloak === undefined
      ? startKeycloak({ publicUrl, ...options.keycloak })
      : joinKeycloak(
          sharedKeycloak,
          options.keycloak?.byMutualTls === true ? undefined : publicUrl,
        ))
    return { keycloak, stop: keycloak.stop }
  }
  const urls = (path: string) => PROTECTED_HOSTS.map((host) => `https://${host}:${port}${path}`)
  const oidcProvider = await startOidcProvider({
    issuer: publicUrl,
    redirectUris: urls('/oauth2/callback'),
    postLogoutRedirectUris: urls('/oauth2/logout'),
    homeUrl: `https://app.localhost:${port}/`,
    ...backChannelOf(options, httpPort),
    ...options.oidcProvider,
  })
  return { oidcProvider, stop: oidcProvider.stop }
}

const start = async (options: StackOptions, add: AddPart): Promise<Omit<Stack, 'stop'>> => {
  const [freeEnvoyPort = 0, grpcPort = 0, freeGatewayPort = 0, httpPort = 0] = await freePorts(4)
  const envoyPort = options.port ?? freeEnvoyPort
  const port = options.gateway === undefined ? envoyPort : freeGatewayPort
  const certificates = await createCertificates([
    ...PROTECTED_HOSTS,
    PROVIDER_HOST,
    ...(options.hosts ?? []),
  ])
  await add(Promise.resolve({ stop: certificates.remove }))

  const { oidcProvider, keycloak } = await add(
    startProvider(options, { port, envoyPort, httpPort }),
  )
  const provider = oidcProvider ?? keycloak
  if (provider === undefined) throw new Error('No provider was started')
  const redis = options.sessions === 'memory' ? undefined : await add(startRedis(options.redis))
  const upstream = await add(startUpstream())
  const { certFile, keyFile } = certificates
  const behind = { certFile, keyFile, sallyportPort: grpcPort, upstreamPort: upstream.port }
  const envoy = await add(
    startEnvoy({
      ...behind,
      port: envoyPort,
      ...options.envoy,
      change: (configuration) => options.envoy?.change?.(configuration, httpPort),
      extraHosts: [
        { domain: PROVIDER_HOST, upstreamPort: provider.port, isProtected: false },
        ...(options.envoy?.extraHosts ?? []),
      ],
    }),
  )
  const gateway =
    options.gateway === undefined ? envoy : await add(options.gateway({ ...behind, port }))
  const { tls: keycloakTls } = keycloak ?? {}
  const caPem = certificates.caPem + (keycloakTls?.caPem ?? '')
  const facts: StackFacts = {
    port,
    issuer: provider.issuer,
    caPem,
    ...(keycloakTls === undefined ? {} : { keycloakTls }),
  }
  const sallyport = await add(
    startSallyport({
      grpcPort,
      httpPort,
      resources: options.resources(facts),
      ...(redis === undefined ? {} : { redisUrl: redis.url }),
      ...options.sallyport,
    }),
  )
  return {
    ...facts,
    certificates,
    envoy: gateway,
    sallyport,
    upstream,
    redis,
    oidcProvider,
    keycloak,
    url: (host, path = '/') => `https://${host}:${port}${path}`,
  }
}

/** Starts everything, or nothing: what had started is stopped again when a part fails. */
export const startStack = (options: StackOptions): Promise<Stack> =>
  startAll((add) => start(options, add))
