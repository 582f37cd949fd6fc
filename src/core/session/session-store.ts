import type { Awaitable } from '../time/awaitable.ts'
import type { Budget } from '../time/budget.ts'
import type { Session } from './session.ts'

/** A session as read from the store, with what is needed to write it back. */
export interface OpenSession {
  /** Names the record; safe to use as a lock name. Not a secret: it opens nothing. */
  readonly id: string
  /** The cookie value. A secret. */
  readonly ticket: string
  /** For compare-and-set. */
  readonly version: number
  /** Names the process key that sealed it. */
  readonly keyId: string
  readonly session: Session
}

/** The outcome of opening a ticket. */
export type SessionOpening =
  | { readonly kind: 'open'; readonly open: OpenSession }
  | { readonly kind: 'none'; readonly reason: 'session_unknown' | 'session_expired' }

/** Keeps sessions. All calls throw `Fault` `session_store_unavailable`. */
export interface SessionStore {
  /** Keeps a new session under a new ticket (R12) and returns the ticket. */
  readonly create: (session: Session) => Promise<string>
  /**
   * Opens a ticket for one tenant: sealed, of this tenant (R13), within its idle and absolute
   * lifetime (R14). Answers at once from the local cache.
   */
  readonly open: (tenant: string, ticket: string, budget: Budget) => Awaitable<SessionOpening>
  /** The same, past the cache. */
  readonly reopen: (tenant: string, ticket: string, budget: Budget) => Promise<SessionOpening>
  /**
   * Writes if nobody wrote since `open` was read; `undefined` if somebody did, or the session has
   * ended.
   */
  readonly replace: (
    open: OpenSession,
    session: Session,
    budget: Budget,
  ) => Promise<OpenSession | undefined>
  /**
   * Notes that the session is in use. Writes behind the answer, seldom, and never fails a check.
   */
  readonly touch: (open: OpenSession) => void
  /** Ends the session; ending it twice is no error. */
  readonly remove: (open: OpenSession, budget: Budget) => Promise<void>
}
