import type { CheckPorts } from '../../core/check-ports.ts'
import { clientToSignInWith, isRemembered, withoutHint } from '../../core/cookie/chosen-client.ts'
import { setCookie } from '../../core/cookie/cookie.ts'
import { loginCookiesToDrop } from '../../core/cookie/own-cookies.ts'
import { type RememberChoice, rememberChoiceOf } from '../../core/cookie/remember-me.ts'
import type { Decision, Header, Verdict } from '../../core/decision/decision.ts'
import { deny } from '../../core/decision/deny.ts'
import type { Client, Policy, Rule } from '../../core/policy/policy.ts'
import type { LoginState } from '../../core/provider/login-state.ts'
import { asFault } from '../../core/reason/fault.ts'
import type { Request } from '../../core/request/request.ts'
import { originOf, returnPathOf, siblingOriginOf } from '../../core/request/return-url.ts'
import type { Budget } from '../../core/time/budget.ts'
import { challenge, chooseProvider, clearing } from '../answer/denials.ts'
import { sessionTenant } from '../session/session-tenant.ts'
import { withOrigin } from './hand-off.ts'
import { attemptOf, createState, LOGIN_TTL_MS, loginCookieName, sealLogin } from './login-cookie.ts'

type LoginDecision = Extract<Decision, { readonly kind: 'login' }>

/**
 * Sends a navigation to the provider, or a form whose content waits for the end of the login; asks
 * to which of several first.
 */
export type Login = (
  request: Request,
  policy: Policy,
  rule: Rule,
  decision: LoginDecision,
  budget: Budget,
) => Promise<Verdict>

const forwardedParameters = (request: Request, client: Client): Record<string, string> => {
  if (client.forwardParameters.length === 0) return {}
  const query = new URLSearchParams(request.path.query)
  return Object.fromEntries(
    client.forwardParameters.flatMap((name) => {
      const value = query.get(name)
      return value === null ? [] : [[name, value]]
    }),
  )
}

const redirectUriOf = (request: Request, { callbackHost, callbackPath }: Client): string =>
  (callbackHost === undefined ? originOf(request) : siblingOriginOf(callbackHost, request)) +
  callbackPath

/**
 * Starts one attempt: fresh state, nonce and code verifier, sealed into a cookie of its own, so
 * that tabs never meet and nothing is written to the store (R16). The oldest attempts make room. A
 * remembered provider that fails does not keep the person from the others; a form cannot wait for a
 * choice of providers, and is challenged; nor is it asked whether to stay signed in.
 */
export const createLogin = (ports: CheckPorts): Login => {
  const { forms, seal, relyingParty, clock, random } = ports

  const stateFor = (request: Request, client: Client): string => {
    const nowMs = clock.nowMs()
    const state = createState(random, nowMs)
    return client.callbackHost === undefined
      ? state
      : withOrigin(seal, client, state, request, nowMs)
  }

  const stateOf = (
    request: Request,
    client: Client,
    remember: RememberChoice,
    form: string | undefined,
  ): LoginState => ({
    state: stateFor(request, client),
    nonce: random.token(32),
    codeVerifier: random.token(32),
    returnPath: returnPathOf(withoutHint(request.path.raw)),
    redirectUri: redirectUriOf(request, client),
    createdAtMs: clock.nowMs(),
    ...(remember === 'yes' ? { remember: true } : {}),
    ...(form === undefined ? {} : { form }),
  })

  const cookiesFor = (
    request: Request,
    { clients }: Policy,
    client: Client,
    login: LoginState,
  ): readonly Header[] => {
    const attempt = attemptOf(login.state) ?? ''
    const name = loginCookieName(attempt)
    const value = sealLogin(seal, client, request, attempt, login)
    const dropped = loginCookiesToDrop(
      request.header('cookie'),
      clients,
      name.length + value.length,
    )
    const attributes = { sameSite: 'Lax', maxAgeSeconds: LOGIN_TTL_MS / 1000 } as const
    return [['set-cookie', setCookie(name, value, attributes)], ...clearing(dropped)]
  }

  const begin = async (
    request: Request,
    policy: Policy,
    rule: Rule,
    client: Client,
    { refused, form }: LoginDecision,
    budget: Budget,
  ): Promise<Verdict> => {
    const tenant = sessionTenant(client, request)
    const kept = form && (await forms.keep(client.name, tenant, form, LOGIN_TTL_MS, budget))
    if (form !== undefined && kept === undefined) return challenge(request, policy, rule, refused)
    const login = stateOf(request, client, rememberChoiceOf(client, request), kept)
    const forwarded = forwardedParameters(request, client)
    const location = await relyingParty.authorizationUrl(client, login, forwarded, budget)
    return deny(refused.reason, {
      status: form === undefined ? 302 : 303,
      headers: [
        ['location', location],
        ...cookiesFor(request, policy, client, login),
        ...clearing(refused.clearCookies),
      ],
      content: 'none',
      about: { policy: policy.name, rule: rule.name },
    })
  }

  return async (request, policy, rule, decision, budget) => {
    const { refused, form } = decision
    const client = clientToSignInWith(policy, request)
    const isOpen = client === undefined || rememberChoiceOf(client, request) === 'ask'
    if (client === undefined || (isOpen && form === undefined)) {
      const answer = form === undefined ? chooseProvider : challenge
      return answer(request, policy, rule, refused)
    }
    try {
      return await begin(request, policy, rule, client, decision, budget)
    } catch (thrown) {
      if (form !== undefined || !isRemembered(policy, client, request)) throw thrown
      return chooseProvider(request, policy, rule, refused, asFault(thrown).message)
    }
  }
}
