import { type Reason, reasonEntry } from '../../core/reason/reason.ts'
import type { ReasonKind } from '../../core/reason/reason-entry.ts'

/** The few words above a page, in English, by a key that never changes. */
export const headings = {
  welcome: 'Welcome',
  please_sign_in: 'Please sign in',
  choose_how_to_sign_in: 'Choose how to sign in',
  confirm_who_you_are: 'Please confirm who you are',
  may_program_act: 'May this program act for you?',
  not_connected: 'Not connected',
  one_moment: 'One moment',
  sending_form: 'Sending your form',
  all_done: 'All done',
  signed_out: 'Signed out',
  signed_out_here: 'Signed out here',
  signed_out_in_browser: 'Signed out in this browser',
  sign_out_question: 'Sign out?',
  send_again: 'Please send it again',
  open_again: 'Please open it again',
  not_permitted: 'Not permitted',
  not_confirmed: 'Not confirmed',
  other_browser: 'Another browser is needed',
  nothing_here: 'Nothing here',
  did_not_work: 'That did not work',
  sign_in_not_completed: 'Sign-in not completed',
  not_available: 'Not available right now',
} as const satisfies Readonly<Record<string, string>>

/** The key of a heading. */
export type HeadingKey = keyof typeof headings

const BY_KIND: Readonly<Record<ReasonKind, HeadingKey>> = {
  allow: 'welcome',
  login: 'please_sign_in',
  redirect: 'one_moment',
  page: 'all_done',
  challenge: 'please_sign_in',
  forbid: 'not_permitted',
  reject: 'did_not_work',
  unavailable: 'not_available',
}

/** Where the kind alone would say the wrong thing. */
const EXCEPTIONS: Readonly<Partial<Record<Reason, HeadingKey>>> = {
  provider_choice_required: 'choose_how_to_sign_in',
  device_proof_required: 'one_moment',
  device_not_bound: 'other_browser',
  step_up_required: 'confirm_who_you_are',
  step_up_refused: 'not_confirmed',
  step_up_other_subject: 'not_confirmed',
  signed_out: 'signed_out',
  form_lost: 'send_again',
  return_url_lost: 'open_again',
  signed_out_here: 'signed_out_here',
  sign_out_incomplete: 'signed_out_in_browser',
  sign_out_unconfirmed: 'sign_out_question',
  authorization_consent_asked: 'may_program_act',
  authorization_consent_refused: 'not_connected',
  authorization_return_refused: 'not_connected',
  authorization_client_unknown: 'not_connected',
  authorization_redirect_refused: 'not_connected',
  authorization_error_shown: 'not_connected',
  no_policy: 'nothing_here',
  host_conflict: 'nothing_here',
  state_mismatch: 'sign_in_not_completed',
  login_state_expired: 'sign_in_not_completed',
  login_state_used: 'sign_in_not_completed',
  code_refused: 'sign_in_not_completed',
  malformed_callback: 'sign_in_not_completed',
  id_token_invalid: 'sign_in_not_completed',
  userinfo_refused: 'sign_in_not_completed',
  provider_error: 'sign_in_not_completed',
}

/** Which words are above a denial: the title of its page and of its problem document. */
export const headingOf = (reason: Reason): HeadingKey =>
  EXCEPTIONS[reason] ?? BY_KIND[reasonEntry(reason).kind]
