import { createPrivateKey, type JsonWebKey, type KeyObject, randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import Provider, { type ClientMetadata, type EncryptionAlgValues, type JWK } from 'oidc-provider'
import { freePort } from './free-port.ts'
import { startHttpListener } from './http-listener.ts'
import { messagePage, signInPage } from './oidc-provider-pages.ts'
import {
  type ClaimsElsewhere,
  createSigningKey,
  findEndUser,
  type ProviderSettings,
  providerConfiguration,
} from './oidc-provider-settings.ts'
import { createProviderStore } from './oidc-provider-store.ts'

/** The client that browsers sign in through. */
export const WEB_CLIENT = { clientId: 'sallyport', clientSecret: 'sallyport-secret' } as const

/** The client that gets tokens for itself by the client credentials grant. */
export const MACHINE_CLIENT = { clientId: 'machine', clientSecret: 'machine-secret' } as const

const ENDPOINTS = {
  discovery: /^\/\.well-known\/openid-configuration$/,
  jwks: /^\/jwks$/,
  authorization: /^\/auth$/,
  token: /^\/token$/,
  userinfo: /^\/me$/,
  introspection: /^\/token\/introspection$/,
  revocation: /^\/token\/revocation$/,
  pushedRequest: /^\/request$/,
  endSession: /^\/session\/end$/,
  /** Nothing of its own: a claims provider of the test. */
  claims: /^\/claims$/,
} as const

/** The endpoints whose requests are counted and can be interfered with. */
export type Endpoint = keyof typeof ENDPOINTS

/** Answers instead of the provider; one that never answers plays a hanging provider. */
export type Interference = (request: IncomingMessage, response: ServerResponse) => void

/** What a test may ask of its provider. */
export interface OidcProviderOptions {
  /** Of the plain HTTP listener on 127.0.0.1; absent: a free one. */
  readonly port?: number
  /** Absent: the listener itself, by http. An https issuer is served through Envoy. */
  readonly issuer?: string
  /** Registered for the browser's client. */
  readonly redirectUris?: readonly string[]
  readonly postLogoutRedirectUris?: readonly string[]
  readonly extraClients?: readonly ClientMetadata[]
  /** Where the browser's client is told of logouts, and whether by `sid` as well as by subject. */
  readonly backChannel?: { readonly url: string; readonly withSid: boolean }
  /**
   * A public key that ID and logout tokens of the browser's client are encrypted to; absent: they are
   * signed alone.
   */
  readonly encryptsTo?: {
    readonly jwk: JWK
    readonly algorithm: EncryptionAlgValues
    /** Whether its userinfo answers are signed and encrypted as well; absent: they are plain. */
    readonly userinfo?: boolean
  }
  readonly accessTokenLifetimeSeconds?: number
  readonly refreshTokenLifetimeSeconds?: number
  /** Where pages of the provider that have nowhere else to go lead. */
  readonly homeUrl?: string
  /** Whether its cookies are kept in frames of other sites; absent: they are not. */
  readonly worksInFrames?: boolean
  /** Where clients may authenticate by certificate; absent: nowhere. */
  readonly mutualTlsOrigin?: string
  /** Whether a sign-in can be one by `mfa`; absent: whatever is asked for is ignored. */
  readonly knowsContexts?: boolean
  /** What it says is elsewhere, of everybody; absent: nothing. */
  readonly elsewhere?: ClaimsElsewhere
  /**
   * Whether tokens of clients that ask for it are bound to the certificate that Envoy tells of in
   * `x-forwarded-client-cert` (RFC 8705); absent: there are no such clients.
   */
  readonly bindsToCertificates?: boolean
  /** Whether proofs of keys need a nonce of its own (RFC 9449 section 8); absent: no. */
  readonly demandsNonces?: boolean
  /** Whether it holds all of its clients to FAPI 2.0, and signs by PS256; absent: it does not. */
  readonly isFapi?: boolean
  /**
   * The public key of the browser's client, which proves itself by it. The provider then takes
   * logins that are pushed and signed, and no others, and signs its answers where it is asked to.
   */
  readonly demandsSignatureOf?: JWK
  /** The same, with the URL of the client's public keys in the place of one key. */
  readonly fetchesKeysFrom?: string
  /** The audience of clients that register themselves; absent: none may. */
  readonly registersFor?: string
  readonly moreAudience?: string
  /** The origin of the pages that public clients run in; absent: none runs in a page. */
  readonly pagesFrom?: string
  /** Whether it signs what it says of tokens where that is asked for; absent: it does not. */
  readonly signsIntrospection?: boolean
}

/** The certified `oidc-provider`, in this process. */
export interface RunningOidcProvider {
  readonly issuer: string
  readonly port: number
  /** How often an endpoint was asked since the start, answered or not. */
  readonly requestCount: (endpoint: Endpoint) => number
  /** Answers an endpoint in the provider's place, until `undefined` is given. */
  readonly interfere: (endpoint: Endpoint, interference: Interference | undefined) => void
  /**
   * Signs with a new key from now on. Without `keepOld`, earlier tokens can no longer be verified.
   */
  readonly rotateKeys: (options: { readonly keepOld: boolean }) => void
  /** No refresh token that was issued so far is good any more. */
  readonly forgetRefreshTokens: () => void
  /** The key that it signs with now, to make tokens that only it could have made. */
  readonly signingKey: () => { readonly keyId: string; readonly privateKey: KeyObject }
  /** Stops listening, as a provider that is down. What it remembers is kept. */
  readonly takeDown: () => Promise<void>
  /** Listens again on the same port. */
  readonly bringUp: () => Promise<void>
  readonly stop: () => Promise<void>
}

const webClient = (options: OidcProviderOptions): ClientMetadata => ({
  client_id: WEB_CLIENT.clientId,
  client_secret: WEB_CLIENT.clientSecret,
  grant_types: ['authorization_code', 'refresh_token'],
  redirect_uris: [...(options.redirectUris ?? [])],
  post_logout_redirect_uris: [...(options.postLogoutRedirectUris ?? [])],
  scope: 'openid offline_access profile email orders:read orders:write',
  ...(options.backChannel === undefined
    ? {}
    : {
        backchannel_logout_uri: options.backChannel.url,
        backchannel_logout_session_required: options.backChannel.withSid,
      }),
  ...(options.encryptsTo === undefined
    ? {}
    : {
        id_token_encrypted_response_alg: options.encryptsTo.algorithm,
        id_token_encrypted_response_enc: 'A256GCM',
        jwks: { keys: [options.encryptsTo.jwk] },
        ...(options.encryptsTo.userinfo !== true
          ? {}
          : {
              userinfo_encrypted_response_alg: options.encryptsTo.algorithm,
              userinfo_encrypted_response_enc: 'A256GCM',
              userinfo_signed_response_alg: 'RS256',
            }),
      }),
  ...(options.demandsSignatureOf === undefined
    ? {}
    : {
        client_secret: undefined,
        token_endpoint_auth_method: 'private_key_jwt',
        jwks: { keys: [options.demandsSignatureOf] },
      }),
  ...(options.fetchesKeysFrom === undefined
    ? {}
    : {
        client_secret: undefined,
        token_endpoint_auth_method: 'private_key_jwt',
        jwks_uri: options.fetchesKeysFrom,
      }),
})

const MACHINE_METADATA: ClientMetadata = {
  client_id: MACHINE_CLIENT.clientId,
  client_secret: MACHINE_CLIENT.clientSecret,
  grant_types: ['client_credentials'],
  redirect_uris: [],
  response_types: [],
  scope: 'orders:read orders:write',
}

const readForm = async (request: IncomingMessage): Promise<URLSearchParams> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return new URLSearchParams(Buffer.concat(chunks).toString())
}

const sendPage = (response: ServerResponse, status: number, html: string): void => {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
  })
  response.end(html)
}

/** The sign-in form: shown by GET, judged by POST. */
const interact = async (
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const { params, prompt } = await provider.interactionDetails(request, response)
  const hint = typeof params.login_hint === 'string' ? params.login_hint : ''
  if (request.method !== 'POST') return sendPage(response, 200, signInPage(hint))

  const form = await readForm(request)
  if (form.get('action') === 'cancel') {
    const refusal = { error: 'access_denied', error_description: 'The end-user cancelled' }
    return provider.interactionFinished(request, response, refusal)
  }
  const name = form.get('login') ?? ''
  const endUser = findEndUser(name)
  if (endUser === undefined || endUser.password !== form.get('password')) {
    return sendPage(response, 400, signInPage(name, 'Name or password is wrong.'))
  }
  const isStronger = prompt.reasons.some((reason) => reason.startsWith('essential_acr'))
  return provider.interactionFinished(request, response, {
    login: { accountId: endUser.name, acr: isStronger ? 'mfa' : 'pwd' },
    // Whoever signs in consents, also where a client asks for that (`prompt=consent`).
    consent: {},
  })
}

const endpointOf = (path: string): Endpoint | undefined =>
  (Object.keys(ENDPOINTS) as Endpoint[]).find((name) => ENDPOINTS[name].test(path))

/** Counts every request and lets a test answer in the provider's place. */
const createDesk = (answer: (path: string) => Interference) => {
  const counts = new Map<Endpoint, number>()
  const interferences = new Map<Endpoint, Interference>()
  const serve: Interference = (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    const endpoint = endpointOf(pathname)
    if (endpoint === undefined) return answer(pathname)(request, response)
    counts.set(endpoint, (counts.get(endpoint) ?? 0) + 1)
    const serveThis = interferences.get(endpoint) ?? answer(pathname)
    serveThis(request, response)
  }
  return { counts, interferences, serve }
}

const settingsOf = (options: OidcProviderOptions): ProviderSettings => ({
  clients: [
    ...(options.redirectUris === undefined ? [] : [webClient(options)]),
    MACHINE_METADATA,
    ...(options.extraClients ?? []),
  ],
  accessTokenLifetimeSeconds: options.accessTokenLifetimeSeconds ?? 300,
  refreshTokenLifetimeSeconds: options.refreshTokenLifetimeSeconds ?? 86_400,
  homeUrl: options.homeUrl,
  cookieKey: randomBytes(16).toString('hex'),
  worksInFrames: options.worksInFrames ?? false,
  mutualTlsOrigin: options.mutualTlsOrigin,
  knowsContexts: options.knowsContexts ?? false,
  elsewhere: options.elsewhere,
  bindsToCertificates: options.bindsToCertificates ?? false,
  demandsNonces: options.demandsNonces ?? false,
  isFapi: options.isFapi ?? false,
  isHardened: (options.demandsSignatureOf ?? options.fetchesKeysFrom) !== undefined,
  registersFor: options.registersFor,
  moreAudience: options.moreAudience,
  pagesFrom: options.pagesFrom,
  signsIntrospection: options.signsIntrospection ?? false,
  wrapsUserinfo: options.encryptsTo?.userinfo === true,
})

/**
 * Starts the certified provider on 127.0.0.1, with the end-users of `oidc-provider-settings.ts`.
 */
export const startOidcProvider = async (
  options: OidcProviderOptions = {},
): Promise<RunningOidcProvider> => {
  const port = options.port ?? (await freePort())
  const issuer = options.issuer ?? `http://127.0.0.1:${port}`
  const store = createProviderStore()
  const settings = settingsOf(options)
  let keys: [JWK, ...JWK[]] = [createSigningKey(options.isFapi === true ? 'PS256' : 'RS256')]
  const create = (): Provider => {
    const created = new Provider(issuer, providerConfiguration(settings, store.adapter, keys))
    // Behind Envoy, which says by `x-forwarded-proto` that the end-user came by https.
    created.proxy = issuer.startsWith('https:')
    return created
  }
  let provider = create()
  let handle = provider.callback()

  const answerInteraction: Interference = (request, response) => {
    interact(provider, request, response).catch(() => {
      const text = 'This sign-in has expired or was finished already. Please start again.'
      sendPage(response, 400, messagePage('That did not work', text, options.homeUrl))
    })
  }
  const desk = createDesk((path) =>
    path.startsWith('/interaction/') ? answerInteraction : (...both) => void handle(...both),
  )
  const { takeDown, bringUp } = await startHttpListener(desk.serve, port)
  return {
    issuer,
    port,
    requestCount: (endpoint) => desk.counts.get(endpoint) ?? 0,
    interfere: (endpoint, interference) => {
      if (interference === undefined) desk.interferences.delete(endpoint)
      else desk.interferences.set(endpoint, interference)
    },
    rotateKeys: ({ keepOld }) => {
      keys = [createSigningKey(), ...(keepOld ? keys : [])]
      provider = create()
      handle = provider.callback()
    },
    forgetRefreshTokens: () => store.forget('RefreshToken'),
    signingKey: () => ({
      keyId: keys[0].kid ?? '',
      privateKey: createPrivateKey({ key: keys[0] as JsonWebKey, format: 'jwk' }),
    }),
    takeDown,
    bringUp,
    stop: takeDown,
  }
}
