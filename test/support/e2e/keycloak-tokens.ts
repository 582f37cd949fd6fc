import type { HttpResponse } from '../parts/http-browser.ts'
import { WEB_CLIENT } from '../parts/oidc-provider.ts'
import { endUsers } from '../parts/oidc-provider-settings.ts'
import type { Stack } from '../parts/stack.ts'
import { newHttpBrowser } from './sign-in.ts'

type Form = Readonly<Record<string, string>>

/** Tokens of one sign-in, those that were asked for. */
export interface KeycloakTokens {
  readonly access_token: string
  readonly refresh_token: string
  /** With the scope `openid` alone. */
  readonly id_token: string
}

const OPENID = '/protocol/openid-connect'

/** Asks an endpoint of the realm, below `/protocol/openid-connect`, as the browser's client. */
export const askKeycloak = (
  stack: Stack,
  endpoint: 'token' | 'revoke' | 'logout',
  form: Form,
  headers: Form = {},
): Promise<HttpResponse> =>
  newHttpBrowser(stack).send(`${stack.issuer}${OPENID}/${endpoint}`, {
    method: 'POST',
    headers,
    body: new URLSearchParams({
      client_id: WEB_CLIENT.clientId,
      client_secret: WEB_CLIENT.clientSecret,
      ...form,
    }),
  })

/**
 * Tokens of Alice, whose password the client may take. `headers`: sent with the request. @throws
 * Error with what Keycloak said if there are none
 */
export const tokensOfAlice = async (
  stack: Stack,
  scope = 'openid',
  headers: Form = {},
): Promise<KeycloakTokens> => {
  const { name: username, password } = endUsers.alice
  const form = { grant_type: 'password', username, password, scope }
  const answer = await askKeycloak(stack, 'token', form, headers)
  if (answer.status !== 200) throw new Error(`Keycloak issued no tokens: ${answer.text}`)
  return answer.json() as KeycloakTokens
}

/** Where the token endpoint is. */
export const tokenEndpointOf = ({ issuer }: Pick<Stack, 'issuer'>): string =>
  `${issuer}${OPENID}/token`
