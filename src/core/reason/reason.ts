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

/**
 * Every reason that a verdict can carry. A code is never renamed or reused: it is in the response
 * header `x-sallyport-reason`, the decision log, the metric label and docs/reasons.md.
 */
export const reasons = {
  allowed: {
    kind: 'allow',
    status: 200,
    message: 'The request was let through.',
    remedy: 'Nothing to do.',
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
  login_handed_over: {
    kind: 'redirect',
    status: 303,
    message: 'Your sign-in goes on where it began.',
    remedy:
      'Nothing to do: the provider answered at the `callback.host` of the client, and the browser takes the answer to the host of the login.',
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
  already_signed_in: {
    kind: 'redirect',
    status: 303,
    message: 'You are signed in already.',
    remedy: 'Nothing to do: a late or repeated callback met a session and continues to a safe URL.',
  },
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
  session_unknown: {
    kind: 'challenge',
    status: 401,
    message: 'Your session was not found. Please sign in again.',
    remedy:
      'The session ended, its cookie was damaged, its key left the key list, or it belongs to another client.',
  },
  session_elsewhere: {
    kind: 'challenge',
    status: 401,
    message: 'Your session belongs to another browser or network. Please sign in.',
    remedy:
      'The client has `session.bindTo`, and the user agent or address is not the one of the login. Expected after a change of network or an update of the browser; the session itself goes on where it began.',
  },
  session_expired: {
    kind: 'challenge',
    status: 401,
    message: 'Your session has expired. Please sign in again.',
    remedy:
      'Raise `session.idleTimeout` or `session.absoluteTimeout`, or let the provider issue refresh tokens.',
  },
  session_ended: {
    kind: 'challenge',
    status: 401,
    message: 'Your session was ended. Please sign in again.',
    remedy:
      'The provider refused the refresh token: it was revoked, rotated away or has expired. Or the OIDCClient ends older sessions by its annotation `sallyport.dev/revoke-before`.',
  },
  token_required: {
    kind: 'challenge',
    status: 401,
    message: 'An access token is required.',
    remedy: 'Send `Authorization: Bearer <access token>` from one of the providers of the rule.',
  },
  token_malformed: {
    kind: 'challenge',
    status: 401,
    message: 'The access token is not a well-formed JWT.',
    remedy:
      'Send one JWT in one `Authorization: Bearer` header. Opaque tokens are not accepted here.',
  },
  token_type_invalid: {
    kind: 'challenge',
    status: 401,
    message: 'The token is not an access token.',
    remedy:
      'Send the access token, not an ID token or a logout token (RFC 9068 section 4, RFC 8725).',
  },
  token_algorithm_not_allowed: {
    kind: 'challenge',
    status: 401,
    message: 'The access token is signed with an algorithm that is not allowed.',
    remedy: 'Add the algorithm to `signingAlgorithms` of the IdentityProvider, or change it there.',
  },
  token_key_unknown: {
    kind: 'challenge',
    status: 401,
    message: 'The access token is signed with a key that the provider does not publish.',
    remedy:
      'Check that the token comes from the configured issuer and that its JWKS lists the key.',
  },
  token_signature_invalid: {
    kind: 'challenge',
    status: 401,
    message: 'The signature of the access token is not valid.',
    remedy: 'The token was altered, or signed by somebody else.',
  },
  token_issuer_mismatch: {
    kind: 'challenge',
    status: 401,
    message: 'The access token comes from an issuer that is not accepted here.',
    remedy: 'Get the token from the provider of the rule, or add that provider to `authenticate`.',
  },
  token_audience_mismatch: {
    kind: 'challenge',
    status: 401,
    message: 'The access token is meant for another audience.',
    remedy:
      'Ask the provider for a token with one of the `audiences` of the rule, or extend that list.',
  },
  token_expired: {
    kind: 'challenge',
    status: 401,
    message: 'The access token has expired.',
    remedy: 'Get a fresh token. If it is fresh, compare the clocks.',
  },
  token_not_yet_valid: {
    kind: 'challenge',
    status: 401,
    message: 'The access token is not valid yet.',
    remedy: 'Compare the clocks of the provider and of this machine; `clockSkew` allows up to 60s.',
  },
  token_claims_invalid: {
    kind: 'challenge',
    status: 401,
    message: 'The access token lacks a required claim or carries a malformed one.',
    remedy: 'A token needs `iss`, `sub`, `aud` and `exp`, and no unknown `crit` header (RFC 7515).',
  },
  insufficient_scope: {
    kind: 'forbid',
    status: 403,
    message: 'The access token or session does not carry the scope that is required here.',
    remedy:
      'Request the scopes that the rule names in `authorize`, and grant them at the provider.',
  },
  claim_mismatch: {
    kind: 'forbid',
    status: 403,
    message: 'You are signed in, but not permitted to use this.',
    remedy:
      'Compare the claims of the identity with `authorize` of the rule; see `sallyport explain`.',
  },
  malformed_request: {
    kind: 'reject',
    status: 400,
    message: 'The request could not be understood.',
    remedy:
      'Envoy sent a check request without a method, host or path, or one beyond the size limits.',
  },
  malformed_host: {
    kind: 'reject',
    status: 400,
    message: 'The host name of the request is not valid.',
    remedy: 'Send one DNS name, as A-labels, with an optional port.',
  },
  malformed_path: {
    kind: 'reject',
    status: 400,
    message: 'The path of the request is not in its canonical form.',
    remedy:
      'Send no dot segments, encoded slashes, backslashes, empty segments, `;` or `#`; let Envoy normalise.',
  },
  malformed_callback: {
    kind: 'reject',
    status: 400,
    message: 'The answer of the provider could not be understood.',
    remedy: 'The callback needs exactly one `state` and one `code` or `error`, by GET.',
  },
  no_policy: {
    kind: 'reject',
    status: 404,
    message: 'Nothing is served under this host name.',
    remedy: 'Add the host to `hosts` of a ProtectedRoute.',
  },
  host_conflict: {
    kind: 'reject',
    status: 404,
    message: 'Nothing is served under this host name.',
    remedy:
      'The gateway route names another ProtectedRoute than the one that owns the host: make them agree.',
  },
  state_mismatch: {
    kind: 'reject',
    status: 400,
    message: 'This sign-in was not started in this browser, or its cookie is gone.',
    remedy:
      'Start again. If it repeats, check that the browser keeps `__Host-` cookies of this host.',
  },
  login_state_expired: {
    kind: 'reject',
    status: 400,
    message: 'This sign-in took too long. Please start again.',
    remedy: 'A sign-in must be finished within 10 minutes.',
  },
  login_state_used: {
    kind: 'reject',
    status: 400,
    message: 'This sign-in was already used. Please start again.',
    remedy: 'The callback was repeated without a session, for example by the back button.',
  },
  code_refused: {
    kind: 'reject',
    status: 400,
    message: 'The provider did not accept the sign-in any more. Please start again.',
    remedy: 'The authorization code was used before, or expired, or the redirect URI differs.',
  },
  id_token_invalid: {
    kind: 'forbid',
    status: 403,
    message: 'The answer of the provider could not be trusted.',
    remedy:
      'The ID token or the `iss` parameter failed a check; the log says which. Compare issuer and client.',
  },
  userinfo_refused: {
    kind: 'forbid',
    status: 403,
    message: 'The answer of the provider could not be trusted.',
    remedy:
      'The userinfo endpoint refused the access token, or spoke of somebody else; the log says which. Check its scopes, or set `claims.userinfo: Never`.',
  },
  provider_error: {
    kind: 'forbid',
    status: 403,
    message: 'The provider did not sign you in.',
    remedy: 'The provider answered with an error; the log has its code and description.',
  },
  policy_broken: {
    kind: 'unavailable',
    status: 503,
    message: 'This host is not set up correctly.',
    remedy:
      'A resource that the route refers to is missing or invalid; the log names it, and `sallyport validate` does.',
  },
  provider_unreachable: {
    kind: 'unavailable',
    status: 503,
    message: 'The sign-in service cannot be reached at the moment. Please try again shortly.',
    remedy: 'Check the network path, DNS and certificate of the provider; it heals by itself.',
  },
  provider_misconfigured: {
    kind: 'unavailable',
    status: 503,
    message: 'The sign-in service is not set up correctly.',
    remedy:
      'Its metadata names another issuer or lacks an endpoint, or it refuses the client credentials.',
  },
  session_store_unavailable: {
    kind: 'unavailable',
    status: 503,
    message: 'Sessions cannot be read at the moment. Please try again shortly.',
    remedy: 'Check Redis. Sessions are kept; nobody is signed out by this.',
  },
  not_synced: {
    kind: 'unavailable',
    status: 503,
    message: 'The service is starting. Please try again shortly.',
    remedy: 'The first snapshot of resources is not complete yet.',
  },
  budget_exceeded: {
    kind: 'unavailable',
    status: 503,
    message: 'The answer took too long. Please try again shortly.',
    remedy: 'A dependency is slow: see the latency metrics. `check.budget` bounds a check.',
  },
  internal: {
    kind: 'unavailable',
    status: 503,
    message: 'Something went wrong here.',
    remedy: 'A defect: please report it with the log line of this request id.',
  },
} as const satisfies Readonly<Record<string, ReasonEntry>>

/** A stable reason code. */
export type Reason = keyof typeof reasons

/** The row of a reason. */
export const reasonEntry = (reason: Reason): ReasonEntry => reasons[reason]
