import type { ReasonEntry } from './reason-entry.ts'

/** What a session meets that a rule wants authenticated more strongly, or anew. */
export const stepUpReasons = {
  step_up_required: {
    kind: 'login',
    status: 302,
    message: 'You need to confirm who you are once more to use this.',
    remedy:
      'A page of a session is sent to the provider, which is asked for what `authenticationContext` of the rule names; anything else is answered 401 with what is asked for (RFC 9470). The log says what `acr` or `auth_time` lacks.',
  },
  step_up_completed: {
    kind: 'redirect',
    status: 303,
    message: 'You have confirmed who you are.',
    remedy:
      'Nothing to do: the session goes on under a new ticket, and the browser at the URL it asked for.',
  },
  step_up_overtaken: {
    kind: 'redirect',
    status: 303,
    message: 'Your session has changed meanwhile.',
    remedy:
      'Nothing to do: the session ended, or was raised in another tab, while this sign-in was being finished. The browser goes on to the page, with whatever session it has now.',
  },
  step_up_refused: {
    kind: 'forbid',
    status: 403,
    message:
      'You are still signed in, but the provider did not confirm who you are in the way that is asked for here.',
    remedy:
      'The provider signed in with another `acr`, or an older `auth_time`, than `authenticationContext` of the rule asks for, or refused to. The page and the log say what was asked for and what came: see docs/step-up.md for what to set at the provider.',
  },
  step_up_other_subject: {
    kind: 'forbid',
    status: 403,
    message: 'You confirmed who you are as somebody else. Your session has stayed as it was.',
    remedy:
      'The provider signed in another user than the one whose session it is. Sign in as the same one, or sign out first.',
  },
} as const satisfies Readonly<Record<string, ReasonEntry>>
