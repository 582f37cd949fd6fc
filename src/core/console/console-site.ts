import type { AdminUse } from './admin-use.ts'
import type { Admission, ShownToken } from './administrator.ts'

/** A request below `/console`, as the server of the admin API hands it on. */
export interface SiteRequest {
  readonly method: string
  /** Without the query. */
  readonly path: string
  /** Without its `?`. */
  readonly query: string
  /** The first value of a header, by its name in lower case. */
  readonly header: (name: string) => string | undefined
  /** Who sends it, by certificate and assertion, and by a token where one is given. */
  readonly admit: (token?: ShownToken) => Admission
  /** For how long nobody may try tokens from there; `undefined`: they may. */
  readonly waitSeconds: () => number | undefined
  /** Counts a wrong token. */
  readonly noteFailure: () => void
  /** Strangers have few places to send bodies in, and little time. */
  readonly readBody: (maxBytes: number, sender: BodySender) => Promise<ReadBody>
}

/** Whose a body is: somebody's who has come in, or anybody's. */
export type BodySender = 'administrator' | 'stranger'

/** A body that was read, or why there is none. */
export type ReadBody =
  | { readonly kind: 'text'; readonly text: string }
  /** It is too long, or does not come. */
  | { readonly kind: 'missing' }
  /** Too many strangers send something at a time. */
  | { readonly kind: 'busy' }

/** An answer that goes on until its reader leaves, or it is ended. */
export interface SiteStream {
  /**
   * Begins it. `write` is false while its reader does not keep up; `end` closes it. Answers what is
   * called once when it is over, whoever ended it.
   */
  readonly begin: (write: (text: string) => boolean, end: () => void) => () => void
}

/** What is answered, and what is noted about it. */
export interface SiteAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | SiteStream
  /** Absent: nothing is noted, as of a style sheet. */
  readonly use?: Pick<
    AdminUse,
    'who' | 'way' | 'action' | 'page' | 'outcome' | 'selector' | 'count' | 'detail'
  >
}

/** The console as the server of the admin API knows it. */
export interface ConsoleSite {
  /** Never rejects. */
  readonly handle: (request: SiteRequest) => Promise<SiteAnswer>
}
