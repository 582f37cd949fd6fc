import type { ReasonEntry } from './reason-entry.ts'

/** What is let through, and what a sign-in meets on its way. */
export const signInReasons = {
  allowed: {
    kind: 'allow',
    status: 200,
    message: 'The request was let through.',
    remedy: 'Nothing to do.',
  },
  anonymous: {
    kind: 'allow',
    status: 200,
    message: 'The request was let through, and nobody is signed in.',
    remedy:
      'Nothing to do: the rule lists `anonymous` in `authenticate`. No header says who it is, and `Authorization` of the caller is removed.',
  },
  public: {
    kind: 'allow',
    status: 200,
    message: 'The request was let through without an identity: the rule is public.',
    remedy: 'Nothing to do. Remove `public: true` from the rule to protect the path.',
  },
  login_required: {
    kind: 'login',
    status: 302,
    message: 'You need to sign in first.',
    remedy:
      'A page is sent to the provider; any other request is answered 401 and needs a session.',
  },
  provider_choice_required: {
    kind: 'challenge',
    status: 401,
    message: 'You need to sign in first.',
    remedy:
      'Nothing to do: the route has several clients, or its client offers to stay signed in, and the page asks. A link with `sallyport_provider=<name of the OIDCClient>`, and within the same site `sallyport_remember=yes` or `no`, skips it.',
  },
  login_framed: {
    kind: 'challenge',
    status: 401,
    message: 'You need to sign in first, which works in the whole window alone.',
    remedy:
      'Nothing to do: the page in the frame opens the sign-in in the whole window. To sign in inside frames, list the pages around them in `session.framing.allowedAncestors` of the client.',
  },
  login_handed_over: {
    kind: 'redirect',
    status: 303,
    message: 'Your sign-in goes on where it began.',
    remedy:
      'Nothing to do: the provider answered at the `callback.host` of the client, or by a form (`authorizationRequest.responseMode`), and the browser takes the answer to the host of the login.',
  },
  login_completed: {
    kind: 'redirect',
    status: 303,
    message: 'You are signed in.',
    remedy: 'Nothing to do: the browser continues at the URL it first asked for.',
  },
  form_lost: {
    kind: 'page',
    status: 200,
    message: 'You are signed in, but what you sent before could not be kept. Please send it again.',
    remedy:
      'The form waited longer than a login may take, or the session store was away. Nothing was sent to the upstream.',
  },
  return_url_lost: {
    kind: 'page',
    status: 200,
    message:
      'You are signed in, but the address that you opened is too long to be kept over a sign-in. Please open it again.',
    remedy:
      'The path and query are kept as far as a cookie of 3.5 KiB holds them, compressed. Shorten the links, or keep what they say elsewhere.',
  },
  login_continued: {
    kind: 'redirect',
    status: 303,
    message: 'You are being signed in.',
    remedy:
      'Nothing to do: the same callback came twice, and the browser continues at the URL it first asked for.',
  },
  already_signed_in: {
    kind: 'redirect',
    status: 303,
    message: 'You are signed in already.',
    remedy: 'Nothing to do: a late or repeated callback met a session and continues to a safe URL.',
  },
} as const satisfies Readonly<Record<string, ReasonEntry>>
