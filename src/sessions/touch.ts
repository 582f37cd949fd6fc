import { asFault, type Fault } from '../core/reason/fault.ts'
import type { Session } from '../core/session/session.ts'
import type { OpenSession } from '../core/session/session-store.ts'
import type { Clock } from '../core/time/clock.ts'
import { createRecentIds } from './kept/recent-ids.ts'
import { touchIntervalMs } from './lifetime.ts'

/** Notes behind the answers that sessions are in use. */
export interface Touch {
  /** Begins a write if one is due and none was tried lately. Never throws. */
  readonly touch: (open: OpenSession) => void
  /** Begins no more writes, and resolves when those under way are done. */
  readonly close: () => Promise<void>
}

/** What a touch needs. */
export interface TouchDependencies {
  readonly clock: Clock
  /** How many sessions' last attempts are remembered. */
  readonly maxEntries: number
  /**
   * Compare-and-set: a touch that loses to another write is dropped, since that write says more.
   */
  readonly write: (open: OpenSession, session: Session) => Promise<unknown>
  readonly onError: (fault: Fault) => void
}

/**
 * At most one write per session and interval, whether it succeeds or not: a store that is down is
 * not asked more often.
 */
export const createTouch = (deps: TouchDependencies): Touch => {
  const attemptedAtMs = createRecentIds<number>(Math.max(1, deps.maxEntries))
  const pending = new Set<Promise<unknown>>()
  let isClosed = false

  const isDue = ({ id, session }: OpenSession, nowMs: number): boolean => {
    const dueAtMs = nowMs - touchIntervalMs(session)
    return session.lastSeenAtMs <= dueAtMs && (attemptedAtMs.get(id) ?? 0) <= dueAtMs
  }

  const touch = (open: OpenSession): void => {
    const nowMs = deps.clock.nowMs()
    if (isClosed || !isDue(open, nowMs)) return
    attemptedAtMs.set(open.id, nowMs)
    const writing = deps
      .write(open, { ...open.session, lastSeenAtMs: nowMs })
      .then((written) => {
        if (written !== undefined) attemptedAtMs.delete(open.id)
      })
      .catch((error: unknown) => deps.onError(asFault(error)))
      .finally(() => pending.delete(writing))
    pending.add(writing)
  }

  const close = async (): Promise<void> => {
    isClosed = true
    await Promise.all(pending)
  }

  return { touch, close }
}
