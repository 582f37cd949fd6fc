import {
  allowInsecureRequests,
  authorizationCodeGrant,
  type ClientAuth,
  Configuration,
  type CustomFetch,
  clockSkew,
  clockTolerance,
  customFetch,
  ResponseBodyError,
  refreshTokenGrant,
  type TokenEndpointResponse,
} from 'openid-client'
import { Fault } from '../core/fault.ts'
import type { Claims } from '../core/identity.ts'
import type { Client } from '../core/policy.ts'
import type { Budget, Clock, LoginState } from '../core/ports.ts'
import { skewOf } from './access-token-claims.ts'
import { admittedAlgorithms } from './algorithms.ts'
import { plainText } from './authorization-response.ts'
import { createClientAuthentication } from './client-authentication.ts'
import { parseJsonObject } from './json.ts'
import { type ProviderMetadata, requireEndpoint } from './metadata.ts'
import type { Answer } from './provider-fetch.ts'
import type { Providers } from './providers.ts'

/** What a token endpoint said. */
export type TokenAnswer =
  | { readonly kind: 'granted'; readonly response: TokenEndpointResponse }
  /**
   * `invalid_grant`: the code or refresh token is not, or no longer, good (RFC 6749 section 5.2).
   */
  | { readonly kind: 'invalid_grant'; readonly detail: string }
  /** The library refused the ID token. */
  | { readonly kind: 'bad_id_token'; readonly detail: string }

/** The token endpoint, as one client. */
export interface TokenEndpoint {
  readonly exchange: (
    client: Client,
    login: LoginState,
    query: URLSearchParams,
    budget: Budget,
  ) => Promise<TokenAnswer>
  readonly refresh: (client: Client, refreshToken: string, budget: Budget) => Promise<TokenAnswer>
}

/**
 * Errors that say the provider is unwell, rather than that it does not want this client or request.
 */
const TRANSIENT: ReadonlySet<string> = new Set(['temporarily_unavailable', 'server_error'])

/**
 * A token answer as the library can take it: a bearer token, and `expires_in` only if it says
 * something. Providers send 0, negative numbers and empty text for "not known" or "never".
 */
const tidy = (answer: Answer, client: Client): Claims => {
  const { name } = client.provider
  const document = parseJsonObject(answer.text)
  if (answer.status !== 200) {
    if (typeof document?.error === 'string' && document.error !== '') return document
    const message = `${name}: its token endpoint answered with status ${answer.status}.`
    throw new Fault('provider_misconfigured', message)
  }
  if (typeof document?.access_token !== 'string' || document.access_token === '') {
    throw new Fault('provider_unreachable', `${name}: its token endpoint gave no token answer.`)
  }
  if (String(document.token_type).toLowerCase() !== 'bearer') {
    throw new Fault('provider_misconfigured', `${name}: it issues no bearer tokens.`)
  }
  const { expires_in: given, ...rest } = document
  const seconds = Number(given)
  return Number.isFinite(seconds) && seconds > 0 ? { ...rest, expires_in: seconds } : rest
}

/** The library wraps what the way out threw. */
const faultIn = (thrown: unknown): Fault | undefined => {
  if (thrown instanceof Fault) return thrown
  return thrown instanceof Error ? faultIn(thrown.cause) : undefined
}

const isAboutAnswer = (thrown: unknown): thrown is Error =>
  thrown instanceof Error && 'code' in thrown && /^OAUTH_/.test(String(thrown.code))

const refusedBy = (error: ResponseBodyError, client: Client): TokenAnswer => {
  const detail = plainText([error.error, error.error_description].filter(Boolean).join(': '))
  if (error.error === 'invalid_grant') return { kind: 'invalid_grant', detail }
  const code = TRANSIENT.has(error.error) ? 'provider_unreachable' : 'provider_misconfigured'
  throw new Fault(code, `${client.name}: the token endpoint refused the client: ${detail}.`)
}

/**
 * Whatever is wrong with the transport, the answer or the client was thrown as a fault before; what
 * is left is the ID token.
 */
const settle = async (
  grant: () => Promise<TokenEndpointResponse>,
  client: Client,
): Promise<TokenAnswer> => {
  try {
    return { kind: 'granted', response: await grant() }
  } catch (thrown) {
    const fault = faultIn(thrown)
    if (fault !== undefined) throw fault
    if (thrown instanceof ResponseBodyError) return refusedBy(thrown, client)
    if (!isAboutAnswer(thrown)) throw thrown
    return { kind: 'bad_id_token', detail: plainText(thrown.message) }
  }
}

const resourcesOf = ({ resources }: Client): URLSearchParams =>
  new URLSearchParams(resources.map((resource): [string, string] => ['resource', resource]))

/** The library asks the machine for the time; told the difference, it lives by our clock. */
const clockOptions = (client: Client, clock: Clock) => ({
  [clockSkew]: Math.round((clock.nowMs() - Date.now()) / 1000),
  [clockTolerance]: skewOf(client.provider) / 1000,
})

/**
 * The grants of a browser login, by openid-client over the provider's own way out. No configuration
 * is discovered by the library, and no call outlives its budget.
 */
export const createTokenEndpoint = (deps: {
  readonly providers: Providers
  readonly clock: Clock
}): TokenEndpoint => {
  const { providers, clock } = deps
  const authentications = new WeakMap<Client, Promise<ClientAuth>>()

  const authenticationOf = (client: Client): Promise<ClientAuth> => {
    const known = authentications.get(client)
    if (known !== undefined) return known
    const made = createClientAuthentication(client)
    authentications.set(client, made)
    return made
  }

  const fetchFor =
    (client: Client, budget: Budget): CustomFetch =>
    async (url, { headers, body }) => {
      const { call } = providers.of(client.provider).fetch
      const { signal } = budget
      const answer = await call({ method: 'POST', url, headers, body: String(body), signal })
      return Response.json(tidy(answer, client), { status: answer.status })
    }

  const configure = (
    client: Client,
    metadata: ProviderMetadata,
    authentication: ClientAuth,
    budget: Budget,
  ): Configuration => {
    const server = {
      issuer: client.provider.issuer,
      token_endpoint: requireEndpoint(client.provider, metadata, 'token'),
      authorization_response_iss_parameter_supported: metadata.sendsIssuer,
      id_token_signing_alg_values_supported: [
        ...admittedAlgorithms(client.provider.signingAlgorithms),
      ],
    }
    const options = clockOptions(client, clock)
    const configuration = new Configuration(server, client.clientId, options, authentication)
    configuration[customFetch] = fetchFor(client, budget)
    configuration.timeout = 0
    // The way out itself decides whether http is permitted.
    allowInsecureRequests(configuration)
    return configuration
  }

  const prepare = async (client: Client, budget: Budget): Promise<Configuration> => {
    const metadata = await providers.of(client.provider).metadata.get(budget)
    return configure(client, metadata, await authenticationOf(client), budget)
  }

  return {
    exchange: async (client, login, query, budget) => {
      const configuration = await prepare(client, budget)
      const url = new URL(login.redirectUri)
      url.search = query.toString()
      const checks = {
        expectedState: login.state,
        expectedNonce: login.nonce,
        pkceCodeVerifier: login.codeVerifier,
      }
      return settle(
        () => authorizationCodeGrant(configuration, url, checks, resourcesOf(client)),
        client,
      )
    },
    refresh: async (client, refreshToken, budget) => {
      const configuration = await prepare(client, budget)
      return settle(
        () => refreshTokenGrant(configuration, refreshToken, resourcesOf(client)),
        client,
      )
    },
  }
}
