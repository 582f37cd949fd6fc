import { sessionTenant } from '../../src/check/session/session-tenant.ts'
import type { Identity } from '../../src/core/identity/identity.ts'
import type { BearerMethod, Policy, Rule } from '../../src/core/policy/policy.ts'
import type { Tokens } from '../../src/core/provider/tokens.ts'
import type { Client } from '../../src/core/registration/client.ts'
import type { Provider } from '../../src/core/registration/provider.ts'
import {
  authorityOf,
  parseAuthority,
  parsePath,
  type Request,
} from '../../src/core/request/request.ts'
import type { Session } from '../../src/core/session/session.ts'
import { compiled, policyOf } from './compiled.ts'
import { aShop } from './resources.ts'

/** What a test may say about a request; everything else is a plain GET of a page's root. */
export interface RequestSketch {
  readonly method?: string
  readonly authority?: string
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly contextExtensions?: Readonly<Record<string, string>>
  readonly body?: string
  readonly address?: string
  readonly encoding?: Request['encoding']
  readonly room?: Request['room']
}

/** A request as the gRPC edge would make it. Throws where the edge would refuse. */
export const aRequest = (sketch: RequestSketch = {}): Request => {
  const authority = parseAuthority(sketch.authority ?? 'shop.example.com')
  const path = parsePath(sketch.path ?? '/')
  if (!authority.ok || !path.ok) throw new Error('The edge would refuse this request.')
  const headers = sketch.headers ?? {}
  return {
    id: 'request-1',
    method: sketch.method ?? 'GET',
    host: authority.value.host,
    authority: authorityOf(authority.value),
    path: path.value,
    header: (name) => (Object.hasOwn(headers, name) ? headers[name] : undefined),
    headerNames: () => Object.keys(headers),
    encoding: sketch.encoding ?? 'bytes',
    room: sketch.room ?? { bytes: 61_440, count: 100 },
    contextExtensions: sketch.contextExtensions ?? {},
    ...(sketch.address === undefined ? {} : { address: sketch.address }),
    ...(sketch.body === undefined ? {} : { body: sketch.body }),
  }
}

/** The headers of a browser that opens a page. */
export const NAVIGATION = {
  accept: 'text/html,application/xhtml+xml,*/*;q=0.8',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-dest': 'document',
  'sec-fetch-site': 'none',
} as const

/** The headers of a script that fetches. */
export const FETCH = {
  accept: '*/*',
  'sec-fetch-mode': 'cors',
  'sec-fetch-dest': 'empty',
  'sec-fetch-site': 'same-origin',
} as const

/** The policy of the smallest useful set, as the compiler makes it: every default is its own. */
const smallest = policyOf(compiled(aShop().shop))
const [smallestClient] = smallest.clients
if (smallestClient === undefined) throw new Error('The smallest set has no client.')

/** A provider with every default. */
export const aProvider = (changes: Partial<Provider> = {}): Provider => ({
  ...smallestClient.provider,
  generation: 'p1',
  ...changes,
})

/** A client with every default. */
export const aClient = (changes: Partial<Client> = {}): Client => ({
  ...smallestClient,
  tenant: 'shop/shop|https://sso.example.com/realms/shop|shop',
  generation: 'c1',
  provider: aProvider(),
  ...changes,
})

/** A rule that takes sessions and matches what is left. */
export const aRule = (changes: Partial<Rule> = {}): Rule => ({
  ...smallest.fallback,
  name: 'default',
  ...changes,
})

/** Accepts access tokens of the default provider for one audience. */
export const aBearerMethod = (changes: Partial<BearerMethod> = {}): BearerMethod => ({
  kind: 'bearer',
  provider: aProvider(),
  audiences: ['https://api.example.com'],
  maxBytes: 65_536,
  audienceClaim: 'aud',
  accepts: ['access_token'],
  ...changes,
})

/** A policy of one host: sessions everywhere. */
export const aPolicy = (changes: Partial<Policy> = {}): Policy => ({
  ...smallest,
  clients: [aClient()],
  fallback: aRule(),
  ...changes,
})

/** Alice, by her session. */
export const anIdentity = (changes: Partial<Identity> = {}): Identity => ({
  via: 'session',
  issuer: 'https://sso.example.com/realms/shop',
  subject: 'alice',
  claims: { sub: 'alice', email: 'alice@example.com' },
  scopes: ['openid', 'email'],
  accessToken: 'access-1',
  ...changes,
})

/** Alice's first tokens; the access token expires five minutes after `nowMs`. */
export const someTokens = (nowMs: number, changes: Partial<Tokens> = {}): Tokens => ({
  accessToken: 'access-1',
  accessTokenExpiresAtMs: nowMs + 5 * 60_000,
  refreshToken: 'refresh-1',
  idToken: 'id-1',
  claims: { sub: 'alice', email: 'alice@example.com' },
  scopes: ['openid', 'email'],
  ...changes,
})

/** Alice's session with the default client at the default host, begun at `nowMs`. */
export const aSession = (nowMs: number, changes: Partial<Session> = {}): Session => ({
  tenant: sessionTenant(aClient(), aRequest()),
  client: aClient().name,
  host: aRequest().host,
  issuer: aProvider().issuer,
  clientId: 'shop',
  subject: 'alice',
  tokens: someTokens(nowMs),
  tokensReceivedAtMs: nowMs,
  createdAtMs: nowMs,
  lastSeenAtMs: nowMs,
  absoluteExpiresAtMs: nowMs + 12 * 3_600_000,
  idleTimeoutMs: 30 * 60_000,
  ...changes,
})
