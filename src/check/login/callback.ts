import type { CheckPorts } from '../../core/check-ports.ts'
import { choiceNameOf, choiceToForget } from '../../core/cookie/chosen-client.ts'
import { findCookie, setCookie } from '../../core/cookie/cookie.ts'
import { PROVIDER_COOKIE } from '../../core/cookie/own-cookies.ts'
import { lifetimeOf } from '../../core/cookie/remember-me.ts'
import type { About, Header, Verdict } from '../../core/decision/decision.ts'
import { deny, denyFault } from '../../core/decision/deny.ts'
import { askedInWords } from '../../core/identity/asked-in-words.ts'
import { isAmongSeveral } from '../../core/policy/part.ts'
import type { Policy } from '../../core/policy/policy.ts'
import type { LoginState } from '../../core/provider/login-state.ts'
import type { CodeOutcome } from '../../core/provider/relying-party.ts'
import { asFault } from '../../core/reason/fault.ts'
import type { Reason } from '../../core/reason/reason.ts'
import type { Client } from '../../core/registration/client.ts'
import type { Request } from '../../core/request/request.ts'
import { isRevoked } from '../../core/session/revoked.ts'
import type { Session } from '../../core/session/session.ts'
import type { Budget } from '../../core/time/budget.ts'
import { aboutSession } from '../answer/about-session.ts'
import { clearing } from '../answer/denials.ts'
import { outOfFrame, siteOfCookie } from '../answer/framing.ts'
import { createDeviceLogin } from '../device/device-login.ts'
import { sessionTenant } from '../session/session-tenant.ts'
import { createAttempts } from './attempt.ts'
import { type Answer, createArrive, detailOf } from './hand-off.ts'
import { attemptOf, attemptTimeMs, loginCookieName, openLogin } from './login-cookie.ts'
import { createNewSession, sessionCookie } from './new-session.ts'
import { createRaise, type Raised } from './raise.ts'
import { createResume } from './resume.ts'
import { createBeginSession } from './session-limit.ts'
import { continueAt, type Onward, tryAgainAt, type Visit } from './way-on.ts'

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

const aboutOf = ({ policy }: Visit): About => ({ policy: policy.name })

const malformed = (visit: Visit, detail: { readonly detail?: string } = {}): Verdict =>
  deny('malformed_callback', { ways: tryAgainAt('/'), about: aboutOf(visit), ...detail })

/** Where several can be chosen, the next login goes to the one that worked. */
const remembering = ({ policy, client }: Visit): readonly Header[] => {
  if (!isAmongSeveral(policy, client)) return []
  const attributes = { sameSite: 'Lax', maxAgeSeconds: CHOICE_TTL_SECONDS } as const
  return [['set-cookie', setCookie(PROVIDER_COOKIE, choiceNameOf(client), attributes)]]
}

/** What a provider answers to a tab that waited while another one signed in. */
const isLate = (reason: Reason): boolean => reason === 'code_refused' || reason === 'provider_error'

/**
 * What fails leads to the wanted page: a callback cannot be repeated, a login can.
 */
const leadingOn = async (
  visit: Visit,
  path: string,
  headers: readonly Header[],
  answer: () => Promise<Verdict>,
): Promise<Verdict> => {
  try {
    return await answer()
  } catch (thrown) {
    return denyFault(asFault(thrown), { headers, ways: tryAgainAt(path), about: aboutOf(visit) })
  }
}

/**
 * Finishes a login: the login state of this browser, claimed once before anything else, the code
 * for tokens, a new session under a new ticket (R12, R16). A callback that is late, or was used,
 * continues if there is a session by now; every other answer leads to where the person wanted to
 * go.
 */
export const createCallback = (ports: CheckPorts): Callback => {
  const arrive = createArrive(ports)
  const { seal, relyingParty, sessions, clock } = ports
  const attempts = createAttempts(ports)
  const beginSession = createBeginSession(ports)
  const newSession = createNewSession(ports)
  const raise = createRaise(ports)
  const resume = createResume(ports)
  const deviceLogin = createDeviceLogin(ports)

  const sessionOf = async ({ request, client, budget }: Visit): Promise<Session | undefined> => {
    const cookie = findCookie(request.header('cookie'), client.session.cookie.name)
    if (cookie.kind !== 'one') return undefined
    const opening = await sessions.open(sessionTenant(client, request), cookie.value, budget)
    if (opening.kind !== 'open') return undefined
    const { session } = opening.open
    return isRevoked(session, client.session, clock.nowMs()) ? undefined : session
  }

  const hasSession = async (visit: Visit): Promise<boolean> =>
    (await sessionOf(visit)) !== undefined

  const late = async (
    visit: Visit,
    reason: Reason,
    way: Pick<Onward, 'path' | 'fragment'>,
  ): Promise<Verdict> => {
    const about = aboutOf(visit)
    if (await hasSession(visit)) {
      return continueAt(visit, 'already_signed_in', { ...way, headers: [], about })
    }
    const isLost = reason === 'state_mismatch'
    const ways = tryAgainAt(way.path)
    return deny(reason, { ways: isLost ? outOfFrame(visit.request, ways) : ways, about })
  }

  /**
   * A callback that no login of this browser asks for, or that lost its cookie: perhaps because it
   * was answered a moment ago, which the session knows.
   */
  const unasked = async (
    visit: Visit,
    attempt: string,
    query: URLSearchParams,
  ): Promise<Verdict> => {
    const { request, client } = visit
    const session = await sessionOf(visit)
    if (session?.login?.attempt === attempt) {
      const way = { path: session.login.returnPath, fragment: 'wanted' } as const
      const onward = { ...way, headers: [], about: aboutOf(visit) }
      return continueAt(visit, 'already_signed_in', onward)
    }
    if (query.has('code')) attempts.spoil(request, attempt, client)
    const isOver = attemptTimeMs(attempt) + client.loginLifetimeMs <= clock.nowMs()
    const reason = isOver ? 'login_state_expired' : 'state_mismatch'
    return late(visit, reason, { path: '/', fragment: 'none' })
  }

  /**
   * A callback that came before, perhaps at the same moment: the first one is being answered, so
   * this one goes on to the wanted page when the session is there.
   */
  const again = async (
    visit: Visit,
    attempt: string,
    { returnPath, stepUp }: LoginState,
  ): Promise<Verdict> => {
    const way = { path: returnPath, fragment: 'wanted' } as const
    const isDone =
      (stepUp === undefined && (await hasSession(visit))) ||
      (await attempts.isSpoiled(attempt, visit.budget))
    if (isDone) return late(visit, 'login_state_used', way)
    await attempts.whenFinished(attempt)
    return continueAt(visit, 'login_continued', { ...way, headers: [], about: aboutOf(visit) })
  }

  const refused = async (
    visit: Visit,
    login: LoginState,
    { reason, detail, facts = [] }: Extract<CodeOutcome, { kind: 'refused' }>,
    clear: readonly Header[],
  ): Promise<Verdict> => {
    const { request, policy, client } = visit
    const about = aboutOf(visit)
    const { stepUp } = login
    if (stepUp === undefined && isLate(reason) && (await hasSession(visit))) {
      return resume(visit, login, 'already_signed_in', clear, about)
    }
    const forgotten = clearing(choiceToForget(policy, client, request))
    const ways = tryAgainAt(login.returnPath)
    const answer = { headers: [...clear, ...forgotten], ways, detail, about }
    if (stepUp === undefined) return deny(reason, { ...answer, facts })
    const why = [...askedInWords(stepUp), { messageOf: reason }]
    return deny('step_up_refused', { ...answer, headers: clear, facts: why })
  }

  const started = async (
    visit: Visit,
    login: LoginState,
    { reason, session, lifetime }: Omit<Extract<Raised, { kind: 'session' }>, 'kind'>,
    clear: readonly Header[],
  ): Promise<Verdict> => {
    const { request, client, budget } = visit
    const former = await deviceLogin.former(request, client, budget)
    const { ticket, ended } = await beginSession(client, session, budget, former?.id)
    await deviceLogin.endFormer(former, client, budget)
    const whom: About = {
      ...aboutOf(visit),
      ...aboutSession(session),
      ...(ended === 0 ? {} : { endedSessions: ended }),
      ...(client.session.deviceBound === undefined ? {} : { deviceOffered: true }),
    }
    const headers = [
      sessionCookie(client, ticket, lifetime),
      ...deviceLogin.offer(request, client, ticket),
      ...remembering(visit),
      ...clear,
    ]
    return resume(visit, login, reason, headers, whom)
  }

  const raised = async (
    visit: Visit,
    login: LoginState,
    outcome: Raised,
    clear: readonly Header[],
  ): Promise<Verdict> => {
    const about = aboutOf(visit)
    const { returnPath: path } = login
    switch (outcome.kind) {
      case 'session':
        return started(visit, login, outcome, clear)
      case 'overtaken':
        return resume(visit, login, 'step_up_overtaken', clear, about)
      case 'refused': {
        const { reason, detail, facts } = outcome
        return deny(reason, { headers: clear, ways: tryAgainAt(path), facts, detail, about })
      }
    }
  }

  const finish = async (
    visit: Visit,
    login: LoginState,
    query: URLSearchParams,
    clear: readonly Header[],
  ): Promise<Verdict> => {
    const { request, client, budget } = visit
    const outcome = await relyingParty.exchange(client, login, query, budget)
    if (outcome.kind === 'refused') return refused(visit, login, outcome, clear)
    const { tokens } = outcome
    const { stepUp } = login
    if (stepUp !== undefined) {
      return raised(visit, login, await raise(visit, login, stepUp, tokens), clear)
    }
    const session = newSession(request, client, tokens, login)
    const lifetime = lifetimeOf(client, login.remember === true)
    return started(visit, login, { reason: 'login_completed', session, lifetime }, clear)
  }

  const claimAndFinish = async (
    visit: Visit,
    attempt: string,
    login: LoginState,
    query: URLSearchParams,
  ): Promise<Verdict> => {
    const { request, client, budget } = visit
    if (!(await attempts.claim(attempt, client, budget))) return again(visit, attempt, login)
    const name = loginCookieName(attempt)
    const clear = clearing([{ name, ...siteOfCookie(request, client) }])
    return leadingOn(visit, login.returnPath, clear, () =>
      finish(visit, login, query, clear),
    ).finally(() => attempts.finished(attempt, client))
  }

  const answer = async (
    visit: Visit,
    { query, says }: Answer,
    isExpired = false,
  ): Promise<Verdict> => {
    const { request, client } = visit
    const state = stateOf(says)
    const attempt = state === undefined ? undefined : attemptOf(state)
    if (state === undefined || attempt === undefined) return malformed(visit)
    const login = openLogin(seal, client, request, state, attempt)
    if (login === undefined) {
      return leadingOn(visit, '/', [], () => unasked(visit, attempt, says))
    }
    const path = login.returnPath
    if (isExpired || login.createdAtMs + client.loginLifetimeMs <= clock.nowMs()) {
      const way = { path, fragment: 'wanted' } as const
      return leadingOn(visit, path, [], () => late(visit, 'login_state_expired', way))
    }
    return leadingOn(visit, path, [], () => claimAndFinish(visit, attempt, login, query))
  }

  return async (request, policy, client, budget) => {
    const visit: Visit = { request, policy, client, budget }
    return leadingOn(visit, '/', [], async () => {
      const arrival = await arrive(request, client)
      switch (arrival.kind) {
        case 'answer':
          return answer(visit, arrival)
        case 'elsewhere':
          return { ...arrival.verdict, about: aboutOf(visit) }
        case 'expired':
          return answer(visit, arrival, true)
        case 'malformed':
          return malformed(visit, detailOf(arrival))
      }
    })
  }
}
