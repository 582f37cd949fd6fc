import type { CheckPorts } from '../../core/check-ports.ts'
import { findCookie } from '../../core/cookie/cookie.ts'
import type { Header } from '../../core/decision/decision.ts'
import type { Client } from '../../core/registration/client.ts'
import type { Request } from '../../core/request/request.ts'
import type { OpenSession } from '../../core/session/session-store.ts'
import type { Budget } from '../../core/time/budget.ts'
import { sessionTenant } from '../session/session-tenant.ts'
import { createEndSession } from './end-session.ts'
import { createOffers } from './offer.ts'

/** What a login does about the device of its browser. */
export interface DeviceLogin {
  /** The session that a new one is to replace, if one was offered to be bound. */
  readonly former: (
    request: Request,
    client: Client,
    budget: Budget,
  ) => Promise<OpenSession | undefined>
  /** Ends that session, once the new one has begun; a failure leaves it. */
  readonly endFormer: (
    former: OpenSession | undefined,
    client: Client,
    budget: Budget,
  ) => Promise<void>
  /** Goes with the answer that sets a new ticket; empty where its client binds no sessions. */
  readonly offer: (request: Request, client: Client, ticket: string) => readonly Header[]
}

/**
 * Offers a new session to be bound, and ends the one whose ticket it replaces: else the browser
 * would go on to prove the device of both, for one cookie.
 */
export const createDeviceLogin = (ports: CheckPorts): DeviceLogin => {
  const { sessions } = ports
  const endSession = createEndSession(ports)

  const open = async (tenant: string, ticket: string, budget: Budget) => {
    const opening = await sessions.open(tenant, ticket, budget)
    return opening.kind === 'none' || opening.open.session.device === undefined
      ? undefined
      : opening.open
  }

  return {
    former: async (request, client, budget) => {
      if (client.session.deviceBound === undefined) return undefined
      const cookie = findCookie(request.header('cookie'), client.session.cookie.name)
      if (cookie.kind !== 'one') return undefined
      return open(sessionTenant(client, request), cookie.value, budget).catch(() => undefined)
    },
    endFormer: async (former, client, budget) => {
      if (former !== undefined) await endSession(former, client, budget).catch(() => undefined)
    },
    offer: createOffers(ports).headers,
  }
}
