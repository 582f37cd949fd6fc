import { keycloakAdmin, makeRealm } from '../parts/keycloak-admin.ts'
import { endUsers } from '../parts/oidc-provider-settings.ts'
import type { Stack, StackFacts } from '../parts/stack.ts'
import { newHttpBrowser } from './sign-in.ts'

/** The issuer of another realm than the one that the stack begins with. */
export const issuerOfRealm = ({ issuer }: Pick<StackFacts, 'issuer'>, realm: string): string =>
  issuer.replace(/[^/]+$/, realm)

/** Makes a realm as it is by default, but for some of its settings. */
export const makeFreshRealm = (
  keycloak: Stack['keycloak'],
  realm: string,
  settings: Readonly<Record<string, unknown>> = {},
): Promise<void> => makeRealm(keycloak, { realm, enabled: true, ...settings })

/** Makes a person as an administrator does: whoever comes with a realm has no default roles. */
export const makeAlice = async (keycloak: Stack['keycloak'], realm: string): Promise<void> => {
  const { name: username, password, email } = endUsers.alice
  await keycloakAdmin(keycloak, realm).call('POST', '/users', {
    username,
    email,
    emailVerified: true,
    firstName: 'Alice',
    lastName: 'Archer',
    enabled: true,
    credentials: [{ type: 'password', value: password, temporary: false }],
  })
}

/**
 * A token of hers for a client with direct access grants. @throws Error with what Keycloak said if
 * there is none
 */
export const aliceTokenFor = async (
  stack: Stack,
  { realm, clientId, scope }: Readonly<Record<'realm' | 'clientId' | 'scope', string>>,
): Promise<string> => {
  const { name: username, password } = endUsers.alice
  const token = `${issuerOfRealm(stack, realm)}/protocol/openid-connect/token`
  const form = { grant_type: 'password', client_id: clientId, username, password, scope }
  const answer = await newHttpBrowser(stack).send(token, {
    method: 'POST',
    body: new URLSearchParams(form),
  })
  const { access_token: issued } = answer.json() as { readonly access_token?: string }
  if (issued === undefined) throw new Error(`Keycloak issued no token: ${answer.text}`)
  return issued
}
