import { hash } from 'node:crypto'
import type { LoginState } from '../../core/provider/login-state.ts'
import { Fault } from '../../core/reason/fault.ts'
import type { Client } from '../../core/registration/client.ts'
import type {
  CodeRelay,
  RelayedAnswer,
  RelayedCode,
  RelayedGrant,
  RelayedRefresh,
} from '../../core/relay/code-relay.ts'
import type { Budget } from '../../core/time/budget.ts'
import type { Clock } from '../../core/time/clock.ts'
import { createAskLogin } from '../authorization/ask-login.ts'
import { createAnswers } from '../authorization/signed-answer.ts'
import { checkCallback } from '../client/authorization-response.ts'
import { createConfigureClient } from '../client/client-configuration.ts'
import { createPushRequest } from '../client/pushed-request.ts'
import {
  isAboutClient,
  isTransient,
  OF_PERSON,
  type Refusal,
  whyClientRefused,
} from '../client/refusal.ts'
import { oneGrant, type Send } from '../grant/one-grant.ts'
import type { Providers } from '../provider/providers.ts'

type Refused = Extract<RelayedGrant, { kind: 'refused' }>

/** Of 43 to 128 unreserved characters (RFC 7636 section 4.1). */
const VERIFIER = /^[A-Za-z0-9._~-]{43,128}$/

const WRONG_VERIFIER: Refused = {
  kind: 'refused',
  error: 'invalid_grant',
  detail: 'The code_verifier is not that of the code_challenge.',
}

/** Nobody here knows the verifier, and nobody is signed in, so that no page is gone back to. */
const loginOf = (redirectUri: string, state: string): LoginState => ({
  state,
  nonce: '',
  codeVerifier: '',
  returnPath: '/',
  redirectUri,
  createdAtMs: 0,
})

const REMEDIES: Readonly<Record<string, string>> = {
  unauthorized_client: 'allow this client the grant types authorization_code and refresh_token',
  unsupported_grant_type: 'allow the grant types authorization_code and refresh_token',
  invalid_target: 'check `resources` of the OIDCClient',
}

/**
 * What is about neither the grant nor the person is about us: the client that asked can do nothing
 * about it. So is `invalid_request`, as we made the request: a client that took it for its own
 * would have the person sign in for nothing, again and again.
 */
const settle = (client: Client, refusal: Refusal, listed?: readonly string[]): Refused => {
  const { error = '', detail } = refusal
  if (OF_PERSON.has(error)) return { kind: 'refused', error: 'invalid_grant', detail }
  if (error === 'invalid_scope') return { kind: 'refused', error, detail }
  const said = `${client.name}: the token endpoint refused: ${detail}`
  if (isTransient(refusal)) throw new Fault('provider_unreachable', `${said}.`)
  const remedy = isAboutClient(refusal) ? whyClientRefused(client, listed) : REMEDIES[error]
  throw new Fault('provider_misconfigured', `${said}${remedy === undefined ? '' : `; ${remedy}`}.`)
}

/** Of what the client may ask for, the resource that somebody agreed to (RFC 8707 section 2.2). */
const resourcesFor = ({ resources }: Client, agreed: string): readonly string[] =>
  resources.filter((one) => one === agreed || one === `${agreed}/`)

const codeGrant =
  ({ code, redirectUri, codeVerifier }: RelayedCode, resources: readonly string[]): Send =>
  async (configuration) => {
    const { genericGrantRequest } = await import('openid-client')
    const parameters = new URLSearchParams({
      code,
      redirect_uri: redirectUri,
      code_verifier: codeVerifier,
    })
    for (const resource of resources) parameters.append('resource', resource)
    return genericGrantRequest(configuration, 'authorization_code', parameters)
  }

const refreshGrant =
  ({ refreshToken, scopes }: RelayedRefresh, resources: readonly string[]): Send =>
  async (configuration) => {
    const { refreshTokenGrant } = await import('openid-client')
    const parameters = new URLSearchParams(
      resources.map((resource): [string, string] => ['resource', resource]),
    )
    if (scopes !== undefined) parameters.set('scope', scopes.join(' '))
    return refreshTokenGrant(configuration, refreshToken, parameters)
  }

/** Codes that our client asks for in the name of others; see the port for what is promised. */
export const createCodeRelay = (deps: {
  readonly providers: Providers
  readonly clock: Clock
}): CodeRelay => {
  const { providers } = deps
  const ask = createAskLogin({ ...deps, push: createPushRequest(deps) })
  const answers = createAnswers(deps)
  const configure = createConfigureClient(deps)

  const granted = async (client: Client, send: Send, budget: Budget): Promise<RelayedGrant> => {
    const grant = await oneGrant(configure, client, send, budget)
    if (grant.kind === 'refused') return settle(client, grant.refusal, grant.listed)
    const { accessToken, expiresInMs, scope, refreshToken } = grant
    return {
      kind: 'tokens',
      accessToken,
      ...(expiresInMs === undefined ? {} : { expiresInSeconds: Math.floor(expiresInMs / 1_000) }),
      ...(scope === undefined ? {} : { scope }),
      ...(refreshToken === undefined ? {} : { refreshToken }),
    }
  }

  return {
    authorizationUrl: (client, request, budget) => {
      const { redirectUri, state, codeChallenge, scopes, prompt } = request
      const forwarded = prompt === undefined ? {} : { prompt }
      const resources = resourcesFor(client, request.resource)
      const otherwise = { codeChallenge, scopes, resources }
      return ask(client, loginOf(redirectUri, state), forwarded, budget, otherwise)
    },

    checkAnswer: async (client, state, query, budget): Promise<RelayedAnswer> => {
      const { sendsIssuer } = await providers.of(client.provider).metadata.get(budget)
      const checked = await answers.check(client, query, budget)
      if (checked.kind === 'wrong') return { kind: 'refused', detail: checked.detail }
      const { says } = checked
      const refused = checkCallback(says, loginOf('', state), client.provider, sendsIssuer)
      const code = says.get('code')
      const error = says.get('error')
      if (refused?.reason === 'provider_error' && error !== null) {
        return { kind: 'error', error, detail: refused.detail }
      }
      if (refused !== undefined || code === null) {
        return { kind: 'refused', detail: refused?.detail ?? 'There is no code.' }
      }
      return { kind: 'code', code }
    },

    exchange: async (client, code, budget) => {
      const { codeChallenge, codeVerifier } = code
      const isRight =
        VERIFIER.test(codeVerifier) && hash('sha256', codeVerifier, 'base64url') === codeChallenge
      if (!isRight) return WRONG_VERIFIER
      return granted(client, codeGrant(code, resourcesFor(client, code.resource)), budget)
    },

    refresh: (client, refresh, budget) =>
      granted(client, refreshGrant(refresh, resourcesFor(client, refresh.resource)), budget),
  }
}
