import type { Configuration, TokenEndpointResponse } from 'openid-client'
import type { LoginState } from '../../core/provider/login-state.ts'
import { Fault } from '../../core/reason/fault.ts'
import type { Client } from '../../core/registration/client.ts'
import type { Budget } from '../../core/time/budget.ts'
import type { Clock } from '../../core/time/clock.ts'
import { ANOTHER_TRY } from '../../outbound/outbound-fetch.ts'
import type { OwnKey } from '../binding/own-key.ts'
import { withNonce } from '../binding/proven-call.ts'
import type { Providers } from '../provider/providers.ts'
import { createOpenForClient, type OpenForClient } from '../token/provider-jwt.ts'
import { type ConfigureClient, createConfigureClient, faultIn } from './client-configuration.ts'
import { sentenceOf } from './library-error.ts'
import {
  CLIENT_REFUSED,
  isAboutClient,
  isTransient,
  type Refusal,
  refusalIn,
  whyClientRefused,
} from './refusal.ts'
import { tidyTokenAnswer, whyDowngraded } from './token-answer.ts'

/** What a token endpoint said. */
export type TokenAnswer =
  | { readonly kind: 'granted'; readonly response: TokenEndpointResponse }
  /**
   * `invalid_grant`: the code or refresh token is not, or no longer, good (RFC 6749 section 5.2).
   */
  | { readonly kind: 'invalid_grant'; readonly detail: string }
  /**
   * Any other refusal that is neither about the client's credential nor said to be temporary. Many
   * providers say one of these of a code or a refresh token that is not good.
   */
  | { readonly kind: 'declined'; readonly fault: Fault; readonly refusal: Refusal }
  /** Tokens were to be bound to a key, and are not. */
  | { readonly kind: 'unbound'; readonly detail: string }
  /** There is no ID token, it stays encrypted, or the library refused it. */
  | { readonly kind: 'bad_id_token'; readonly detail: string }

/** The token endpoint, as one client. With a key, tokens are to be bound to it (RFC 9449). */
export interface TokenEndpoint {
  readonly exchange: (
    client: Client,
    login: LoginState,
    query: URLSearchParams,
    budget: Budget,
    key?: OwnKey,
  ) => Promise<TokenAnswer>
  readonly refresh: (
    client: Client,
    refreshToken: string,
    budget: Budget,
    key?: OwnKey,
  ) => Promise<TokenAnswer>
}

const PROOFS =
  'it wants proofs by a key (DPoP): set `senderConstrained: DPoP` of the OIDCClient if it is not'

/** What mends a refusal, by its error. */
const REMEDIES: Readonly<Record<string, string>> = {
  unauthorized_client: 'allow this client the grant types authorization_code and refresh_token',
  unsupported_grant_type: 'allow the grant types authorization_code and refresh_token',
  invalid_scope: 'check `scopes` of the OIDCClient',
  invalid_target: 'check `resources` of the OIDCClient',
  invalid_dpop_proof: `${PROOFS}, and else compare the clocks, and the URL of the token endpoint with what the provider takes itself for (behind a proxy, its scheme and port)`,
  use_dpop_nonce: PROOFS,
}

const isAboutAnswer = (thrown: unknown): thrown is Error =>
  thrown instanceof Error && 'code' in thrown && /^OAUTH_/.test(String(thrown.code))

const misconfigured = (client: Client, refusal: Refusal, remedy?: string): Fault => {
  const mend = remedy === undefined ? '' : `; ${remedy}`
  const message = `${client.name}: the token endpoint refused the client: ${refusal.detail}${mend}.`
  const cause = isAboutClient(refusal) ? CLIENT_REFUSED : undefined
  return new Fault('provider_misconfigured', message, { cause })
}

const settleRefusal = (
  refusal: Refusal,
  client: Client,
  configuration: Configuration,
): TokenAnswer => {
  const { error = '', detail } = refusal
  if (error === 'invalid_grant') return { kind: 'invalid_grant', detail }
  if (isAboutClient(refusal)) {
    const listed = configuration.serverMetadata().token_endpoint_auth_methods_supported
    const fault = misconfigured(client, refusal, whyClientRefused(client, listed))
    if (error !== '') throw fault
    return { kind: 'declined', fault, refusal }
  }
  if (isTransient(refusal)) {
    const message = `${client.name}: the token endpoint refused the client: ${detail}.`
    throw new Fault('provider_unreachable', message)
  }
  return { kind: 'declined', fault: misconfigured(client, refusal, REMEDIES[error]), refusal }
}

const NO_ID_TOKEN =
  'There is no ID token: the token answer has no id_token, so the provider knows no OpenID Connect, or has not granted the scope openid'

const resourcesOf = ({ resources }: Client): URLSearchParams =>
  new URLSearchParams(resources.map((resource): [string, string] => ['resource', resource]))

/**
 * One grant. Whatever is wrong with the transport or the answer is thrown as a fault; what is left
 * when the library complains is the ID token.
 */
const ask = async (
  { configure, open }: { readonly configure: ConfigureClient; readonly open: OpenForClient },
  client: Client,
  key: OwnKey | undefined,
  budget: Budget,
  grant: (configuration: Configuration) => Promise<TokenEndpointResponse>,
): Promise<TokenAnswer> => {
  let refusal: Refusal | undefined
  let downgrade: string | undefined
  let hasIdToken = false
  let closed: string | undefined
  // The library knows an issuer of one tenant: of others, the ID token is checked by us alone.
  let apart: unknown
  const configuration = await configure(
    client,
    async (answer, sent) => {
      refusal = refusalIn(answer, sent, client)
      if (refusal !== undefined) return Response.json({ error: 'refused' }, { status: 400 })
      const { provider } = client
      downgrade = key === undefined ? undefined : whyDowngraded(answer, provider)
      if (downgrade !== undefined) return Response.json({ error: 'refused' }, { status: 400 })
      const type = key === undefined ? 'Bearer' : 'DPoP'
      const { id_token: came, ...rest } = tidyTokenAnswer(answer, provider, type)
      hasIdToken = came !== undefined
      const opened = typeof came === 'string' ? await open(client, came) : undefined
      if (opened?.kind === 'refused') {
        closed = opened.detail
        return Response.json({ error: 'refused' }, { status: 400 })
      }
      const idToken = opened?.compact
      if (provider.tenants === undefined) {
        return Response.json({ ...rest, id_token: idToken })
      }
      apart = idToken
      return Response.json(rest)
    },
    budget,
    { key },
  )
  try {
    const response = await grant(configuration)
    return {
      kind: 'granted',
      response: typeof apart === 'string' ? { ...response, id_token: apart } : response,
    }
  } catch (thrown) {
    const fault = faultIn(thrown)
    if (fault !== undefined) throw fault
    if (downgrade !== undefined) return { kind: 'unbound', detail: downgrade }
    if (closed !== undefined) return { kind: 'bad_id_token', detail: closed }
    if (refusal !== undefined) return settleRefusal(refusal, client, configuration)
    if (!isAboutAnswer(thrown)) throw thrown
    return { kind: 'bad_id_token', detail: hasIdToken ? sentenceOf(thrown) : NO_ID_TOKEN }
  }
}

/**
 * Tries once more what may not have been heard, or only by a proxy. A code is good for one use (RFC
 * 6749 section 4.1.2): had the first try used it, its tokens are lost, and the worst that the
 * second one gets is `invalid_grant`. A refresh is never sent twice: providers that rotate refresh
 * tokens take a repetition for a theft and end the session.
 */
const twice = async (
  attempt: () => Promise<TokenAnswer>,
  { signal }: Budget,
): Promise<TokenAnswer> => {
  try {
    return await attempt()
  } catch (thrown) {
    const fault = faultIn(thrown)
    if (fault?.cause !== ANOTHER_TRY || signal.aborted) throw thrown
    const answer = await attempt()
    if (answer.kind !== 'invalid_grant') return answer
    return { ...answer, detail: `${answer.detail}, after a first try: ${fault.message}` }
  }
}

/**
 * What the library sees of a callback. It knows an issuer of one tenant: the `iss` of others is
 * checked before (RFC 9207), and their tenant with the ID token.
 */
const sentTo = ({ provider }: Client, query: URLSearchParams): URLSearchParams => {
  const seen = new URLSearchParams(query)
  if (provider.tenants !== undefined) seen.delete('iss')
  return seen
}

/** The grants of a browser login, by openid-client over the provider's own way out. */
export const createTokenEndpoint = (deps: {
  readonly providers: Providers
  readonly clock: Clock
}): TokenEndpoint => {
  const asking = { configure: createConfigureClient(deps), open: createOpenForClient() }

  return {
    exchange: (client, login, query, budget, key) => {
      const url = new URL(login.redirectUri)
      url.search = sentTo(client, query).toString()
      const checks = {
        expectedState: login.state,
        ...(client.provider.tenants === undefined ? { expectedNonce: login.nonce } : {}),
        pkceCodeVerifier: login.codeVerifier,
      }
      const attempt = () =>
        withNonce(() =>
          ask(asking, client, key, budget, async (configuration) => {
            const { authorizationCodeGrant } = await import('openid-client')
            return authorizationCodeGrant(configuration, url, checks, resourcesOf(client))
          }),
        )
      return twice(attempt, budget)
    },
    refresh: (client, refreshToken, budget, key) =>
      withNonce(() =>
        ask(asking, client, key, budget, async (configuration) => {
          const { refreshTokenGrant } = await import('openid-client')
          return refreshTokenGrant(configuration, refreshToken, resourcesOf(client))
        }),
      ),
  }
}
