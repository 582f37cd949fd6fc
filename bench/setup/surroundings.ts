import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { type Part, startAll } from '../../test/support/parts/part-list.ts'
import { startRedis } from '../../test/support/parts/redis.ts'
import { temporaryFolder } from '../../test/support/parts/temporary-folder.ts'
import { type Certificates, createCertificates } from '../../test/support/parts/tls.ts'
import { startTokenIssuer, type TokenIssuer } from './access-tokens.ts'
import { core, manifestText, openBelow, ours } from './manifests.ts'
import { startRefreshProvider } from './refresh-provider.ts'
import { createStoredSessions } from './stored-sessions.ts'

/** The host that every row asks about. */
export const HOST = 'app.localhost'
const AUDIENCE = 'https://api.example.test'
const NAMESPACE = 'bench'
const HOUR_MS = 3_600_000

/** What every process under measurement shares: one provider, one Redis, the same keys. */
export interface Surroundings extends Part {
  readonly redisUrl: string
  readonly keyFile: string
  readonly issuer: string
  /** Issues access tokens that the rule below `/api` asks for. */
  readonly tokens: TokenIssuer
  readonly resources: Readonly<Record<string, string>>
  /** For ports with TLS, in the name of `HOST`. */
  readonly certificates: Certificates
  /** Writes sessions; gives their tickets. */
  readonly signIn: (count: number, idTokenLength?: number) => Promise<readonly string[]>
}

const resourcesFor = (issuer: string, tokens: TokenIssuer): string =>
  manifestText([
    ours('IdentityProvider', NAMESPACE, 'idp', { issuer }),
    ours('IdentityProvider', NAMESPACE, 'tokens', {
      issuer: tokens.issuer,
      discovery: 'Disabled',
      endpoints: {
        authorization: `${tokens.issuer}/a`,
        token: `${tokens.issuer}/t`,
        jwks: tokens.jwksUrl,
      },
    }),
    core('Secret', NAMESPACE, 'web', { stringData: { 'client-secret': 'bench-secret' } }),
    ours('OIDCClient', NAMESPACE, 'web', {
      providerRef: { name: 'idp' },
      clientId: 'web',
      authentication: { secretRef: { name: 'web' } },
    }),
    ours('ProtectedRoute', NAMESPACE, 'app', {
      hosts: [HOST],
      clientRef: { name: 'web' },
      rules: [
        openBelow('/open'),
        {
          name: 'admin',
          match: [{ path: { prefix: '/admin' } }],
          authorize: [{ claim: 'groups', anyOf: ['admins'] }],
        },
        {
          name: 'api',
          match: [{ path: { prefix: '/api' } }],
          authenticate: [{ bearer: { providerRef: { name: 'tokens' }, audiences: [AUDIENCE] } }],
          authorize: [{ scopes: ['orders:read'] }],
        },
      ],
    }),
  ])

/** Starts all of it, or nothing. */
export const startSurroundings = (): Promise<Surroundings> =>
  startAll(async (add) => {
    const folder = await temporaryFolder('bench')
    await add(Promise.resolve({ stop: folder.remove }))
    const keyFile = `${folder.path}/key`
    await writeFile(keyFile, randomBytes(32).toString('base64'))
    const certificates = await createCertificates([HOST])
    await add(Promise.resolve({ stop: certificates.remove }))
    const redis = await add(startRedis())
    const asPart = <T extends { readonly stop: () => void }>(starting: Promise<T>) =>
      starting.then((one) => ({ ...one, stop: async () => one.stop() }))
    const { issuer } = await add(asPart(startRefreshProvider()))
    const tokens = await add(asPart(startTokenIssuer(AUDIENCE)))
    return {
      redisUrl: redis.url,
      keyFile,
      issuer,
      tokens,
      certificates,
      resources: { 'all.yaml': resourcesFor(issuer, tokens) },
      signIn: (count, idTokenLength) =>
        createStoredSessions({
          redisUrl: redis.url,
          keyFile,
          count,
          client: `${NAMESPACE}/web`,
          clientId: 'web',
          host: HOST,
          issuer,
          expiresAtMs: Date.now() + 2 * HOUR_MS,
          ...(idTokenLength === undefined ? {} : { idTokenLength }),
        }),
    }
  })
