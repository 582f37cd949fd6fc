import type { CheckPorts } from '../../core/check-ports.ts'
import { findCookie } from '../../core/cookie/cookie.ts'
import type { Deny, Header } from '../../core/decision/decision.ts'
import { deny } from '../../core/decision/deny.ts'
import type { Policy } from '../../core/policy/policy.ts'
import type { Client } from '../../core/registration/client.ts'
import type { Request } from '../../core/request/request.ts'
import type { OpenSession } from '../../core/session/session-store.ts'
import type { Budget } from '../../core/time/budget.ts'
import { aboutSession } from '../answer/about-session.ts'
import { farewell } from '../answer/farewell.ts'
import { sessionTenant } from '../session/session-tenant.ts'
import type { Logout } from './logout.ts'

/**
 * The provider frames the answer, so nobody else may; there is nothing to see in it (Front-Channel
 * Logout 1.0 section 2).
 */
const framing = ({ provider }: Client): Header => [
  'content-security-policy',
  `default-src 'none'; frame-ancestors ${new URL(provider.issuer).origin}`,
]

/** The one value of a parameter. */
const only = (query: URLSearchParams, name: string): string | undefined => {
  const values = query.getAll(name)
  return values.length === 1 && values[0] !== '' ? values[0] : undefined
}

/** Why a request is not about a session, as a sentence; `undefined` if it is. */
const whyOther = (request: Request, open: OpenSession): string | undefined => {
  const query = new URLSearchParams(request.path.query)
  const [issuer, sid] = [only(query, 'iss'), only(query, 'sid')]
  if (issuer === undefined || sid === undefined) return 'It does not name one iss and one sid.'
  if (issuer !== open.session.issuer) return 'Its iss is not that of the session.'
  return sid === open.session.sid ? undefined : 'Its sid is not that of the session.'
}

/**
 * OpenID Connect Front-Channel Logout 1.0: the provider loads this path in a frame. It ends the
 * session of the browser, if its cookie came along and `iss` and `sid` are those of the session.
 * Whoever does not know them ends nothing, and nobody ends a session by them alone. Nobody signs
 * such a request, so it ends the session here and nothing else: tokens stay what they are, and the
 * provider is asked nothing.
 */
export const createFrontChannelLogout = ({ sessions }: Pick<CheckPorts, 'sessions'>): Logout => {
  const ignore = (policy: Policy, client: Client, detail: string): Deny =>
    deny('front_channel_logout_ignored', {
      headers: [framing(client)],
      content: 'none',
      detail,
      about: { policy: policy.name, logout: { kind: 'front_channel', outcome: 'refused' } },
    })

  const end = async (
    open: OpenSession,
    request: Request,
    policy: Policy,
    client: Client,
    budget: Budget,
  ): Promise<Deny> => {
    await sessions.remove(open, budget)
    return deny('front_channel_logout', {
      headers: [framing(client), ...farewell(request, policy, client)],
      content: 'none',
      about: {
        policy: policy.name,
        ...aboutSession(open.session),
        logout: { kind: 'front_channel', outcome: 'ended' },
      },
    })
  }

  return async (request, policy, client, budget) => {
    const cookie = findCookie(request.header('cookie'), client.session.cookie.name)
    if (request.method !== 'GET') return ignore(policy, client, 'Its method is not GET.')
    if (cookie.kind !== 'one') return ignore(policy, client, 'No session cookie came with it.')
    const opening = await sessions.reopen(sessionTenant(client, request), cookie.value, budget)
    if (opening.kind === 'none') return ignore(policy, client, 'Its cookie opens no session.')
    const other = whyOther(request, opening.open)
    if (other !== undefined) return ignore(policy, client, other)
    return end(opening.open, request, policy, client, budget)
  }
}
