import { generateKeyPairSync, randomBytes } from 'node:crypto'
import {
  type Account,
  type AdapterFactory,
  type ClientMetadata,
  type Configuration,
  errors,
  type JWK,
  type KoaContextWithOIDC,
} from 'oidc-provider'
import { certificateSettings, mutualTls } from './oidc-provider-certificates.ts'
import { messagePage, signOutPage } from './oidc-provider-pages.ts'

/** An end-user of the provider. */
export interface EndUser {
  readonly name: string
  readonly password: string
  readonly email: string
  readonly groups: readonly string[]
}

/** More than fit into any cookie or header: the ID token of their member has over 60 KiB. */
export const MANY_GROUPS: readonly string[] = Array.from(
  { length: 2_000 },
  (_, index) => `/departments/shop/team-${index}`,
)

/** Who can sign in. The name is also the subject. */
export const endUsers = {
  alice: {
    name: 'alice',
    password: 'alice-password',
    email: 'alice@example.test',
    groups: ['buyers', 'admins'],
  },
  bob: {
    name: 'bob',
    password: 'bob-password',
    email: 'bob@example.test',
    groups: ['buyers'],
  },
  carol: {
    name: 'carol',
    password: 'carol-password',
    email: 'carol@example.test',
    groups: MANY_GROUPS,
  },
  zoe: {
    name: 'zoe',
    password: 'zoe-password',
    email: 'zoe@example.test',
    groups: ['käufer', 'a,admins', 'b|admins'],
  },
} as const satisfies Readonly<Record<string, EndUser>>

/** The end-user of a name. */
export const findEndUser = (name: string): EndUser | undefined =>
  Object.values(endUsers).find((endUser) => endUser.name === name)

/**
 * The audience of the access tokens (RFC 8707); its scopes are `orders:read` and `orders:write`.
 */
export const API_AUDIENCE = 'https://api.example.test'

/** An audience with the same scopes whose access tokens are opaque. */
export const OPAQUE_AUDIENCE = 'https://ledger.example.test'

const AUDIENCES: ReadonlySet<string> = new Set([API_AUDIENCE, OPAQUE_AUDIENCE])

/** The scopes that both know. */
const API_SCOPES = ['orders:read', 'orders:write'] as const

/** The scopes that the audience of clients that register themselves knows besides. */
const TOOL_SCOPES = ['mcp', 'refunds'] as const

/** Claims that the provider leaves out, and the claims provider that has them instead. */
export interface ClaimsElsewhere {
  readonly names: readonly string[]
  /** A URL, or a path of the provider's own. */
  readonly endpoint: string
  readonly accessToken: string
}

/** What differs from test to test. */
export interface ProviderSettings {
  readonly clients: readonly ClientMetadata[]
  readonly accessTokenLifetimeSeconds: number
  readonly refreshTokenLifetimeSeconds: number
  /** Where pages that have nowhere else to go lead. */
  readonly homeUrl: string | undefined
  readonly cookieKey: string
  /** Whether its cookies are kept in frames of other sites, so that a sign-in works there. */
  readonly worksInFrames: boolean
  /**
   * Where clients may authenticate by certificate, such as `https://mtls.localhost:8443`: what ends
   * TLS there hands the certificate on, as `tls-front.ts` does. Absent: nowhere.
   */
  readonly mutualTlsOrigin: string | undefined
  /** What it says is elsewhere, of everybody. */
  readonly elsewhere: ClaimsElsewhere | undefined
  /** Whether it knows contexts: `mfa` for whoever is asked for it, `pwd` for everybody else. */
  readonly knowsContexts: boolean
  /** Whether clients may have their tokens bound to the certificate that Envoy tells of. */
  readonly bindsToCertificates: boolean
  /** Whether proofs of keys need a nonce of its own; it takes them in any case. */
  readonly demandsNonces: boolean
  /** Whether it holds all of its clients to FAPI 2.0. */
  readonly isFapi: boolean
  /** Whether logins have to be pushed (RFC 9126) and signed (RFC 9101), and answers may be (JARM). */
  readonly isHardened: boolean
  /** The audience of clients that register themselves (RFC 7591); absent: none may. */
  readonly registersFor: string | undefined
  /** An audience like `API_AUDIENCE` besides, of JSON Web Tokens; absent: there is none. */
  readonly moreAudience: string | undefined
  /** The origin of the pages whose scripts may read what the token endpoint answers; absent: none. */
  readonly pagesFrom: string | undefined
  /** Whether it signs what it says of tokens where that is asked for (RFC 9701). */
  readonly signsIntrospection: boolean
  /** Whether userinfo answers are JWTs for clients that want them so. */
  readonly wrapsUserinfo: boolean
}

/** A new RSA key to sign with, under a key id of its own. */
export const createSigningKey = (alg: 'RS256' | 'PS256' = 'RS256'): JWK => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const kid = randomBytes(6).toString('hex')
  return { ...privateKey.export({ format: 'jwk' }), kid, use: 'sig', alg } as JWK
}

const referring = ({ names, endpoint, accessToken }: ClaimsElsewhere, issuer: string) => ({
  ...Object.fromEntries(names.map((name) => [name, undefined])),
  _claim_names: Object.fromEntries(names.map((name) => [name, 'source'])),
  _claim_sources: {
    source: { endpoint: new URL(endpoint, issuer).href, access_token: accessToken },
  },
})

const accountOf = (
  endUser: EndUser,
  elsewhere: ClaimsElsewhere | undefined,
  issuer: string,
): Account => ({
  accountId: endUser.name,
  claims: () => ({
    sub: endUser.name,
    name: endUser.name,
    preferred_username: endUser.name,
    email: endUser.email,
    email_verified: true,
    groups: [...endUser.groups],
    ...(elsewhere === undefined ? {} : referring(elsewhere, issuer)),
  }),
})

/**
 * Every client here is the operator's own, so whatever is asked for is granted and nobody is asked
 * for consent.
 */
const grantAll = async (ctx: KoaContextWithOIDC) => {
  const { provider, client, session, requestParamScopes, resourceServers } = ctx.oidc
  if (client === undefined || session?.accountId === undefined) return undefined
  const known = session.grantIdFor(client.clientId)
  const grant =
    (known === undefined ? undefined : await provider.Grant.find(known)) ??
    new provider.Grant({ clientId: client.clientId, accountId: session.accountId })
  const scope = [...requestParamScopes].join(' ')
  grant.addOIDCScope(scope)
  for (const resource of Object.keys(resourceServers ?? {})) grant.addResourceScope(resource, scope)
  await grant.save()
  return grant
}

const renderPage = (ctx: KoaContextWithOIDC, html: string): void => {
  ctx.type = 'html'
  ctx.body = html
}

const resourceServer = (audience: string, accessTokenTTL: number) => ({
  audience,
  scope: [...API_SCOPES, ...TOOL_SCOPES].join(' '),
  accessTokenFormat: audience === OPAQUE_AUDIENCE ? ('opaque' as const) : ('jwt' as const),
  accessTokenTTL,
  jwt: { sign: { alg: 'RS256' as const } },
})

/** Chromium keeps no other cookie of a site in a frame of another one. */
const CROSS_SITE = {
  httpOnly: true,
  sameSite: 'none',
  secure: true,
  partitioned: true,
} as const

const features = (settings: ProviderSettings): Configuration['features'] => ({
  devInteractions: { enabled: false },
  mTLS: mutualTls(settings),
  ...(settings.isFapi ? { fapi: { enabled: true, profile: '2.0' as const } } : {}),
  dPoP: {
    enabled: true,
    ...(settings.demandsNonces ? { nonceSecret: randomBytes(32), requireNonce: () => true } : {}),
  },
  claimsParameter: { enabled: settings.knowsContexts },
  clientCredentials: { enabled: true },
  introspection: { enabled: true },
  jwtIntrospection: { enabled: settings.signsIntrospection },
  registration: { enabled: settings.registersFor !== undefined },
  revocation: { enabled: true },
  encryption: { enabled: true },
  jwtUserinfo: { enabled: settings.wrapsUserinfo },
  backchannelLogout: { enabled: true },
  pushedAuthorizationRequests: {
    enabled: true,
    requirePushedAuthorizationRequests: settings.isHardened,
  },
  requestObjects: {
    enabled: settings.isHardened,
    requireSignedRequestObject: settings.isHardened,
  },
  jwtResponseModes: { enabled: settings.isHardened },
  resourceIndicators: {
    enabled: true,
    defaultResource: (ctx, _client, oneOf) =>
      oneOf ?? (ctx.oidc.params?.grant_type === 'client_credentials' ? API_AUDIENCE : undefined),
    useGrantedResource: () => true,
    getResourceServerInfo: (_ctx, indicator) => {
      const { registersFor, moreAudience } = settings
      const isKnown = [...AUDIENCES, registersFor, moreAudience].includes(indicator)
      if (!isKnown) throw new errors.InvalidTarget()
      return resourceServer(indicator, settings.accessTokenLifetimeSeconds)
    },
  },
  rpInitiatedLogout: {
    enabled: true,
    logoutSource: (ctx, form) => renderPage(ctx, signOutPage(form)),
    postLogoutSuccessSource: (ctx) =>
      renderPage(ctx, messagePage('Signed out', 'You are signed out here.', settings.homeUrl)),
  },
})

/** The provider's own dispatcher keeps it from loopback, where everything of a test is. */
const fetchFromLoopback: typeof fetch = (url, init = {}) => {
  const { dispatcher: _, ...rest } = init
  return fetch(url, rest)
}

/** The configuration of the certified provider that the tests and the demo share. */
export const providerConfiguration = (
  settings: ProviderSettings,
  adapter: AdapterFactory,
  keys: readonly JWK[],
): Configuration => ({
  adapter,
  clients: [...settings.clients],
  jwks: { keys: [...keys] },
  cookies: {
    keys: [settings.cookieKey],
    ...(settings.worksInFrames ? { long: CROSS_SITE, short: CROSS_SITE } : {}),
  },
  claims: {
    openid: ['sub'],
    profile: ['name', 'preferred_username', 'groups'],
    email: ['email', 'email_verified'],
  },
  // In the ID token too: that is where a relying party without a userinfo request looks.
  conformIdTokenClaims: false,
  responseTypes: ['code'],
  scopes: [
    'openid',
    'offline_access',
    ...API_SCOPES,
    ...(settings.registersFor === undefined ? [] : TOOL_SCOPES),
  ],
  ...(settings.knowsContexts ? { acrValues: ['pwd', 'mfa'] } : {}),
  pkce: { required: () => true },
  features: features(settings),
  ...certificateSettings(settings),
  clientBasedCORS: (_ctx, origin) => origin === settings.pagesFrom,
  fetch: fetchFromLoopback,
  findAccount: (ctx, id) => {
    const endUser = findEndUser(id)
    return endUser === undefined
      ? undefined
      : accountOf(endUser, settings.elsewhere, ctx.oidc.issuer)
  },
  extraTokenClaims: (_ctx, token) => {
    const endUser = token.kind === 'AccessToken' ? findEndUser(token.accountId) : undefined
    return endUser === undefined ? undefined : { email: endUser.email, groups: [...endUser.groups] }
  },
  loadExistingGrant: grantAll,
  issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
  expiresWithSession: () => false,
  rotateRefreshToken: true,
  interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
  renderError: (ctx, out) => {
    const text = `${out.error}: ${out.error_description ?? 'no further description'}`
    renderPage(ctx, messagePage('That did not work', text, settings.homeUrl))
  },
  ttl: {
    AccessToken: settings.accessTokenLifetimeSeconds,
    ClientCredentials: settings.accessTokenLifetimeSeconds,
    RefreshToken: settings.refreshTokenLifetimeSeconds,
    AuthorizationCode: 60,
    IdToken: 3600,
    Interaction: 3600,
    Session: 86_400,
    Grant: 86_400,
  },
})
