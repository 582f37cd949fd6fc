import type { CheckPorts } from '../../core/check-ports.ts'
import { findCookie } from '../../core/cookie/cookie.ts'
import type { Header } from '../../core/decision/decision.ts'
import type { Client } from '../../core/registration/client.ts'
import type { Request } from '../../core/request/request.ts'
import type { Budget } from '../../core/time/budget.ts'
import { sessionTenant } from '../session/session-tenant.ts'
import { createEndSession } from './end-session.ts'
import { createOffers } from './offer.ts'

/** What a login does about the device of its browser. */
export interface DeviceLogin {
  /** Ends the session that a new one is to replace, before that begins; a failure leaves it. */
  readonly endFormer: (request: Request, client: Client, budget: Budget) => Promise<void>
  /** Goes with the answer that sets a new ticket; empty where its client binds no sessions. */
  readonly offer: (request: Request, client: Client, ticket: string) => readonly Header[]
}

/**
 * Offers a new session to be bound, and ends the one whose ticket it replaces: else the browser
 * would go on to prove the device of both, for one cookie. It ends first, so that no session of
 * another device makes room for it.
 */
export const createDeviceLogin = (ports: CheckPorts): DeviceLogin => {
  const { sessions } = ports
  const endSession = createEndSession(ports)

  const end = async (client: Client, tenant: string, ticket: string, budget: Budget) => {
    const opening = await sessions.open(tenant, ticket, budget)
    if (opening.kind === 'none' || opening.open.session.device === undefined) return
    await endSession(opening.open, client, budget)
  }

  return {
    endFormer: async (request, client, budget) => {
      if (client.session.deviceBound === undefined) return
      const former = findCookie(request.header('cookie'), client.session.cookie.name)
      if (former.kind !== 'one') return
      const tenant = sessionTenant(client, request)
      await end(client, tenant, former.value, budget).catch(() => undefined)
    },
    offer: createOffers(ports).headers,
  }
}
