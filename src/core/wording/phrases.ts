/**
 * What pages say besides the message of a reason: links, buttons, labels and sentences, in English,
 * by a key that never changes. `{name}` and the like are put in where a page is made.
 */
export const phrases = {
  sign_in: 'Sign in',
  sign_in_again: 'Sign in again',
  sign_in_and_stay: 'Sign in and stay signed in on this device',
  sign_in_with: '{name}',
  sign_in_with_and_stay: '{name} and stay signed in on this device',
  sign_out: 'Sign out',
  sign_out_at_provider: 'Sign out at the provider as well',
  sign_out_for_another: 'Sign out and use another account',
  stay_signed_in: 'Stay signed in',
  try_again: 'Try again',
  continue: 'Continue',
  continue_to: 'Continue to {place}',
  send_now: 'Send it now',
  form_goes_on: 'You are signed in. What you sent before is being sent again, once.',
  ways_to_sign_in: 'Ways to sign in',
  what_you_can_do: 'What you can do',
  help: 'Get help',
  reason: 'Reason',
  request: 'Request',
  device_browsers:
    'Chrome on Windows binds sessions to the device since version 145; other browsers do not yet.',
  device_what_to_do:
    'In such a browser, sign out and sign in again. If it is one, wait ten minutes first: it binds a few sessions of one site at a time.',
  asked_for_context: 'Asked for: one of the authentication contexts {contexts}.',
  asked_for_recent: 'Asked for: a sign-in of the last {time}.',
  came_with_context: 'The provider named: the authentication context "{context}".',
  came_without_context: 'The provider named: no authentication context (acr).',
  came_with_odd_context: 'The provider named: an authentication context (acr) that is no text.',
  came_from: 'The provider named: a sign-in {time} ago.',
  came_without_time: 'The provider named: no time of the sign-in (auth_time).',
  came_from_ahead: 'The provider named: a sign-in that lies ahead.',
  only_if_you_started: 'Only go on if you started this just now.',
  who_asks: 'Who asks',
  program_called: 'A program that calls itself “{name}”. Nobody has verified that.',
  program_without_name: 'A program without a name. Nobody has verified it.',
  calls_itself: 'It calls itself',
  says_it_is_of: 'It says that it is of',
  what_for: 'What for',
  what_it_may_do: 'What it may do',
  answer_goes_to: 'The answer goes to',
  this_computer: 'a program on this computer',
  allow: 'Allow',
  cancel: 'Cancel',
} as const satisfies Readonly<Record<string, string>>

/** The key of a phrase. */
export type PhraseKey = keyof typeof phrases
