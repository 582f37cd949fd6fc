import type { CheckPorts } from '../../core/check-ports.ts'
import { lifetimeOf, type SessionLifetime } from '../../core/cookie/remember-me.ts'
import { askedInWords, cameInWords } from '../../core/identity/asked-in-words.ts'
import type { LoginState, SteppingUp } from '../../core/provider/login-state.ts'
import type { Tokens } from '../../core/provider/tokens.ts'
import type { Reason } from '../../core/reason/reason.ts'
import type { Client } from '../../core/registration/client.ts'
import type { Session } from '../../core/session/session.ts'
import type { Phrase } from '../../core/wording/phrase.ts'
import { evaluateContext, MAX_SKEW_MS } from '../../policy/applying/evaluate-context.ts'
import { createOpenedSession } from '../session/opened-session.ts'
import { createNewSession } from './new-session.ts'
import type { Visit } from './way-on.ts'

/** What a login that was to raise a session came to. */
export type Raised =
  /** The session that goes on in place of the former one, which has ended. */
  | {
      readonly kind: 'session'
      readonly reason: Reason
      readonly session: Session
      readonly lifetime: SessionLifetime
    }
  /** The former session is as it was. */
  | {
      readonly kind: 'refused'
      readonly reason: Reason
      readonly detail: string
      readonly facts: readonly Phrase[]
    }
  /** The former session ended while this was being answered, or another answer raised it. */
  | { readonly kind: 'overtaken' }

/** Raises a session by the tokens of a login. */
export type Raise = (
  visit: Visit,
  login: LoginState,
  stepUp: SteppingUp,
  tokens: Tokens,
) => Promise<Raised>

/** The lifetime that a session has had from its beginning, as far as its client still has it. */
const lifetimeSoFar = (client: Client, session: Session, nowMs: number): SessionLifetime => {
  const { idleTimeoutMs, absoluteExpiresAtMs, createdAtMs } = session
  const absoluteTimeoutMs = absoluteExpiresAtMs - createdAtMs
  const remembered = lifetimeOf(client, true)
  const isRemembered =
    remembered.cookieSeconds !== undefined && remembered.absoluteTimeoutMs === absoluteTimeoutMs
  const leftSeconds = Math.max(1, Math.ceil((absoluteExpiresAtMs - nowMs) / 1_000))
  return {
    idleTimeoutMs,
    absoluteTimeoutMs,
    ...(isRemembered ? { cookieSeconds: leftSeconds } : {}),
  }
}

/**
 * Raises the session of this browser: the same subject as before, authenticated as was asked. It
 * begins anew under a new ticket (R12) and ends when it would have; the former one is ended first,
 * by exactly one answer, so that there is never a second. A browser whose session is gone by now
 * has signed in like any other.
 */
export const createRaise = (ports: CheckPorts): Raise => {
  const { clock, directory } = ports
  const openedSession = createOpenedSession(ports, { withoutDevice: true })
  const newSession = createNewSession(ports)

  const whyNot = (
    { client }: Visit,
    stepUp: SteppingUp,
    fresh: Session,
  ): Extract<Raised, { kind: 'refused' }> | undefined => {
    if (fresh.subject !== stepUp.subject || fresh.issuer !== stepUp.issuer) {
      const detail = 'The ID token is of another subject than the session that was to be raised.'
      return { kind: 'refused', reason: 'step_up_other_subject', detail, facts: [] }
    }
    const { claims } = fresh.tokens
    const nowMs = clock.nowMs()
    const clockSkewMs = Math.min(MAX_SKEW_MS, client.provider.clockSkewMs)
    const access = evaluateContext(stepUp, claims, { nowMs, clockSkewMs })
    if (access.kind !== 'step_up') return undefined
    const facts = [...askedInWords(stepUp), ...cameInWords(stepUp, claims, nowMs)]
    return { kind: 'refused', reason: 'step_up_refused', detail: access.detail, facts }
  }

  return async (visit, login, stepUp, tokens) => {
    const { request, client, budget } = visit
    const fresh = newSession(request, client, tokens, login)
    const refused = whyNot(visit, stepUp, fresh)
    if (refused !== undefined) return refused
    const opened = await openedSession(request, client, budget)
    if (opened.kind === 'unauthenticated') {
      const lifetime = lifetimeOf(client, false)
      return { kind: 'session', reason: 'login_completed', session: fresh, lifetime }
    }
    const { id, session: former } = opened.open
    if (former.subject !== fresh.subject || former.issuer !== fresh.issuer) {
      const detail = 'By now the session of this browser is of another subject.'
      return { kind: 'refused', reason: 'step_up_other_subject', detail, facts: [] }
    }
    const ended = await directory.end({ kind: 'session', id }, budget)
    if (ended === 0) return { kind: 'overtaken' }
    const { createdAtMs, absoluteExpiresAtMs, idleTimeoutMs } = former
    return {
      kind: 'session',
      reason: 'step_up_completed',
      session: { ...fresh, createdAtMs, absoluteExpiresAtMs, idleTimeoutMs },
      lifetime: lifetimeSoFar(client, former, clock.nowMs()),
    }
  }
}
