import { writeFile } from 'node:fs/promises'
import { stringify } from 'yaml'
import { startChildProcess, waitUntilReady } from '../parts/child-process.ts'
import { freePorts } from '../parts/free-port.ts'
import { startHttpListener } from '../parts/http-listener.ts'
import { installed } from '../parts/installed.ts'
import { type AddPart, startAll } from '../parts/part-list.ts'
import { temporaryFolder } from '../parts/temporary-folder.ts'
import { goVersion } from './go-version.ts'
import { type AudiencesOf, askHydra, hydraPages } from './ory-hydra-pages.ts'
import type {
  ProviderStart,
  ProviderUnderTest,
  Registration,
  RunningProvider,
  Spec,
} from './provider-under-test.ts'

/** The person who can sign in. */
export const alice = { subject: 'alice', password: 'wonderland', email: 'alice@example.com' }

const AUDIENCE = 'https://orders.example.com'

const KEY_SETS = ['hydra.openid.id-token', 'hydra.jwt.access-token']

/** How a Hydra is started, without any client. */
interface HydraStart
  extends Pick<ProviderStart, 'port' | 'publicUrl' | 'accessTokenLifetimeSeconds'> {
  readonly audiencesOf: AudiencesOf
  /** Whether clients may register themselves (RFC 7591). */
  readonly registers: boolean
}

/** Registration is enabled at one place, and told of in the metadata by another. */
const registering = (publicUrl: string): Spec => ({
  oidc: { dynamic_client_registration: { enabled: true } },
  webfinger: { oidc_discovery: { client_registration_url: `${publicUrl}/oauth2/register` } },
})

const configurationOf = (
  { publicUrl, accessTokenLifetimeSeconds, registers }: HydraStart,
  publicPort: number,
  adminPort: number,
): Spec => ({
  serve: {
    public: {
      host: '127.0.0.1',
      port: publicPort,
      tls: { enabled: false, allow_termination_from: ['127.0.0.1/32'] },
    },
    admin: {
      host: '127.0.0.1',
      port: adminPort,
      tls: { enabled: false, allow_termination_from: ['127.0.0.1/32'] },
    },
  },
  urls: {
    self: { issuer: publicUrl },
    login: `${publicUrl}/login`,
    consent: `${publicUrl}/consent`,
    logout: `${publicUrl}/logout`,
  },
  ttl: { access_token: `${accessTokenLifetimeSeconds}s` },
  secrets: { system: ['not-a-secret-of-anybody-at-all'] },
  strategies: { access_token: 'jwt' },
  ...(registers ? registering(publicUrl) : {}),
  dsn: 'memory',
  sqa: { opt_out: true },
})

const metadataOf = (client: Registration): Spec => ({
  client_id: client.clientId,
  client_secret: client.clientSecret,
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  scope: 'openid offline_access profile email',
  audience: [AUDIENCE],
  redirect_uris: client.redirectUris,
  post_logout_redirect_uris: client.postLogoutRedirectUris,
  backchannel_logout_uri: client.backChannelLogoutUri,
  backchannel_logout_session_required: true,
  token_endpoint_auth_method: 'client_secret_basic',
})

/** Starts Hydra with its pages; its administration listens on `adminPort` of loopback. */
export const startHydra = async (options: HydraStart, add: AddPart) => {
  const [publicPort = 0, adminPort = 0] = await freePorts(2)
  const folder = await temporaryFolder('ory-hydra')
  await add(Promise.resolve({ stop: folder.remove }))
  const file = `${folder.path}/hydra.yml`
  await writeFile(file, stringify(configurationOf(options, publicPort, adminPort)))
  const server = await add(
    startChildProcess({
      name: 'Ory Hydra',
      command: installed('providers/ory-hydra/hydra', 'provider-ory-hydra'),
      args: ['serve', 'all', '--config', file],
    }),
  )
  // It makes its keys when somebody asks for them, and whoever else asks meanwhile waits.
  const headers = { 'x-forwarded-proto': 'https' }
  const isReady = async () =>
    (await fetch(`http://127.0.0.1:${publicPort}/.well-known/jwks.json`, { headers })).status ===
    200
  await waitUntilReady('Ory Hydra', server, isReady, 60_000)
  const pages = hydraPages({ publicPort, adminPort }, alice, options.audiencesOf)
  const listener = await startHttpListener(pages, options.port)
  await add(Promise.resolve({ stop: listener.takeDown }))
  return { adminPort, output: server.output }
}

const start = async (
  options: ProviderStart,
  add: AddPart,
): Promise<Omit<RunningProvider, 'stop'>> => {
  const own = { audiencesOf: () => [AUDIENCE], registers: false }
  const { adminPort, output } = await startHydra({ ...options, ...own }, add)
  const { publicUrl, clients } = options
  for (const client of [clients.web, clients.odd])
    await askHydra(adminPort, 'POST', '/clients', metadataOf(client))
  return {
    issuer: publicUrl,
    person: alice,
    bearerAudiences: [AUDIENCE],
    signIn: async (browser, page) =>
      page.url.startsWith(`${publicUrl}/login`)
        ? browser.submit(page, { user: alice.subject, password: alice.password })
        : page,
    signOut: async (browser, page) =>
      page.url.startsWith(`${publicUrl}/logout`) ? browser.submit(page, {}) : page,
    killRefreshTokens: async () => {
      const path = `/oauth2/auth/sessions/consent?subject=${alice.subject}&all=true`
      await askHydra(adminPort, 'DELETE', path)
    },
    rotateKeys: async () => {
      for (const set of KEY_SETS)
        await askHydra(adminPort, 'POST', `/keys/${set}`, {
          alg: 'RS256',
          use: 'sig',
          kid: crypto.randomUUID(),
        })
    },
    output,
  }
}

/** Ory Hydra, with pages of login and consent as its users write them. */
export const oryHydra: ProviderUnderTest = {
  name: 'ory-hydra',
  title: 'Ory Hydra',
  version: goVersion('ory-hydra', 'github.com/ory/hydra/v2'),
  source: 'Go module `github.com/ory/hydra/v2`',
  clientSettings: { scopes: ['openid', 'profile', 'email', 'offline_access'] },
  settings: [
    { field: 'scopes', why: 'It issues a refresh token for the scope `offline_access` alone.' },
  ],
  cannot: {},
  traps: [
    'An access token is a JWT only with `strategies.access_token: jwt`, and has an audience only where the consent page grants one.',
    'The claims of the ID token are what the consent page puts into `session.id_token`; the scopes `profile` and `email` alone add nothing.',
    'Its logout tokens have no `exp`; Sallyport bounds them by `iat`.',
    'Behind a gateway that ends TLS it needs `serve.public.tls.allow_termination_from` and the header `x-forwarded-proto`.',
  ],
  start: (options) => startAll((add) => start(options, add)),
}
