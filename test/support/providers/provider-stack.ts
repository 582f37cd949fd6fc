import { stringify } from 'yaml'
import { startEnvoy } from '../parts/envoy.ts'
import { freePorts } from '../parts/free-port.ts'
import { type AddPart, startAll } from '../parts/part-list.ts'
import { type RunningSallyport, startSallyport } from '../parts/sallyport.ts'
import { createCertificates } from '../parts/tls.ts'
import { type RunningUpstream, startUpstream } from '../parts/upstream.ts'
import { type ManifestFacts, manifestsFor } from './provider-manifests.ts'
import type {
  ProviderUnderTest,
  Registration,
  Registrations,
  RunningProvider,
} from './provider-under-test.ts'

/** The hosts of the suite: which client each of them signs in with. */
export const HOSTS = {
  /** With nothing but the id and the secret. */
  plain: 'plain.localhost',
  /** With the settings that the provider needs. */
  app: 'app.localhost',
  /** With those, and an id and a secret that hold `-`, `_`, `.` and `~`. */
  odd: 'odd.localhost',
  /** Takes access tokens. */
  api: 'api.localhost',
} as const

const PROVIDER_HOST = 'idp.localhost'

/** Short, so that a test sees access tokens expire. */
const ACCESS_TOKEN_LIFETIME_SECONDS = 8

/** A provider, an Envoy, Sallyport and an upstream. */
export interface ProviderStack {
  readonly provider: RunningProvider
  readonly sallyport: RunningSallyport
  readonly upstream: RunningUpstream
  readonly caPem: string
  /** The address of a path on one of the hosts. */
  readonly url: (host: keyof typeof HOSTS, path?: string) => string
  readonly stop: () => Promise<void>
}

const registrations = (port: number, httpPort: number): Registrations => {
  const urls = (hosts: readonly string[], path: string) =>
    hosts.map((host) => `https://${host}:${port}${path}`)
  const registration = (
    client: string,
    hosts: readonly string[],
    credentials: Pick<Registration, 'clientId' | 'clientSecret'>,
  ): Registration => ({
    ...credentials,
    redirectUris: urls(hosts, '/oauth2/callback'),
    postLogoutRedirectUris: urls(hosts, '/oauth2/logout'),
    backChannelLogoutUri: `http://127.0.0.1:${httpPort}/backchannel-logout/shop/${client}`,
  })
  return {
    web: registration('web', [HOSTS.app, HOSTS.plain], {
      clientId: 'shop',
      clientSecret: 'TheSecretOfTheShop0123456789abcdef',
    }),
    odd: registration('odd', [HOSTS.odd], {
      clientId: 'shop-web_2.eu~a',
      clientSecret: 'the-secret_of.the~shop-0123456789-abcdef',
    }),
  }
}

const start = async (
  tested: ProviderUnderTest,
  add: AddPart,
): Promise<Omit<ProviderStack, 'stop'>> => {
  const [port = 0, providerPort = 0, grpcPort = 0, httpPort = 0] = await freePorts(4)
  const certificates = await createCertificates([...Object.values(HOSTS), PROVIDER_HOST])
  await add(Promise.resolve({ stop: certificates.remove }))
  const clients = registrations(port, httpPort)
  const provider = await add(
    tested.start({
      port: providerPort,
      publicUrl: `https://${PROVIDER_HOST}:${port}`,
      clients,
      caFile: certificates.caFile,
      accessTokenLifetimeSeconds: ACCESS_TOKEN_LIFETIME_SECONDS,
    }),
  )
  const upstream = await add(startUpstream())
  await add(
    startEnvoy({
      port,
      certFile: certificates.certFile,
      keyFile: certificates.keyFile,
      sallyportPort: grpcPort,
      upstreamPort: upstream.port,
      extraHosts: [{ domain: PROVIDER_HOST, upstreamPort: providerPort, isProtected: false }],
    }),
  )
  const facts: ManifestFacts = {
    issuer: provider.issuer,
    caPem: certificates.caPem,
    web: provider.credentials?.web ?? clients.web,
    odd: provider.credentials?.odd ?? clients.odd,
    bearerAudiences: provider.bearerAudiences ?? ['nobody'],
  }
  const manifests = manifestsFor(tested, facts)
  const sallyport = await add(
    startSallyport({
      grpcPort,
      httpPort,
      resources: { 'shop.yaml': manifests.map((one) => stringify(one)).join('---\n') },
    }),
  )
  return {
    provider,
    sallyport,
    upstream,
    caPem: certificates.caPem,
    url: (host, path = '/') => `https://${HOSTS[host]}:${port}${path}`,
  }
}

/** Starts everything around one provider, or nothing. */
export const startProviderStack = (tested: ProviderUnderTest): Promise<ProviderStack> =>
  startAll((add) => start(tested, add))
