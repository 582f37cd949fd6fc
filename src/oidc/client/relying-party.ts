import { askedInWords, cameInWords } from '../../core/identity/asked-in-words.ts'
import type { LoginState } from '../../core/provider/login-state.ts'
import type {
  CodeOutcome,
  RefreshOutcome,
  RelyingParty,
} from '../../core/provider/relying-party.ts'
import type { Tokens } from '../../core/provider/tokens.ts'
import { asFault } from '../../core/reason/fault.ts'
import type { Client } from '../../core/registration/client.ts'
import type { Budget } from '../../core/time/budget.ts'
import type { Clock } from '../../core/time/clock.ts'
import { createAskLogin } from '../authorization/ask-login.ts'
import { withParameters } from '../authorization/authorization-request.ts'
import { createAnswers } from '../authorization/signed-answer.ts'
import { type BoundToken, readBoundToken } from '../binding/bound-token.ts'
import { keyFor, type OwnKey } from '../binding/own-key.ts'
import { checkSentTo } from '../provider/plain-ways.ts'
import type { Providers } from '../provider/providers.ts'
import { createOpenForClient } from '../token/provider-jwt.ts'
import { scopesToRequest, splitScopes } from '../token/scopes.ts'
import {
  askedOf,
  type ExpectedContext,
  expectedContextOf,
  whyOtherAuthentication,
  withSameAuthentication,
} from './authentication-context.ts'
import { checkCallback, type RefusedLogin, refuseLogin } from './authorization-response.ts'
import { checkIdToken, type IdTokenCheck } from './id-token.ts'
import { checkLogoutToken } from './logout-token.ts'
import { createPushRequest } from './pushed-request.ts'
import { createTokenEndpoint, type TokenAnswer } from './token-endpoint.ts'

type Granted = Extract<TokenAnswer, { kind: 'granted' }>['response']

/** A token answer, what the request was proven by, and when it was sent. */
interface Obtained {
  readonly response: Granted
  readonly key: OwnKey | undefined
  readonly askedAtMs: number
}

/**
 * The access token's part of a token answer, counted from before the request: rather too early than
 * too late.
 */
const accessTokenOf = (
  response: Granted,
  askedAtMs: number,
): Pick<Tokens, 'accessToken' | 'accessTokenExpiresAtMs'> => {
  const { access_token: accessToken, expires_in: seconds } = response
  if (seconds === undefined) return { accessToken }
  return { accessToken, accessTokenExpiresAtMs: askedAtMs + Math.floor(seconds * 1000) }
}

const boundOf = (
  { kind }: BoundToken,
  key: OwnKey | undefined,
): Pick<Tokens, 'accessTokenIsBound' | 'proofKey'> => ({
  ...(kind === 'bound' ? { accessTokenIsBound: true } : {}),
  ...(key === undefined ? {} : { proofKey: key.text }),
})

const refreshTokenOf = (response: Granted, old?: Tokens): { readonly refreshToken?: string } => {
  const refreshToken = response.refresh_token ?? old?.refreshToken
  return refreshToken === undefined ? {} : { refreshToken }
}

/**
 * RFC 6749 sections 5.1 and 6: without `scope`, what was asked for, or what the refresh token had,
 * is granted.
 */
const scopesIn = (response: Granted, otherwise: readonly string[]): readonly string[] =>
  response.scope === undefined ? otherwise : splitScopes(response.scope)

/**
 * OpenID Connect Core 1.0 section 12.2. A token signed with a key that we do not have yet is held
 * to it as well; then its claims are not taken over.
 */
const isSameEndUser = (check: IdTokenCheck, old: Tokens): boolean =>
  check.kind !== 'invalid' &&
  check.claims.sub === old.claims.sub &&
  (check.claims.nonce === undefined ||
    old.claims.nonce === undefined ||
    check.claims.nonce === old.claims.nonce)

/**
 * A longer hint would make a URL that providers refuse, most of them beyond 8 or 16 KiB. Without it
 * they know the client by `client_id` and ask the end-user (RP-Initiated Logout 1.0 section 2).
 */
const MAX_HINT_LENGTH = 6 * 1024

/** What an end-session request has from the flow alone. */
const OF_THE_FLOW: ReadonlySet<string> = new Set([
  'id_token_hint',
  'post_logout_redirect_uri',
  'state',
])

/** What the client adds to an end-session request. */
const ownParameters = (
  { clientId, logout }: Client,
  returnUrl: string,
): Readonly<Record<string, string>> => {
  const values: Readonly<Record<string, string>> = {
    $RETURN_URL: returnUrl,
    $CLIENT_ID: clientId,
  }
  const added = Object.entries(logout.endSessionParameters)
  return Object.fromEntries(
    added
      .filter(([name]) => !OF_THE_FLOW.has(name))
      .map(([name, value]) => [name, values[value] ?? value]),
  )
}

/**
 * A login that is right but for how, or when, the end-user authenticated. The page repeats what the
 * client asks for, and nothing that a link had us ask.
 */
const refuseContext = (
  context: ExpectedContext,
  { asked: forwarded }: LoginState,
  { detail, claims }: Extract<IdTokenCheck, { kind: 'other_context' }>,
  nowMs: number,
): CodeOutcome => {
  const refused = refuseLogin('login_context_refused', detail)
  if (forwarded !== undefined) return refused
  const asked = askedOf(context)
  return { ...refused, facts: [...askedInWords(asked), ...cameInWords(asked, claims, nowMs)] }
}

const unsent = (refused: RefusedLogin): CodeOutcome => ({ ...refused, unsent: true })

/** Our role in the browser login; see the port for what it promises. */
export const createRelyingParty = (deps: {
  readonly providers: Providers
  readonly clock: Clock
}): RelyingParty => {
  const { providers, clock } = deps
  const tokenEndpoint = createTokenEndpoint(deps)
  const answers = createAnswers(deps)
  const open = createOpenForClient()

  const bindingOf = (
    client: Client,
    { access_token: token }: Granted,
    key: OwnKey | undefined,
    old?: Tokens,
  ): BoundToken => {
    const shown = providers.of(client.provider).shownBy(client)
    return readBoundToken(client, token, { jkt: key?.jkt, shown, former: old?.accessToken })
  }

  const accept = async (
    client: Client,
    { response, key, askedAtMs }: Obtained,
    login: LoginState,
    budget: Budget,
  ): Promise<CodeOutcome> => {
    const { id_token: idToken, access_token: accessToken } = response
    if (idToken === undefined) return refuseLogin('id_token_invalid', 'There is no ID token.')
    const { keys } = providers.of(client.provider)
    const context = expectedContextOf(client, login)
    const expected = { client, accessToken, nonce: login.nonce, context }
    const check = await checkIdToken(idToken, expected, keys, clock, budget)
    if (check.kind === 'other_context') return refuseContext(context, login, check, clock.nowMs())
    if (check.kind !== 'valid') return refuseLogin('id_token_invalid', check.detail)
    const bound = bindingOf(client, response, key)
    if (bound.kind === 'wrong') return refuseLogin('access_token_unbound', bound.why)
    const tokens: Tokens = {
      ...accessTokenOf(response, askedAtMs),
      ...boundOf(bound, key),
      ...refreshTokenOf(response),
      idToken,
      claims: check.claims,
      scopes: scopesIn(response, scopesToRequest(client)),
    }
    return { kind: 'tokens', tokens }
  }

  /**
   * The new ID token of a refresh. `undefined`: there is none, or the keys cannot be had; then the
   * old claims stand, because a rotated refresh token must not be lost over them.
   */
  const newIdToken = async (
    client: Client,
    response: Granted,
    budget: Budget,
  ): Promise<IdTokenCheck | undefined> => {
    const { id_token: idToken, access_token: accessToken } = response
    if (idToken === undefined) return undefined
    const { keys } = providers.of(client.provider)
    try {
      return await checkIdToken(idToken, { client, accessToken }, keys, clock, budget)
    } catch (thrown) {
      if (asFault(thrown).code === 'internal') throw thrown
      return undefined
    }
  }

  const renew = async (
    client: Client,
    { response, key, askedAtMs }: Obtained,
    old: Tokens,
    budget: Budget,
  ): Promise<RefreshOutcome> => {
    const check = await newIdToken(client, response, budget)
    const bound = bindingOf(client, response, key, old)
    const renewed = {
      ...accessTokenOf(response, askedAtMs),
      ...boundOf(bound, key),
      ...refreshTokenOf(response, old),
      scopes: scopesIn(response, old.scopes),
    }
    if (check?.kind === 'invalid') return { kind: 'refused', detail: check.detail }
    if (check !== undefined && !isSameEndUser(check, old)) {
      return { kind: 'refused', detail: 'The new ID token belongs to another login.' }
    }
    if (bound.kind === 'wrong') return { kind: 'refused', detail: bound.why }
    const other = check && whyOtherAuthentication(client, check.claims, old.claims)
    if (other !== undefined) return { kind: 'refused', detail: other }
    if (check?.kind !== 'valid' || response.id_token === undefined) {
      const kept = old.idToken === undefined ? {} : { idToken: old.idToken }
      return { kind: 'tokens', tokens: { ...renewed, ...kept, claims: old.claims } }
    }
    const claims = withSameAuthentication(check.claims, old.claims)
    return { kind: 'tokens', tokens: { ...renewed, idToken: response.id_token, claims } }
  }

  return {
    authorizationUrl: createAskLogin({ ...deps, push: createPushRequest(deps) }),
    readCallback: answers.read,

    exchange: async (client, login, query, budget) => {
      const { sendsIssuer } = await providers.of(client.provider).metadata.get(budget)
      const checked = await answers.check(client, query, budget)
      if (checked.kind === 'wrong') return unsent(refuseLogin('id_token_invalid', checked.detail))
      const { says } = checked
      const wantsIssuer = sendsIssuer || client.asking.profile !== undefined
      const refused = checkCallback(says, login, client.provider, wantsIssuer)
      if (refused !== undefined) return unsent(refused)
      const askedAtMs = clock.nowMs()
      const key = keyFor(client, login)
      const answer = await tokenEndpoint.exchange(client, login, says, budget, key)
      switch (answer.kind) {
        case 'invalid_grant':
          return refuseLogin('code_refused', answer.detail)
        case 'declined':
          // Some say so of a code that was used before, or is too old.
          if (answer.refusal.error === 'invalid_request') {
            return refuseLogin('code_refused', answer.refusal.detail)
          }
          throw answer.fault
        case 'unbound':
          return refuseLogin('access_token_unbound', answer.detail)
        case 'bad_id_token':
          return refuseLogin('id_token_invalid', answer.detail)
        case 'granted':
          return accept(client, { response: answer.response, key, askedAtMs }, login, budget)
      }
    },

    refresh: async (client, tokens, budget) => {
      if (tokens.refreshToken === undefined) {
        return { kind: 'refused', detail: 'There is no refresh token.' }
      }
      const askedAtMs = clock.nowMs()
      const key = keyFor(client, tokens)
      const answer = await tokenEndpoint.refresh(client, tokens.refreshToken, budget, key)
      if (answer.kind === 'declined') return { kind: 'declined', detail: answer.refusal.detail }
      if (answer.kind !== 'granted') return { kind: 'refused', detail: answer.detail }
      return renew(client, { response: answer.response, key, askedAtMs }, tokens, budget)
    },

    endSessionUrl: async (client, { idToken, state, returnUrl }, budget) => {
      const { endpoints } = await providers.of(client.provider).metadata.get(budget)
      if (endpoints.endSession === undefined) return undefined
      checkSentTo(client, endpoints.endSession)
      const parameters = new URLSearchParams({
        ...ownParameters(client, returnUrl),
        client_id: client.clientId,
        post_logout_redirect_uri: returnUrl,
        state,
      })
      if (idToken !== undefined && idToken.length <= MAX_HINT_LENGTH) {
        parameters.set('id_token_hint', idToken)
      }
      return withParameters(endpoints.endSession, parameters)
    },

    checkLogoutToken: async (client, logoutToken, budget) => {
      const opened = await open(client, logoutToken)
      if (opened.kind === 'refused') return { kind: 'invalid', detail: opened.detail }
      const { keys } = providers.of(client.provider)
      return checkLogoutToken(opened.compact, client, keys, clock, budget)
    },
  }
}
