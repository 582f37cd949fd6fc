import type { CheckPorts } from '../../core/check-ports.ts'
import type { Deny, Way } from '../../core/decision/decision.ts'
import { deny } from '../../core/decision/deny.ts'
import type { Policy } from '../../core/policy/policy.ts'
import type { Client } from '../../core/registration/client.ts'
import { causeOf, isEmbedded, isSpeculative } from '../../core/request/navigation.ts'
import type { Request } from '../../core/request/request.ts'
import { RETURN_PARAMETER, wantedAfterLogout } from '../../policy/applying/returning.ts'
import { sessionTenant } from '../session/session-tenant.ts'
import { NOT_LISTED } from './destination.ts'

/** Whether the person at the browser wants to sign out, and how to find out. */
export interface SignOutIntent {
  /** `ticket`: the value of the session cookie that the request carries. */
  readonly isGiven: (request: Request, client: Client, ticket: string) => boolean
  /** A page with the question. Without a ticket, it is for a browser that says who sends it. */
  readonly ask: (request: Request, policy: Policy, client: Client, ticket?: string) => Deny
}

const CONFIRMATION_TTL_MS = 10 * 60_000

/**
 * Whether a browser may have kept the session cookie to itself, so that its absence says nothing:
 * another site caused the request, or may have.
 */
export const mayBeWithheld = (request: Request, client: Client): boolean => {
  const cause = causeOf(request)
  const isLax = request.method === 'GET' && client.session.cookie.sameSite !== 'Strict'
  return cause === 'foreign' || (cause === 'unknown' && !isLax)
}

/**
 * No other site signs anybody out. The cause of a request is what the browser says (Fetch
 * Metadata). Where it says nothing, the page that asks holds a confirmation: sealed, bound to the
 * ticket, and so of no use in any other browser.
 */
export const createSignOutIntent = ({
  seal,
  clock,
}: Pick<CheckPorts, 'seal' | 'clock'>): SignOutIntent => {
  const contextOf = (request: Request, client: Client, ticket: string): readonly string[] => [
    'sign-out',
    sessionTenant(client, request),
    ticket,
  ]

  const isConfirmed = (request: Request, client: Client, ticket: string): boolean => {
    const confirmation = new URLSearchParams(request.path.query).get('confirm')
    if (confirmation === null) return false
    const madeAt = seal.open(contextOf(request, client, ticket), confirmation)
    return madeAt !== undefined && Number(madeAt) + CONFIRMATION_TTL_MS > clock.nowMs()
  }

  return {
    isGiven: (request, client, ticket) => {
      const isVisit = request.method === 'GET' || request.method === 'POST'
      if (!isVisit || isSpeculative(request) || isEmbedded(request)) return false
      const cause = causeOf(request)
      return cause === 'own' || (cause === 'unknown' && isConfirmed(request, client, ticket))
    },
    ask: (request, policy, client, ticket) => {
      const query = new URLSearchParams()
      if (ticket !== undefined) {
        const confirmation = seal.seal(contextOf(request, client, ticket), String(clock.nowMs()))
        query.set('confirm', confirmation)
      }
      const wanted = wantedAfterLogout(client, request)
      if (wanted.kind === 'wanted') query.set(RETURN_PARAMETER, wanted.url)
      const href = query.size === 0 ? client.logout.path : `${client.logout.path}?${query}`
      const ways: readonly Way[] = [
        { label: 'sign_out', href },
        { label: 'stay_signed_in', href: '/' },
      ]
      return deny('sign_out_unconfirmed', {
        ways,
        about: { policy: policy.name },
        ...(wanted.kind === 'refused' ? { detail: NOT_LISTED } : {}),
      })
    },
  }
}
