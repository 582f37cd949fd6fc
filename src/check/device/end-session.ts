import type { CheckPorts } from '../../core/check-ports.ts'
import type { Client } from '../../core/registration/client.ts'
import type { OpenSession } from '../../core/session/session-store.ts'
import type { Budget } from '../../core/time/budget.ts'

/** Ends a session, and takes back what was exchanged for its token. */
export type EndSession = (open: OpenSession, client: Client, budget: Budget) => Promise<void>

/** Throws what the store does; then nothing is taken back. */
export const createEndSession =
  ({ sessions, tokenExchange }: Pick<CheckPorts, 'sessions' | 'tokenExchange'>): EndSession =>
  async (open, client, budget) => {
    await sessions.remove(open, budget)
    const { issuer, subject, tokens } = open.session
    tokenExchange.takeBack(client, { token: tokens.accessToken, issuer, subject }, 'now')
  }
