/** The administrator of all realms, where a test has Keycloak make one. */
export const KEYCLOAK_ADMIN = { name: 'admin', password: 'admin-password' } as const

/** The realm of `keycloak-realm.json`. */
export const KEYCLOAK_REALM = 'sallyport'

/** An object of the admin API. */
export type KeycloakObject = Readonly<Record<string, unknown>>

/** What a test may do in one realm, as the administrator. Each @throws Error with a refusal */
export interface KeycloakAdmin {
  /**
   * Calls the admin API; a path begins below the realm. The answer is a list, of one object where
   * it is an object, and of the `id` alone where something was made.
   */
  readonly call: (
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    path: string,
    body?: KeycloakObject | readonly KeycloakObject[],
  ) => Promise<readonly KeycloakObject[]>
  /** The client of this name. */
  readonly client: (clientId: string) => Promise<KeycloakObject>
  /** Lays fields over those of a client; `attributes` over its attributes. */
  readonly changeClient: (clientId: string, changes: KeycloakObject) => Promise<void>
  /** Lays fields over those of a person. */
  readonly changePerson: (username: string, changes: KeycloakObject) => Promise<void>
}

/** Where a Keycloak listens; absent: there is none. */
type Listening = { readonly port: number } | undefined

const signIn = async (origin: string): Promise<string> => {
  const { name: username, password } = KEYCLOAK_ADMIN
  const response = await fetch(`${origin}/realms/master/protocol/openid-connect/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'password',
      client_id: 'admin-cli',
      username,
      password,
    }),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`Keycloak, of its administrator: ${response.status} ${text}`)
  return (JSON.parse(text) as { readonly access_token: string }).access_token
}

const madeBy = (response: Response): readonly KeycloakObject[] => {
  const id = response.headers.get('location')?.split('/').at(-1)
  return id === undefined ? [] : [{ id }]
}

/**
 * Calls below `/admin/realms`. It signs in once, and again when that is over: each time costs
 * Keycloak the hash of a password. @throws Error if the stack has another provider
 */
export const callKeycloak = (keycloak: Listening): KeycloakAdmin['call'] => {
  if (keycloak === undefined) throw new Error('The stack has another provider.')
  const origin = `http://127.0.0.1:${keycloak.port}`
  let token: Promise<string> | undefined

  const send: (...call: Parameters<KeycloakAdmin['call']>) => Promise<Response> = async (
    method,
    path,
    body,
  ) => {
    token ??= signIn(origin)
    const authorization = `Bearer ${await token}`
    return fetch(`${origin}/admin/realms${path}`, {
      method,
      headers: { authorization, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  }
  return async (method, path, body) => {
    let response = await send(method, path, body)
    if (response.status === 401) {
      token = undefined
      response = await send(method, path, body)
    }
    const text = await response.text()
    if (!response.ok) throw new Error(`Keycloak, ${method} ${path}: ${response.status} ${text}`)
    if (text === '') return madeBy(response)
    return [JSON.parse(text) as KeycloakObject | readonly KeycloakObject[]].flat()
  }
}

/**
 * The admin API of a Keycloak that was started with `KEYCLOAK_ADMIN`. @throws Error if the stack
 * has another provider
 */
export const keycloakAdmin = (keycloak: Listening, realm = KEYCLOAK_REALM): KeycloakAdmin => {
  const callAny = callKeycloak(keycloak)
  const call: KeycloakAdmin['call'] = (method, path, body) =>
    callAny(method, `/${realm}${path}`, body)

  const find = async (path: string): Promise<KeycloakObject> => {
    const [found] = await call('GET', path)
    if (found === undefined) throw new Error(`Keycloak has nothing at ${path}.`)
    return found
  }
  const client: KeycloakAdmin['client'] = (clientId) => find(`/clients?clientId=${clientId}`)

  return {
    call,
    client,
    changeClient: async (clientId, changes) => {
      const found = await client(clientId)
      const attributes = { ...Object(found.attributes), ...Object(changes.attributes) }
      await call('PUT', `/clients/${found.id}`, { ...found, ...changes, attributes })
    },
    changePerson: async (username, changes) => {
      const found = await find(`/users?exact=true&username=${username}`)
      await call('PUT', `/users/${found.id}`, { ...found, ...changes })
    },
  }
}

/** Makes a realm. What it leaves out is as Keycloak has it by default. */
export const makeRealm = async (
  keycloak: { readonly port: number; readonly publicUrl: string } | undefined,
  realm: KeycloakObject,
): Promise<void> => {
  const attributes = { ...Object(realm.attributes), frontendUrl: keycloak?.publicUrl }
  await callKeycloak(keycloak)('POST', '', { ...realm, attributes })
}

/** A client that stands in the tokens of another, by a scope that this one may ask for. */
type Audience = Readonly<Record<'audience' | 'secret' | 'scope', string>>

/**
 * Makes a client, and a client scope that names it as an audience: what docs/ways-in.md has an
 * operator do. The new client can ask about tokens of the other one that were issued with the scope.
 */
export const addAudience = async (
  keycloak: Listening,
  clientId: string,
  { audience, secret, scope }: Audience,
): Promise<void> => {
  const { call, client } = keycloakAdmin(keycloak)
  await call('POST', '/clients', { clientId: audience, publicClient: false, secret })
  const [made] = await call('POST', '/client-scopes', {
    name: scope,
    protocol: 'openid-connect',
    attributes: { 'include.in.token.scope': 'true' },
    protocolMappers: [
      {
        name: 'audience',
        protocol: 'openid-connect',
        protocolMapper: 'oidc-audience-mapper',
        config: {
          'included.client.audience': audience,
          'access.token.claim': 'true',
          'introspection.token.claim': 'true',
        },
      },
    ],
  })
  const { id } = await client(clientId)
  await call('PUT', `/clients/${id}/optional-client-scopes/${made?.id}`, {})
}

/** Has a client exchange tokens for that audience, as docs/token-exchange.md has an operator do. */
export const allowExchange = async (
  keycloak: Listening,
  clientId: string,
  audience: Audience,
): Promise<void> => {
  const attributes = { 'standard.token.exchange.enabled': 'true' }
  await keycloakAdmin(keycloak).changeClient(clientId, { attributes })
  await addAudience(keycloak, clientId, audience)
}
