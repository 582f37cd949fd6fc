import type { Credential } from '../../core/provider/token-grants.ts'
import { Fault } from '../../core/reason/fault.ts'
import type { ClientAuthentication } from '../../core/registration/client.ts'
import type { Budget } from '../../core/time/budget.ts'
import type { Clock } from '../../core/time/clock.ts'
import {
  type AskingClient,
  type ConfigureClient,
  createConfigureClient,
} from '../client/client-configuration.ts'
import { isAboutClient, OF_PERSON, type Refusal, whyClientRefused } from '../client/refusal.ts'
import type { Providers } from '../provider/providers.ts'
import { type Grant, oneGrant, type Send } from './one-grant.ts'

/** What a token endpoint said about a credential. */
export type GrantAnswer =
  | { readonly kind: 'granted'; readonly accessToken: string; readonly expiresInMs?: number }
  | { readonly kind: 'refused'; readonly detail: string }

/** Asks a token endpoint about a credential. @throws Fault as `TokenGrants` says */
export type AskForToken = (
  credential: Credential,
  scopes: readonly string[],
  budget: Budget,
) => Promise<GrantAnswer>

type ClientCredentials = Extract<Credential, { kind: 'client_credentials' }>
type Refreshed = Extract<Credential, { kind: 'refresh_token' }>

/** The same of a client, which is the caller: unknown, of another secret, or not for this. */
const OF_CLIENT: ReadonlySet<string> = new Set([
  'invalid_client',
  'unauthorized_client',
  'invalid_grant',
  'access_denied',
])

const TRANSIENT: ReadonlySet<string> = new Set(['temporarily_unavailable', 'server_error'])

const GRANTS = {
  client_credentials: 'client_credentials',
  password: 'password',
  refresh_token: 'refresh_token',
} as const

const REMEDIES: Readonly<Record<string, string>> = {
  invalid_scope: 'check `scopes` of the member of `authenticate`, or of the OIDCClient',
  invalid_target: 'check `resources` of the OIDCClient',
}

const allowGrant = (grant: string): string => `allow this client the grant type ${grant}`

const remedyOf = (error: string, grant: string): string | undefined =>
  error === 'unauthorized_client' || error === 'unsupported_grant_type'
    ? allowGrant(grant)
    : REMEDIES[error]

/** The ways that a secret is shown, where the metadata name any. */
const authenticationOf = (
  secret: string,
  listed: readonly string[] | undefined,
): ClientAuthentication => {
  const usesPost =
    listed?.includes('client_secret_post') === true && !listed.includes('client_secret_basic')
  return { method: usesPost ? 'client_secret_post' : 'client_secret_basic', secret }
}

const isAboutCaller = (credential: Credential, refusal: Refusal): boolean => {
  const { error = '' } = refusal
  if (credential.kind !== 'client_credentials') return OF_PERSON.has(error)
  return OF_CLIENT.has(error) || isAboutClient(refusal)
}

/** What is left is about us: never the caller's fault. */
const settle = (
  credential: Credential,
  client: AskingClient,
  { refusal, listed }: Extract<Grant, { kind: 'refused' }>,
): GrantAnswer => {
  const { error = '', detail } = refusal
  if (isAboutCaller(credential, refusal)) {
    return { kind: 'refused', detail: `${client.provider.name}: ${detail}.` }
  }
  const said = `${client.name}: the token endpoint refused: ${detail}`
  if (TRANSIENT.has(error)) throw new Fault('provider_unreachable', `${said}.`)
  const remedy =
    credential.kind !== 'client_credentials' && isAboutClient(refusal)
      ? whyClientRefused(credential.client, listed)
      : remedyOf(error, GRANTS[credential.kind])
  const mend = remedy === undefined ? '' : `; ${remedy}`
  throw new Fault('provider_misconfigured', `${said}${mend}.`)
}

const withScopes = (scopes: readonly string[]): Record<string, string> =>
  scopes.length === 0 ? {} : { scope: scopes.join(' ') }

const refreshed =
  ({ client, refreshToken }: Refreshed): Send =>
  async (configuration) => {
    const { refreshTokenGrant } = await import('openid-client')
    const resources = client.resources.map((resource): [string, string] => ['resource', resource])
    return refreshTokenGrant(configuration, refreshToken, new URLSearchParams(resources))
  }

const sendOf = (credential: Credential, scopes: readonly string[]): Send => {
  switch (credential.kind) {
    case 'client_credentials':
      return async (configuration) => {
        const { clientCredentialsGrant } = await import('openid-client')
        return clientCredentialsGrant(configuration, withScopes(scopes))
      }
    case 'password':
      return async (configuration) => {
        const { genericGrantRequest } = await import('openid-client')
        const { username, password } = credential
        const parameters = { username, password, ...withScopes(scopes) }
        return genericGrantRequest(configuration, GRANTS.password, parameters)
      }
    case 'refresh_token':
      return refreshed(credential)
  }
}

const ask = async (
  configure: ConfigureClient,
  client: AskingClient,
  credential: Credential,
  scopes: readonly string[],
  budget: Budget,
): Promise<GrantAnswer> => {
  const grant = await oneGrant(configure, client, sendOf(credential, scopes), budget)
  return grant.kind === 'granted' ? grant : settle(credential, client, grant)
}

/** The token endpoint, for what callers hold; by openid-client over the provider's own way out. */
export const createAskForToken = (deps: {
  readonly providers: Providers
  readonly clock: Clock
}): AskForToken => {
  const { providers } = deps
  const configure = createConfigureClient(deps)

  const callerOf = async (
    { provider, clientId, clientSecret }: ClientCredentials,
    budget: Budget,
  ): Promise<AskingClient> => {
    const { authenticationMethods } = await providers.of(provider).metadata.get(budget)
    const name = `${provider.name}, a client that a caller is`
    const authentication = authenticationOf(clientSecret, authenticationMethods.token)
    return { name, provider, clientId, authentication }
  }

  return async (credential, scopes, budget) => {
    const client =
      credential.kind === 'client_credentials'
        ? await callerOf(credential, budget)
        : credential.client
    return ask(configure, client, credential, scopes, budget)
  }
}
