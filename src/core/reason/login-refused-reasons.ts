import type { ReasonEntry } from './reason-entry.ts'

/** Why a sign-in came to nothing. */
export const loginRefusedReasons = {
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
    remedy:
      'A sign-in must be finished within `authorizationRequest.lifetime` of the client: by default an hour.',
  },
  login_state_used: {
    kind: 'reject',
    status: 400,
    message: 'This sign-in was already used. Please start again.',
    remedy:
      'The answer of the provider was opened in another browser first, so it counts in none: start again. If it repeats, something opens the links of this browser elsewhere.',
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
      'The ID token, a signed answer (`authorizationRequest.responseMode`) or the `iss` parameter failed a check; the log says which. Compare issuer and client.',
  },
  login_context_refused: {
    kind: 'forbid',
    status: 403,
    message: 'The provider signed you in, but not in the way that is asked for here.',
    remedy:
      'The `acr` or `auth_time` of the ID token is not what `authorizationRequest` of the client asks for by `acrValues`, `maxAge` or `prompt: [login]`. The page and the log say what was asked for and what came: see docs/hardened-logins.md for what to set at the provider.',
  },
  access_token_unbound: {
    kind: 'forbid',
    status: 403,
    message: 'The answer of the provider could not be trusted.',
    remedy:
      'The access token is not bound to what `senderConstrained` of the client says, so that a thief could use it; the log says what it is bound to. See docs/sender-constrained.md for what to register at the provider.',
  },
  userinfo_refused: {
    kind: 'forbid',
    status: 403,
    message: 'The answer of the provider could not be trusted.',
    remedy:
      'The userinfo endpoint refused the access token, or spoke of somebody else; the log says which. Check its scopes, or set `claims.userinfo: Never`.',
  },
  claim_source_refused: {
    kind: 'forbid',
    status: 403,
    message: 'The answer of the provider could not be trusted.',
    remedy:
      'A claim source of the IdentityProvider refused, or what it says cannot be trusted; the log says why. Compare `claimSources` with what the source publishes.',
  },
  provider_error: {
    kind: 'forbid',
    status: 403,
    message: 'The provider did not sign you in.',
    remedy: 'The provider answered with an error; the log has its code and description.',
  },
} as const satisfies Readonly<Record<string, ReasonEntry>>
