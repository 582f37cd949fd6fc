import type { Fault } from '../reason/fault.ts'
import type { Budget } from '../time/budget.ts'

/** What a back-channel logout request came to. */
export type BackChannelOutcome =
  /** Done, on every replica. */
  | { readonly kind: 'ended'; readonly sessions: number }
  /** There is no such client, or it takes no such requests. */
  | { readonly kind: 'unknown_client' }
  | { readonly kind: 'refused'; readonly detail: string }
  /** Worth another try: nothing is lost. */
  | { readonly kind: 'unavailable'; readonly fault: Fault }

/**
 * OpenID Connect Back-Channel Logout 1.0, for the client of that `namespace/name`. Never rejects.
 */
export type BackChannelLogout = (
  client: string,
  logoutToken: string,
  budget: Budget,
) => Promise<BackChannelOutcome>
