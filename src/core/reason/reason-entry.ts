/**
 * What kind of answer a reason belongs to; `core/decision/decision.ts` says what each leaves the
 * service as.
 */
export type ReasonKind =
  | 'allow'
  | 'login'
  | 'redirect'
  | 'page'
  | 'challenge'
  | 'forbid'
  | 'reject'
  | 'unavailable'

/** One row of the table of reasons. */
export interface ReasonEntry {
  readonly kind: ReasonKind
  /** The HTTP status that the downstream sees; 200 for an allowed request. */
  readonly status: number
  /** One sentence for the end-user's page and the problem document. Never carries request data. */
  readonly message: string
  /** What an operator or a developer does about it; documentation, never sent. */
  readonly remedy: string
}
