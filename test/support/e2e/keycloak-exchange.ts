import type { RunningKeycloak } from '../parts/keycloak.ts'
import { KEYCLOAK_ADMIN } from './keycloak-admin.ts'

/** An object of the admin API. */
type KeycloakObject = Readonly<Record<string, unknown>>

/** Asks the admin API about the realm of the tests. @throws Error with the answer if it refuses */
type AdminApi = (
  method: 'GET' | 'POST' | 'PUT',
  path: string,
  body?: KeycloakObject,
) => Promise<readonly KeycloakObject[]>

/** The admin API of a Keycloak that was started with `KEYCLOAK_ADMIN`. */
const adminApi = (keycloak: RunningKeycloak | undefined): AdminApi => {
  const origin = `http://127.0.0.1:${keycloak?.port}`
  const token = async (): Promise<string> => {
    const { name: username, password } = KEYCLOAK_ADMIN
    const form = { grant_type: 'password', client_id: 'admin-cli', username, password }
    const response = await fetch(`${origin}/realms/master/protocol/openid-connect/token`, {
      method: 'POST',
      body: new URLSearchParams(form),
    })
    return ((await response.json()) as { readonly access_token: string }).access_token
  }
  return async (method, path, body) => {
    const response = await fetch(`${origin}/admin/realms/sallyport${path}`, {
      method,
      headers: { authorization: `Bearer ${await token()}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`Keycloak: ${response.status} ${text}`)
    return text === '' ? [] : [JSON.parse(text) as readonly KeycloakObject[]].flat()
  }
}

/**
 * Has a client exchange tokens, and makes another client that a client scope names as an audience:
 * what docs/token-exchange.md has an operator do. The other one can ask about its tokens.
 */
export const allowExchange = async (
  keycloak: RunningKeycloak | undefined,
  clientId: string,
  { audience, secret, scope }: Readonly<Record<'audience' | 'secret' | 'scope', string>>,
): Promise<void> => {
  const admin = adminApi(keycloak)
  const [client] = await admin('GET', `/clients?clientId=${clientId}`)
  const attributes = { ...Object(client?.attributes), 'standard.token.exchange.enabled': 'true' }
  await admin('PUT', `/clients/${client?.id}`, { ...client, attributes })
  await admin('POST', '/clients', { clientId: audience, publicClient: false, secret })
  await admin('POST', '/client-scopes', {
    name: scope,
    protocol: 'openid-connect',
    attributes: { 'include.in.token.scope': 'true' },
    protocolMappers: [
      {
        name: 'audience',
        protocol: 'openid-connect',
        protocolMapper: 'oidc-audience-mapper',
        config: { 'included.client.audience': audience, 'access.token.claim': 'true' },
      },
    ],
  })
  const scopes = await admin('GET', '/client-scopes')
  const made = scopes.find(({ name }) => name === scope)
  await admin('PUT', `/clients/${client?.id}/optional-client-scopes/${made?.id}`, {})
}
