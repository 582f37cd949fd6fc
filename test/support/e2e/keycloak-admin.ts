import type { RunningKeycloak } from '../parts/keycloak.ts'

/** What a test changes in the realm of its Keycloak. */
export interface KeycloakAdmin {
  /** Lays fields over those of a client. */
  readonly changeClient: (clientId: string, changes: object) => Promise<void>
  /** Lays fields over those of a person. */
  readonly changePerson: (username: string, changes: object) => Promise<void>
}

/** The administrator that a test has made when Keycloak starts. */
export const KEYCLOAK_ADMIN = { name: 'admin', password: 'admin-password' } as const

const REALM = 'sallyport'

type Found = Readonly<Record<string, unknown>> & { readonly id: string }

/** Speaks to the admin API, as the administrator. @throws Error with the answer if it refuses */
export const keycloakAdmin = async (
  running: Pick<RunningKeycloak, 'port'> | undefined,
): Promise<KeycloakAdmin> => {
  if (running === undefined) throw new Error('The stack has another provider.')
  const origin = `http://127.0.0.1:${running.port}`
  const signedIn = await fetch(`${origin}/realms/master/protocol/openid-connect/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'password',
      client_id: 'admin-cli',
      username: KEYCLOAK_ADMIN.name,
      password: KEYCLOAK_ADMIN.password,
    }),
  })
  const { access_token: token } = (await signedIn.json()) as { access_token: string }

  const call = async (method: 'GET' | 'PUT', path: string, body?: object): Promise<string> => {
    const response = await fetch(`${origin}/admin/realms/${REALM}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`Keycloak: ${response.status} ${text}`)
    return text
  }

  const change = async (kind: string, query: string, changes: object): Promise<void> => {
    const [found] = JSON.parse(await call('GET', `/${kind}?${query}`)) as readonly Found[]
    if (found === undefined) throw new Error(`Keycloak has no ${kind} of ${query}.`)
    await call('PUT', `/${kind}/${found.id}`, { ...found, ...changes })
  }

  return {
    changeClient: (clientId, changes) => change('clients', `clientId=${clientId}`, changes),
    changePerson: (username, changes) =>
      change('users', `exact=true&username=${username}`, changes),
  }
}
