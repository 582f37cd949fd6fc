import type { ReasonEntry } from './reason-entry.ts'

/** Why an access token does not count. */
export const tokenReasons = {
  token_required: {
    kind: 'challenge',
    status: 401,
    message: 'An access token is required.',
    remedy: 'Send `Authorization: Bearer <access token>` from one of the providers of the rule.',
  },
  token_too_large: {
    kind: 'challenge',
    status: 401,
    message: 'The access token is longer than is accepted here.',
    remedy:
      'Have the provider put less into it, or raise `maxBytes` of the member of `authenticate` and the header limits of the gateway and of `check.maxHeaderBytes` with it. The log line says how long it was.',
  },
  token_malformed: {
    kind: 'challenge',
    status: 401,
    message: 'The access token is not a well-formed JWT.',
    remedy:
      'Send one token in one `Authorization: Bearer` header: a JWT, unless the rule has `introspection` or `userinfo`, which take opaque tokens as well.',
  },
  token_encrypted: {
    kind: 'challenge',
    status: 401,
    message: 'The access token is encrypted, and nothing here opens it.',
    remedy:
      'Name the private key in `bearer.decryptionKeyRef` of the rule, or have the provider send tokens that are signed alone.',
  },
  token_undecryptable: {
    kind: 'challenge',
    status: 401,
    message: 'The encrypted access token cannot be read.',
    remedy:
      'Check that the provider encrypts to the public half of the key that `bearer.decryptionKeyRef` names, that the token is signed inside and not compressed, and that its algorithms are among those that docs/authorization.md lists. The log line says which of these it is.',
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
  token_lifetime_too_long: {
    kind: 'challenge',
    status: 401,
    message: 'The access token lives longer than is accepted here.',
    remedy:
      'Have the provider issue tokens with a shorter life, or raise `maxTokenLifetime` of the IdentityProvider.',
  },
  token_inactive: {
    kind: 'challenge',
    status: 401,
    message: 'The access token is not valid, or not any more.',
    remedy:
      'Get a fresh token. The provider takes this one no more: it was revoked, or the session that it came from has ended. If it is fresh, a rule with `introspection` may ask as a client that is not told about it: see docs/ways-in.md.',
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
} as const satisfies Readonly<Record<string, ReasonEntry>>
