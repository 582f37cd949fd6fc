import type { Session } from '../core/session/session.ts'

const MAX_TOUCH_INTERVAL_MS = 60_000

/** When a session ends if nobody uses it again: idle or absolute, whichever comes first (R14). */
export const expiresAtMs = (session: Session): number =>
  Math.min(session.lastSeenAtMs + session.idleTimeoutMs, session.absoluteExpiresAtMs)

/**
 * How long the store keeps a session that is written now; at least a millisecond, as Redis wants
 * it.
 */
export const remainingMs = (session: Session, nowMs: number): number =>
  Math.max(1, Math.ceil(expiresAtMs(session) - nowMs))

/** How far `lastSeenAtMs` may lag behind: a tenth of the idle timeout, at most a minute. */
export const touchIntervalMs = (session: Session): number =>
  Math.min(session.idleTimeoutMs / 10, MAX_TOUCH_INTERVAL_MS)
