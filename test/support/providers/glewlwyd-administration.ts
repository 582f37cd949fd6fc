import { generateKeyPairSync } from 'node:crypto'
import type { Registration, Spec } from './provider-under-test.ts'

/** What access tokens are for. */
export const GLEWLWYD_RESOURCE = 'https://orders.example.com'

type Ask = (method: string, path: string, body?: Spec) => Promise<Spec>

/** What the administration of a Glewlwyd is used for. */
export interface GlewlwydAdministration {
  readonly setUp: (clients: readonly Registration[]) => Promise<void>
  readonly rotateKeys: () => Promise<void>
}

/** The person who can sign in. */
export interface GlewlwydPerson {
  readonly username: string
  readonly password: string
  readonly email: string
}

const signIn = async (base: string): Promise<Ask> => {
  let cookie = ''
  const ask: Ask = async (method, path, body) => {
    const response = await fetch(`${base}${path}`, {
      method,
      headers: { 'content-type': 'application/json', cookie },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const said = await response.text()
    if (!response.ok) throw new Error(`Glewlwyd answered ${response.status} to ${path}: ${said}`)
    cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? cookie
    return said === '' ? {} : (JSON.parse(said) as Spec)
  }
  // What its database is made with.
  await ask('POST', '/auth/', { username: 'admin', password: 'password' })
  return ask
}

const newKey = (): Spec => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  return { key: privateKey, cert: publicKey }
}

const plugin = (issuer: string, accessTokenLifetimeSeconds: number): Spec => ({
  iss: issuer,
  'jwt-type': 'rsa',
  'jwt-key-size': '256',
  ...newKey(),
  'access-token-duration': accessTokenLifetimeSeconds,
  'refresh-token-duration': 1_209_600,
  'code-duration': 600,
  'refresh-token-rolling': true,
  'allow-non-oidc': false,
  'auth-type-code-enabled': true,
  'auth-type-refresh-enabled': true,
  'auth-type-token-enabled': false,
  'jwks-show': true,
  'subject-type': 'public',
  'name-claim': 'mandatory',
  'email-claim': 'mandatory',
  'allowed-scope': ['openid', 'profile', 'email'],
  'pkce-allowed': true,
  'introspection-revocation-allowed': true,
  'introspection-revocation-allow-target-client': true,
  'session-management-allowed': true,
  'session-cookie-name': 'GLEWLWYD2_OIDC_SID',
  'session-cookie-expiration': 2_419_200,
  'front-channel-logout-allowed': false,
  'back-channel-logout-allowed': true,
  'request-maximum-exp': 3600,
  'oauth-as-iss-id': true,
  'resource-allowed': true,
  'resource-scope': { openid: [GLEWLWYD_RESOURCE] },
  'resource-client-property': '',
  'resource-scope-and-client-property': false,
})

const client = (registration: Registration): Spec => ({
  client_id: registration.clientId,
  confidential: true,
  password: registration.clientSecret,
  client_secret: registration.clientSecret,
  scope: [],
  redirect_uri: registration.redirectUris,
  post_logout_redirect_uris: registration.postLogoutRedirectUris,
  backchannel_logout_uri: registration.backChannelLogoutUri,
  backchannel_logout_session_required: '1',
  authorization_type: ['code', 'refresh_token'],
  token_endpoint_auth_method: ['client_secret_basic'],
  enabled: true,
})

/** Its clients keep these only where the client backend is told of them. */
const keepClientProperties = async (ask: Ask): Promise<void> => {
  const { parameters, ...module } = await ask('GET', '/mod/client/database')
  const known = parameters as { readonly 'data-format': Spec }
  const property = (multiple: boolean) => ({ multiple, read: true, write: true })
  const format = {
    ...known['data-format'],
    post_logout_redirect_uris: property(true),
    backchannel_logout_session_required: property(false),
  }
  await ask('PUT', '/mod/client/database', {
    ...module,
    parameters: { ...known, 'data-format': format },
  })
  await ask('PUT', '/mod/client/database/reset')
}

/** @throws Error with what Glewlwyd said, if it refuses something */
export const administerGlewlwyd = async (
  base: string,
  issuer: string,
  accessTokenLifetimeSeconds: number,
  person: GlewlwydPerson,
): Promise<GlewlwydAdministration> => {
  const ask = await signIn(base)
  const parameters = plugin(issuer, accessTokenLifetimeSeconds)
  const module = { module: 'oidc', name: 'oidc', display_name: 'OpenID Connect' }
  return {
    setUp: async (clients) => {
      for (const name of ['profile', 'email'])
        await ask('POST', '/scope/', { name, password_required: false, scheme: {} })
      await ask('POST', '/mod/plugin/', { ...module, parameters })
      await ask('POST', '/user/', {
        ...person,
        name: 'Alice Liddell',
        scope: ['openid', 'profile', 'email', 'g_profile'],
        enabled: true,
      })
      await keepClientProperties(ask)
      for (const each of clients) await ask('POST', '/client/', client(each))
    },
    rotateKeys: async () => {
      await ask('PUT', '/mod/plugin/oidc', {
        ...module,
        parameters: { ...parameters, ...newKey() },
      })
      await ask('PUT', '/mod/plugin/oidc/reset')
    },
  }
}
