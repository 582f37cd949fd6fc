import type { Budget } from '../time/budget.ts'
import type { PageMark } from './page-mark.ts'
import type { DeviceAlgorithm } from './session-device.ts'

/** What is known about a session without its ticket. Never a token that somebody could use. */
export interface SessionEntry {
  /** That of `OpenSession`. */
  readonly id: string
  readonly tenant: string
  /** `namespace/name` of the OIDCClient. */
  readonly client: string
  readonly clientId: string
  readonly issuer: string
  readonly subject: string
  readonly sid?: string
  /** SHA-256 of the access token, base64url; absent in what older versions wrote. */
  readonly accessTokenDigest?: string
  readonly host: string
  readonly createdAtMs: number
  /** Lags behind as the record does. */
  readonly lastSeenAtMs: number
  /** When it ends whatever happens. */
  readonly expiresAtMs: number
  readonly idleTimeoutMs: number
  readonly address?: string
  readonly agent?: string
  /** Set where its client binds sessions to devices. */
  readonly device?: {
    /** Absent: no device is bound to it. */
    readonly bound?: {
      readonly algorithm: DeviceAlgorithm
      readonly boundAtMs: number
      /** Lags behind as the record does. */
      readonly provenAtMs: number
    }
  }
}

/** Which sessions are looked for: all parts that are set must fit. */
export interface SessionQuery {
  readonly subject?: string
  readonly issuer?: string
  readonly client?: string
  readonly host?: string
}

/** Which sessions are to end. */
export type SessionSelector =
  | { readonly kind: 'session'; readonly id: string }
  | {
      readonly kind: 'subject'
      readonly subject: string
      /** Absent: of every issuer. */
      readonly issuer?: string
      readonly client?: string
    }
  | {
      readonly kind: 'sid'
      readonly issuer: string
      readonly sid: string
      readonly client: string
    }
  | { readonly kind: 'client'; readonly client: string; readonly createdBeforeMs?: number }
  | { readonly kind: 'everything' }

/** Finds and ends sessions without their tickets. All calls throw as those of `SessionStore` do. */
export interface SessionDirectory {
  /**
   * One page, those that end soonest first. It may hold fewer than `limit`, or none, and still have
   * a `next`: only so many are looked at for one page.
   */
  readonly list: (
    query: SessionQuery,
    page: { readonly after?: PageMark; readonly limit: number },
    budget: Budget,
  ) => Promise<{ readonly entries: readonly SessionEntry[]; readonly next?: PageMark }>
  readonly find: (id: string, budget: Budget) => Promise<SessionEntry | undefined>
  /**
   * Ends them in the store and in this process, and tells the other replicas; answers how many
   * there were. Repeating it is no error.
   */
  readonly end: (selector: SessionSelector, budget: Budget) => Promise<number>
}
