import type { CheckPorts } from '../../core/check-ports.ts'
import { choiceNameOf, choiceToForget } from '../../core/cookie/chosen-client.ts'
import { findCookie, setCookie } from '../../core/cookie/cookie.ts'
import { PROVIDER_COOKIE } from '../../core/cookie/own-cookies.ts'
import { lifetimeOf } from '../../core/cookie/remember-me.ts'
import type { About, Header, Verdict } from '../../core/decision/decision.ts'
import { deny } from '../../core/decision/deny.ts'
import type { Client, Policy } from '../../core/policy/policy.ts'
import type { LoginState } from '../../core/provider/login-state.ts'
import type { Reason } from '../../core/reason/reason.ts'
import type { Request } from '../../core/request/request.ts'
import { isSafeReturnPath, originOf } from '../../core/request/return-url.ts'
import { isRevoked } from '../../core/session/revoked.ts'
import type { Budget } from '../../core/time/budget.ts'
import { clearing } from '../answer/denials.ts'
import { sessionTenant } from '../session/session-tenant.ts'
import { createArrive } from './hand-off.ts'
import { attemptOf, LOGIN_TTL_MS, loginCookieName, openLogin } from './login-cookie.ts'
import { createNewSession, sessionCookie } from './new-session.ts'
import { createBeginSession } from './session-limit.ts'

/** How long a browser remembers its provider without a login: half a year. */
const CHOICE_TTL_SECONDS = 180 * 24 * 3_600

/** Answers the redirect back from the provider. */
export type Callback = (
  request: Request,
  policy: Policy,
  client: Client,
  budget: Budget,
) => Promise<Verdict>

/** What of a callback is ours to check: one `state` (R20). The rest is the relying party's. */
const stateOf = (query: URLSearchParams): string | undefined => {
  const states = query.getAll('state')
  return states.length === 1 ? states[0] : undefined
}

const malformed = ({ name }: Policy): Verdict =>
  deny('malformed_callback', { ways: tryAgain('/'), about: { policy: name } })

const tryAgain = (path: string) => [{ label: 'Try again', href: path }]

/**
 * The absolute return URL. The empty fragment keeps one that was smuggled into the callback from
 * being inherited (R20).
 */
const returnUrl = (request: Request, path: string): string =>
  `${originOf(request)}${isSafeReturnPath(path) ? path : '/'}#`

/**
 * Continues at the return URL with 303 (RFC 9700 section 4.12). A `Strict` cookie is not sent along
 * a chain of redirects that began on another site, so there the page itself goes on.
 */
const continueAt = (
  request: Request,
  client: Client,
  reason: Reason,
  path: string,
  headers: readonly Header[],
  about: About,
): Verdict => {
  const url = returnUrl(request, path)
  if (client.session.cookie.sameSite !== 'Strict') {
    return deny(reason, { headers: [['location', url], ...headers], content: 'none', about })
  }
  const refresh: Header = ['refresh', `0; url=${url}`]
  const ways = [{ label: 'Continue', href: url }]
  return deny(reason, { status: 200, headers: [refresh, ...headers], ways, about })
}

/** Where several can be chosen, the next login goes to the one that worked. */
const remembering = ({ clients }: Policy, client: Client): readonly Header[] => {
  if (clients.length < 2) return []
  const attributes = { sameSite: 'Lax', maxAgeSeconds: CHOICE_TTL_SECONDS } as const
  return [['set-cookie', setCookie(PROVIDER_COOKIE, choiceNameOf(client), attributes)]]
}

/** Where a form was sent to, and is again. */
const formUrl = (request: Request, path: string): string =>
  `${originOf(request)}${isSafeReturnPath(path) ? path : '/'}`

/** What a provider answers to a tab that waited while another one signed in. */
const isLate = (reason: Reason): boolean => reason === 'code_refused' || reason === 'provider_error'

/**
 * Finishes a login: the login state of this browser, claimed once before anything else, the code
 * for tokens, a new session under a new ticket (R12, R16). A callback that is late, or was used,
 * continues if there is a session by now.
 */
export const createCallback = (ports: CheckPorts): Callback => {
  const arrive = createArrive(ports)
  const { seal, replay, relyingParty, sessions, forms, clock } = ports
  const beginSession = createBeginSession(ports)
  const newSession = createNewSession(ports)

  const hasSession = async (request: Request, client: Client, budget: Budget): Promise<boolean> => {
    const cookie = findCookie(request.header('cookie'), client.session.cookie.name)
    if (cookie.kind !== 'one') return false
    const opening = await sessions.open(sessionTenant(client, request), cookie.value, budget)
    return (
      opening.kind === 'open' && !isRevoked(opening.open.session, client.session, clock.nowMs())
    )
  }

  const late = async (
    reason: Reason,
    path: string,
    request: Request,
    policy: Policy,
    client: Client,
    budget: Budget,
  ): Promise<Verdict> => {
    const about: About = { policy: policy.name }
    if (await hasSession(request, client, budget)) {
      return continueAt(request, client, 'already_signed_in', path, [], about)
    }
    return deny(reason, { ways: tryAgain(path), about })
  }

  /**
   * The way on from a login: to the wanted page, or by the form that waited for this, sent again.
   */
  const resume = async (
    request: Request,
    client: Client,
    login: LoginState,
    reason: Reason,
    headers: readonly Header[],
    about: About,
    budget: Budget,
  ): Promise<Verdict> => {
    const { returnPath } = login
    if (login.form === undefined) {
      return continueAt(request, client, reason, returnPath, headers, about)
    }
    const tenant = sessionTenant(client, request)
    const form = await forms.take(tenant, login.form, budget).catch(() => undefined)
    if (form === undefined) {
      const ways = [{ label: 'Continue', href: returnPath }]
      return deny('form_lost', { headers, ways, about })
    }
    const resend = { form, url: formUrl(request, returnPath) }
    return deny(reason, { status: 200, headers, resend, about })
  }

  const finish = async (
    request: Request,
    policy: Policy,
    client: Client,
    login: LoginState,
    query: URLSearchParams,
    clear: readonly Header[],
    budget: Budget,
  ): Promise<Verdict> => {
    const outcome = await relyingParty.exchange(client, login, query, budget)
    const about: About = { policy: policy.name }
    if (outcome.kind === 'refused') {
      const { reason, detail } = outcome
      const path = login.returnPath
      if (isLate(reason) && (await hasSession(request, client, budget))) {
        return resume(request, client, login, 'already_signed_in', clear, about, budget)
      }
      const forgotten = clearing(choiceToForget(policy, client, request))
      const headers = [...clear, ...forgotten]
      return deny(reason, { headers, ways: tryAgain(path), detail, about })
    }
    const lifetime = lifetimeOf(client, login.remember === true)
    const session = newSession(request, client, outcome.tokens, lifetime)
    const { ticket, ended } = await beginSession(client, session, budget)
    const cookie = sessionCookie(client, ticket, lifetime)
    const whom: About = {
      ...about,
      subject: session.subject,
      via: 'session',
      ...(ended === 0 ? {} : { endedSessions: ended }),
    }
    const headers = [cookie, ...remembering(policy, client), ...clear]
    return resume(request, client, login, 'login_completed', headers, whom, budget)
  }

  const answer = async (
    request: Request,
    policy: Policy,
    client: Client,
    query: URLSearchParams,
    budget: Budget,
  ): Promise<Verdict> => {
    const state = stateOf(query)
    const attempt = state === undefined ? undefined : attemptOf(state)
    if (state === undefined || attempt === undefined) return malformed(policy)
    const login = openLogin(seal, client, request, state, attempt)
    if (login === undefined) return late('state_mismatch', '/', request, policy, client, budget)
    if (login.createdAtMs + LOGIN_TTL_MS <= clock.nowMs()) {
      return late('login_state_expired', login.returnPath, request, policy, client, budget)
    }
    if (!(await replay.claim(`login:${attempt}`, LOGIN_TTL_MS, budget))) {
      return late('login_state_used', login.returnPath, request, policy, client, budget)
    }
    const clear = clearing([loginCookieName(attempt)])
    return finish(request, policy, client, login, query, clear, budget)
  }

  return async (request, policy, client, budget) => {
    const arrival = arrive(request, client)
    switch (arrival.kind) {
      case 'answer':
        return answer(request, policy, client, arrival.query, budget)
      case 'elsewhere':
        return { ...arrival.verdict, about: { policy: policy.name } }
      case 'expired':
        return late('login_state_expired', '/', request, policy, client, budget)
      case 'malformed':
        return malformed(policy)
    }
  }
}
