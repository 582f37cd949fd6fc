import {
  authorizationCodeGrant,
  ResponseBodyError,
  refreshTokenGrant,
  type TokenEndpointResponse,
} from 'openid-client'
import type { Claims } from '../../core/identity/identity.ts'
import type { Client } from '../../core/policy/policy.ts'
import type { LoginState } from '../../core/provider/login-state.ts'
import { Fault } from '../../core/reason/fault.ts'
import type { Budget } from '../../core/time/budget.ts'
import type { Clock } from '../../core/time/clock.ts'
import { parseJsonObject } from '../provider/json.ts'
import type { Answer } from '../provider/provider-fetch.ts'
import type { Providers } from '../provider/providers.ts'
import { plainText } from './authorization-response.ts'
import { createConfigureClient, faultIn, type Reading } from './client-configuration.ts'

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

const tidied: Reading = (answer, client) =>
  Response.json(tidy(answer, client), { status: answer.status })

/** The grants of a browser login, by openid-client over the provider's own way out. */
export const createTokenEndpoint = (deps: {
  readonly providers: Providers
  readonly clock: Clock
}): TokenEndpoint => {
  const configure = createConfigureClient(deps)

  return {
    exchange: async (client, login, query, budget) => {
      const configuration = await configure(client, tidied, budget)
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
      const configuration = await configure(client, tidied, budget)
      return settle(
        () => refreshTokenGrant(configuration, refreshToken, resourcesOf(client)),
        client,
      )
    },
  }
}
