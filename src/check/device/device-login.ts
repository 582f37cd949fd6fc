import type { CheckPorts } from '../../core/check-ports.ts'
import { findCookie } from '../../core/cookie/cookie.ts'
import type { Header } from '../../core/decision/decision.ts'
import type { Client } from '../../core/registration/client.ts'
import type { Request } from '../../core/request/request.ts'
import { sessionTenant } from '../session/session-tenant.ts'
import { createOffers } from './offer.ts'

/** What goes with the answer that sets a new ticket; nothing where its client binds no sessions. */
export type DeviceLogin = (request: Request, client: Client, ticket: string) => readonly Header[]

const END_BUDGET_MS = 2_000

/**
 * Offers a new session to be bound, and ends behind the answer the one whose ticket it replaces:
 * else the browser would go on to prove the device of both, for one cookie.
 */
export const createDeviceLogin = (ports: CheckPorts): DeviceLogin => {
  const { sessions, newBudget, behind } = ports
  const offers = createOffers(ports)

  const endFormer = async (tenant: string, ticket: string): Promise<void> => {
    const opening = await sessions.open(tenant, ticket, newBudget(END_BUDGET_MS))
    if (opening.kind === 'none' || opening.open.session.device === undefined) return
    await sessions.remove(opening.open, newBudget(END_BUDGET_MS))
  }

  return (request, client, ticket) => {
    if (client.session.deviceBound === undefined) return []
    const former = findCookie(request.header('cookie'), client.session.cookie.name)
    if (former.kind === 'one') {
      const tenant = sessionTenant(client, request)
      behind(endFormer(tenant, former.value).catch(() => undefined))
    }
    return offers.headers(request, client, ticket)
  }
}
