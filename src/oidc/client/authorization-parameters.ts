import type { Client } from '../../core/policy/policy.ts'
import type { LoginState } from '../../core/provider/login-state.ts'
import { scopesToRequest } from '../token/scopes.ts'

/**
 * What makes an authorization request ours; neither configuration nor a forwarded parameter may say
 * anything else.
 */
const PROTECTED: ReadonlySet<string> = new Set([
  'response_type',
  'response_mode',
  'client_id',
  'redirect_uri',
  'scope',
  'state',
  'nonce',
  'code_challenge',
  'code_challenge_method',
  'resource',
  'request',
  'request_uri',
])

const setFree = (
  parameters: URLSearchParams,
  values: Readonly<Record<string, string>>,
): undefined => {
  for (const [name, value] of Object.entries(values)) {
    if (!PROTECTED.has(name.toLowerCase())) parameters.set(name, value)
  }
}

/**
 * The parameters of an authorization request: code, PKCE S256, `state` and `nonce` (R16). What the
 * end-user's request forwards comes first, so that configuration wins over it, and the protocol
 * over both.
 */
export const authorizationParameters = (
  client: Client,
  login: LoginState,
  codeChallenge: string,
  forwarded: Readonly<Record<string, string>>,
): URLSearchParams => {
  const parameters = new URLSearchParams()
  setFree(parameters, forwarded)
  setFree(parameters, client.authorizationParameters)
  parameters.set('response_type', 'code')
  parameters.set('client_id', client.clientId)
  parameters.set('redirect_uri', login.redirectUri)
  parameters.set('scope', scopesToRequest(client).join(' '))
  parameters.set('state', login.state)
  parameters.set('nonce', login.nonce)
  parameters.set('code_challenge', codeChallenge)
  parameters.set('code_challenge_method', 'S256')
  for (const resource of client.resources) parameters.append('resource', resource)
  return parameters
}
