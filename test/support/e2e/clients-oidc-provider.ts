import type { OidcProviderOptions } from '../parts/oidc-provider.ts'
import type { Stack } from '../parts/stack.ts'
import { until } from '../parts/until.ts'
import { bearing, signedToken } from './access-tokens.ts'
import { type ClientsPlace, mcpUrl, STANDING_IN_WAYS } from './clients-place.ts'
import { registeredGateway } from './clients-standing-in.ts'
import { newHttpBrowser } from './sign-in.ts'
import { providerOf } from './use-stack.ts'

const DESK = {
  client_id: 'desk',
  application_type: 'native',
  token_endpoint_auth_method: 'none',
  grant_types: ['authorization_code', 'refresh_token'],
  redirect_uris: ['http://127.0.0.1/callback', 'http://localhost/callback'],
} as const

/** With other keys, nothing counts that was signed by those before. */
const killTokens = async (stack: Stack): Promise<void> => {
  const provider = providerOf(stack)
  provider.rotateKeys({ keepOld: false })
  const { keyId, privateKey } = provider.signingKey()
  const iat = Math.floor(Date.now() / 1_000)
  const claims = { iss: stack.issuer, sub: 'bob', client_id: 'desk', scope: 'orders:read' }
  const token = signedToken(
    { alg: 'RS256', typ: 'at+jwt', kid: keyId },
    { ...claims, aud: mcpUrl(stack), iat, exp: iat + 300, jti: keyId },
    privateKey,
  )
  const browser = newHttpBrowser(stack)
  await until('the gateway knows the new key', async () => {
    const { status } = await browser.send(mcpUrl(stack), { headers: bearing(token) })
    return status !== 401
  })
}

/** `oidc-provider`, at which clients register themselves, or are registered by hand. */
export const atOidcProvider = (options: OidcProviderOptions = {}): ClientsPlace => ({
  name: 'oidc-provider',
  ways: [{ title: 'registers itself' }, { title: 'registered by hand', clientId: DESK.client_id }],
  scopes: ['orders:read', 'orders:write'],
  provider: () => ({ clockSkew: '0s' }),
  options: (resource) => ({
    sessions: 'memory',
    oidcProvider: {
      registersFor: resource,
      extraClients: [
        { ...DESK, grant_types: [...DESK.grant_types], redirect_uris: [...DESK.redirect_uris] },
      ],
      ...options,
    },
  }),
  killTokens,
})

/**
 * The gateway in the place of an `oidc-provider` where nobody can register; what it has to remember
 * is in Redis.
 */
export const beforeOidcProvider = (options: OidcProviderOptions = {}): ClientsPlace => ({
  ...atOidcProvider(),
  name: 'gateway-oidc-provider',
  ways: STANDING_IN_WAYS,
  standsIn: true,
  options: (resource) => ({
    oidcProvider: {
      extraClients: [registeredGateway(resource)],
      moreAudience: resource,
      ...options,
    },
  }),
})
