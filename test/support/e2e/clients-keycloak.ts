import { type KeycloakObject, keycloakAdmin } from '../parts/keycloak-admin.ts'
import type { Stack } from '../parts/stack.ts'
import { until } from '../parts/until.ts'
import { bearing } from './access-tokens.ts'
import { type ClientsPlace, mcpUrl, STANDING_IN_WAYS } from './clients-place.ts'
import { GATEWAY, returnUrlOf } from './clients-standing-in.ts'
import { signInAtKeycloak } from './keycloak-fapi.ts'
import { followRecipe } from './keycloak-recipe.ts'
import { aliceTokenFor, issuerOfRealm, makeAlice, makeFreshRealm } from './keycloak-shop.ts'
import { newHttpBrowser } from './sign-in.ts'

const REALM = 'shop'
const DESK = 'desk'
const READ = 'mcp'
const WRITE = 'refunds'

/** A client that has tokens made without a browser. */
const PROBE: KeycloakObject = {
  clientId: 'probe',
  publicClient: true,
  directAccessGrantsEnabled: true,
}

const KEYS = 'org.keycloak.keys.KeyProvider'

/** The scope of a part of the resource: the recipe makes the one of all of it, and its audience. */
const makeWriteScope = async (keycloak: Stack['keycloak']): Promise<void> => {
  const { call } = keycloakAdmin(keycloak, REALM)
  const [made] = await call('POST', '/client-scopes', {
    name: WRITE,
    protocol: 'openid-connect',
    attributes: { 'include.in.token.scope': 'true' },
  })
  await call('PUT', `/default-optional-client-scopes/${made?.id}`, {})
}

/** With another key, nothing counts that was signed by the one before. */
const killTokens = async (stack: Stack): Promise<void> => {
  const { call } = keycloakAdmin(stack.keycloak, REALM)
  const keys = await call('GET', `/components?type=${KEYS}`)
  await call('POST', '/components', {
    name: 'next',
    providerId: 'rsa-generated',
    providerType: KEYS,
    config: { priority: ['200'], algorithm: ['RS256'] },
  })
  for (const { id, providerId } of keys) {
    if (providerId === 'rsa-generated') await call('DELETE', `/components/${id}`)
  }
  const token = await aliceTokenFor(stack, { realm: REALM, clientId: 'probe', scope: READ })
  const browser = newHttpBrowser(stack)
  await until('the gateway knows the new key', async () => {
    const { status } = await browser.send(mcpUrl(stack), { headers: bearing(token) })
    return status !== 401
  })
}

/** What a test may ask of its Keycloak. */
interface Settings {
  readonly accessTokenLifetimeSeconds?: number
}

/** A realm as it is by default, set up as documented for clients that discover. */
const prepareRealm = async (
  stack: Stack,
  { accessTokenLifetimeSeconds }: Settings,
): Promise<void> => {
  const { keycloak } = stack
  const lifetime =
    accessTokenLifetimeSeconds === undefined
      ? {}
      : { accessTokenLifespan: accessTokenLifetimeSeconds }
  await makeFreshRealm(keycloak, REALM, lifetime)
  await makeAlice(keycloak, REALM)
  await makeWriteScope(keycloak)
  const values = { REALM, RESOURCE: mcpUrl(stack), CLIENT: DESK }
  await followRecipe(keycloak, ['keycloak', 'keycloak-client'], values)
  await keycloakAdmin(keycloak, REALM).call('POST', '/clients', PROBE)
}

/** Keycloak, at which clients register themselves, or are registered by hand. */
export const atKeycloak = (settings: Settings = {}): ClientsPlace => ({
  name: 'keycloak',
  ways: [{ title: 'registers itself' }, { title: 'registered by hand', clientId: DESK }],
  scopes: [READ, WRITE],
  provider: (facts) => ({ issuer: issuerOfRealm(facts, REALM), clockSkew: '0s' }),
  options: () => ({ sessions: 'memory', provider: 'keycloak' }),
  prepare: (stack) => prepareRealm(stack, settings),
  signIn: signInAtKeycloak,
  killTokens,
})

/** The client that the gateway stands in by, which Keycloak has prove that it began a login. */
const gatewayAt = (stack: Stack): KeycloakObject => ({
  clientId: GATEWAY.clientId,
  secret: GATEWAY.clientSecret,
  publicClient: false,
  redirectUris: [returnUrlOf(mcpUrl(stack))],
  attributes: { 'pkce.code.challenge.method': 'S256' },
})

/** The gateway in the place of a Keycloak that knows its client alone. */
export const beforeKeycloak = (settings: Settings = {}): ClientsPlace => ({
  ...atKeycloak(),
  name: 'gateway-keycloak',
  ways: STANDING_IN_WAYS,
  standsIn: true,
  prepare: async (stack) => {
    await prepareRealm(stack, settings)
    await keycloakAdmin(stack.keycloak, REALM).call('POST', '/clients', gatewayAt(stack))
  },
})
