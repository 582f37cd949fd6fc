import { type Reason, reasonEntry } from '../core/reason/reason.ts'
import type { ReasonKind } from '../core/reason/reason-entry.ts'

const HEADINGS: Readonly<Record<ReasonKind, string>> = {
  allow: 'Welcome',
  login: 'Please sign in',
  redirect: 'One moment',
  page: 'All done',
  challenge: 'Please sign in',
  forbid: 'Not permitted',
  reject: 'That did not work',
  unavailable: 'Not available right now',
}

/** Where the kind alone would say the wrong thing. */
const EXCEPTIONS: Readonly<Partial<Record<Reason, string>>> = {
  provider_choice_required: 'Choose how to sign in',
  device_proof_required: 'One moment',
  device_not_bound: 'Another browser is needed',
  step_up_required: 'Please confirm who you are',
  step_up_refused: 'Not confirmed',
  step_up_other_subject: 'Not confirmed',
  signed_out: 'Signed out',
  form_lost: 'Please send it again',
  return_url_lost: 'Please open it again',
  signed_out_here: 'Signed out here',
  sign_out_incomplete: 'Signed out in this browser',
  sign_out_unconfirmed: 'Sign out?',
  no_policy: 'Nothing here',
  host_conflict: 'Nothing here',
  state_mismatch: 'Sign-in not completed',
  login_state_expired: 'Sign-in not completed',
  login_state_used: 'Sign-in not completed',
  code_refused: 'Sign-in not completed',
  malformed_callback: 'Sign-in not completed',
  id_token_invalid: 'Sign-in not completed',
  userinfo_refused: 'Sign-in not completed',
  provider_error: 'Sign-in not completed',
}

/** The few words above a denial: the title of its page and of its problem document. */
export const headingOf = (reason: Reason): string =>
  EXCEPTIONS[reason] ?? HEADINGS[reasonEntry(reason).kind]
