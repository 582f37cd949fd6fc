import { asFault } from '../core/reason/fault.ts'
import type { Client } from '../core/registration/client.ts'
import type { SessionDirectory } from '../core/session/session-directory.ts'
import type { Budget } from '../core/time/budget.ts'
import type { Clock } from '../core/time/clock.ts'
import type { Logger } from '../observability/logger.ts'
import type { Metrics } from '../observability/metrics.ts'

/** What cleaning up needs. */
export interface RevocationsDeps {
  readonly directory: Pick<SessionDirectory, 'end'>
  readonly metrics: Pick<Metrics, 'countEnded'>
  readonly logger: Pick<Logger, 'info' | 'warn'>
  readonly clock: Clock
  readonly newBudget: (timeoutMs: number) => Budget
}

const BUDGET_MS = 300_000

/**
 * Ends in the store what the clients of a snapshot have revoked, once for each time and for one
 * client after the other, so that no tenant takes the store from others by revoking much. Checks
 * refuse those sessions by themselves: this frees the store, and the lists of administrators, of
 * them.
 */
export const createRevocations = (
  deps: RevocationsDeps,
): ((clients: readonly Client[]) => void) => {
  const { directory, metrics, logger, clock, newBudget } = deps
  const begun = new Map<string, number>()
  let last: Promise<void> = Promise.resolve()

  const end = async (client: string, createdBeforeMs: number): Promise<void> => {
    try {
      const selector = { kind: 'client', client, createdBeforeMs } as const
      const sessions = await directory.end(selector, newBudget(BUDGET_MS))
      metrics.countEnded('revoke_before', sessions)
      if (sessions > 0) logger.info('Sessions were ended by their client.', { client, sessions })
    } catch (error) {
      begun.delete(client)
      const { message } = asFault(error)
      logger.warn(`Sessions that ${client} has revoked are still in the store: ${message}`)
    }
  }

  const forgetOthers = (clients: readonly Client[]): void => {
    const names = new Set(clients.map(({ name }) => name))
    for (const name of begun.keys()) if (!names.has(name)) begun.delete(name)
  }

  return (clients) => {
    forgetOthers(clients)
    for (const { name, session } of clients) {
      const { revokeBeforeMs } = session
      if (revokeBeforeMs === undefined || revokeBeforeMs > clock.nowMs()) continue
      if (begun.get(name) === revokeBeforeMs) continue
      begun.set(name, revokeBeforeMs)
      last = last.then(() => end(name, revokeBeforeMs))
    }
  }
}
