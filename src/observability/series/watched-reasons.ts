import { type Reason, reasonEntry, reasons } from '../../core/reason/reason.ts'

const isOfAFailure = (reason: Reason): boolean => reasonEntry(reason).kind === 'unavailable'

/** Why the code of a login becomes no session, though its provider answers. */
export const OF_CODES = [
  'code_refused',
  'id_token_invalid',
  'login_context_refused',
  'access_token_unbound',
  'userinfo_refused',
  'claim_source_refused',
] as const satisfies readonly Reason[]

/** How logins end that came back from their provider. */
const OF_LOGINS = [
  'login_completed',
  'state_mismatch',
  'login_state_expired',
  'login_state_used',
  ...OF_CODES,
  'provider_error',
] as const satisfies readonly Reason[]

/**
 * The reasons that alerts and objectives ask for. Their counts are there from the beginning: the
 * first one is a change of a series, which a rate sees, and no series that begins.
 */
export const WATCHED_REASONS: readonly Reason[] = [
  ...(Object.keys(reasons) as Reason[]).filter(isOfAFailure),
  ...OF_LOGINS,
]
