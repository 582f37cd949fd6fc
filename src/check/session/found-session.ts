import type { CheckPorts } from '../../core/check-ports.ts'
import { clientsInOrder } from '../../core/cookie/chosen-client.ts'
import type { Unauthenticated } from '../../core/identity/identity.ts'
import type { Part } from '../../core/policy/part.ts'
import type { Rule } from '../../core/policy/policy.ts'
import type { Client } from '../../core/registration/client.ts'
import type { Request } from '../../core/request/request.ts'
import type { Session } from '../../core/session/session.ts'
import type { Budget } from '../../core/time/budget.ts'
import { createOpenedSession, type Opened, sessionRefused } from './opened-session.ts'
import { tokenStateOf, wantedEndsAtMs } from './token-state.ts'
import { wantedToken } from './wanted-token.ts'

/** The session that a browser has here, and the client that it is with. */
export interface FoundSession {
  readonly kind: 'found'
  readonly session: Session
  readonly client: Client
  /** When it ends, however much it is used. */
  readonly endsAtMs: number
}

/** Looks for the session of a browser with any client of a part, and leaves it as it is. */
export type FindSession = (
  request: Request,
  part: Part,
  rule: Rule,
  budget: Budget,
) => Promise<FoundSession | Unauthenticated>

/** A session whose tokens nothing renews ends with the one that the upstream gets. */
const endOf = (session: Session, client: Client, rule: Rule): number => {
  const isRenewed =
    client.session.refreshBeforeMs !== undefined && session.tokens.refreshToken !== undefined
  const { absoluteExpiresAtMs } = session
  if (isRenewed) return absoluteExpiresAtMs
  return Math.min(absoluteExpiresAtMs, wantedEndsAtMs(session, wantedToken(rule)))
}

/**
 * Neither uses nor refreshes what it finds: a page that asks every minute would keep a session
 * alive that nobody uses. Of several that are none, the one that was presented says why.
 */
export const createFindSession = (
  ports: Pick<CheckPorts, 'sessions' | 'tokenExchange' | 'deviceProofs' | 'clock' | 'newBudget'>,
): FindSession => {
  const openedSession = createOpenedSession(ports)

  const judge = (opened: Opened, client: Client, rule: Rule): FoundSession | Unauthenticated => {
    if (opened.kind === 'unauthenticated') return opened
    const { open } = opened
    const state = tokenStateOf(open, client, wantedToken(rule), ports.clock.nowMs())
    if (state === 'over') return sessionRefused('session_expired')
    const { session } = open
    return { kind: 'found', session, client, endsAtMs: endOf(session, client, rule) }
  }

  return async (request, part, rule, budget) => {
    const refusals: Unauthenticated[] = []
    for (const client of clientsInOrder(part, request)) {
      const found = judge(await openedSession(request, client, budget), client, rule)
      if (found.kind === 'found') return found
      refusals.push(found)
    }
    const nothing = sessionRefused('login_required', { presented: 'none' })
    const telling = refusals.find(({ presented }) => presented !== 'none') ?? nothing
    return { ...telling, clearCookies: refusals.flatMap(({ clearCookies }) => clearCookies) }
  }
}
