import type { CheckPorts } from '../../core/check-ports.ts'
import { Fault } from '../../core/reason/fault.ts'
import type { Client } from '../../core/registration/client.ts'
import type { PageMark } from '../../core/session/page-mark.ts'
import type { Session } from '../../core/session/session.ts'
import type { SessionEntry } from '../../core/session/session-directory.ts'
import type { Budget } from '../../core/time/budget.ts'

/** A new session's ticket, and how many older sessions made room for it. */
export interface Begun {
  readonly ticket: string
  readonly ended: number
}

/**
 * Begins a session. `formerId` names one that is ended after that by whoever asks: it makes room
 * before any other, and does not count among those that did.
 */
export type BeginSession = (
  client: Client,
  session: Session,
  budget: Budget,
  formerId?: string,
) => Promise<Begun>

/**
 * A login that was lost on the way keeps others of the same subject waiting no longer than this.
 */
const LOCK_TTL_MS = 5_000

const PAGE = 200

/**
 * Begins sessions within `session.maxPerSubject` of the client: the oldest of the same subject end
 * first. Logins of one subject take turns over all replicas, so that none counts without another.
 */
export const createBeginSession = (ports: CheckPorts): BeginSession => {
  const { sessions, directory, lock } = ports

  const acquire = async (name: string, budget: Budget) => {
    for (;;) {
      const held = await lock.acquire(name, LOCK_TTL_MS, budget)
      if (held !== undefined) return held
      if (budget.signal.aborted) {
        throw new Fault('budget_exceeded', 'Another login of this subject did not finish in time.')
      }
      await lock.pause(budget)
    }
  }

  const sessionsOf = async (
    { subject, issuer, client }: Session,
    budget: Budget,
  ): Promise<readonly SessionEntry[]> => {
    const all: SessionEntry[] = []
    let after: PageMark | undefined
    do {
      const from = after === undefined ? {} : { after }
      const page = await directory.list(
        { subject, issuer, client },
        { limit: PAGE, ...from },
        budget,
      )
      all.push(...page.entries)
      after = page.next
    } while (after !== undefined)
    return all.toSorted((one, other) => one.createdAtMs - other.createdAtMs)
  }

  const makeRoom = async (
    session: Session,
    max: number,
    budget: Budget,
    formerId: string | undefined,
  ): Promise<number> => {
    const others = await sessionsOf(session, budget)
    const isFormer = ({ id }: SessionEntry): boolean => id === formerId
    const inTurn = [...others.filter(isFormer), ...others.filter((one) => !isFormer(one))]
    const ending = inTurn.slice(0, Math.max(0, others.length - (max - 1)))
    for (const { id } of ending) await directory.end({ kind: 'session', id }, budget)
    return ending.filter((one) => !isFormer(one)).length
  }

  return async (client, session, budget, formerId) => {
    const { maxPerSubject } = client.session
    if (maxPerSubject === undefined) return { ticket: await sessions.create(session), ended: 0 }
    const name = `login ${JSON.stringify([session.client, session.issuer, session.subject])}`
    const held = await acquire(name, budget)
    try {
      const ended = await makeRoom(session, maxPerSubject, budget, formerId)
      return { ticket: await sessions.create(session), ended }
    } finally {
      held.release().catch(() => undefined)
    }
  }
}
