import type { ReasonEntry } from './reason-entry.ts'

/** What a sign-out ends in. */
export const signOutReasons = {
  signed_out: {
    kind: 'page',
    status: 200,
    message: 'You are signed out.',
    remedy: 'Nothing to do.',
  },
  signed_out_here: {
    kind: 'page',
    status: 200,
    message:
      'You are signed out here. The provider could not be asked to sign you out as well: it may let you in again without asking.',
    remedy:
      'The provider was unreachable, or its metadata could not be used; the log says which. The session here has ended.',
  },
  sign_out_incomplete: {
    kind: 'unavailable',
    status: 503,
    message:
      'This browser is signed out, but your session could not be ended at the moment: it lasts until its time is over.',
    remedy:
      'The session store did not answer. The browser has lost its cookie and the provider was asked to take the tokens back, as far as they were known.',
  },
  front_channel_logout: {
    kind: 'page',
    status: 200,
    message: 'The provider has ended your session here.',
    remedy: 'Nothing to do: this is the answer to OpenID Connect Front-Channel Logout.',
  },
  front_channel_logout_ignored: {
    kind: 'reject',
    status: 400,
    message: 'This sign-out is about no session of this browser.',
    remedy:
      'It names no issuer and `sid`, or not those of the session; or the browser withheld the cookie, as it does in a frame of another site. Back-channel logout does not depend on that.',
  },
  sign_out_at_provider: {
    kind: 'redirect',
    status: 303,
    message: 'You are being signed out at the provider as well.',
    remedy: 'Nothing to do: the session here has ended and the provider is asked to end its own.',
  },
  sign_out_unconfirmed: {
    kind: 'page',
    status: 200,
    message: 'Please confirm that you want to sign out.',
    remedy:
      'Another site, or a browser that does not say who sent it, asked for the sign-out. A link on a page of the same site signs out without this question.',
  },
} as const satisfies Readonly<Record<string, ReasonEntry>>
