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
      'Name the private key in `bearer.decryptionKeyRef` of the rule, or several in `decryptionKeyRefs`, or have the provider send tokens that are signed alone.',
  },
  token_undecryptable: {
    kind: 'challenge',
    status: 401,
    message: 'The encrypted access token cannot be read.',
    remedy:
      'Check that the provider encrypts to the public half of a key that `bearer.decryptionKeyRef` or `decryptionKeyRefs` names, that the token is signed inside and not compressed, and that its algorithms are among those that docs/authorization.md lists. The log line says which of these it is.',
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
  token_unbound: {
    kind: 'challenge',
    status: 401,
    message: 'The access token is not bound to its caller as is required here.',
    remedy:
      'Have the provider bind the tokens of this client (DPoP, or mutual TLS), or set `proof` of the rule to `Any`. The log line says which of the two is missing.',
  },
  token_binding_unknown: {
    kind: 'challenge',
    status: 401,
    message: 'The access token is bound to its caller in a way that cannot be checked here.',
    remedy:
      'Have the provider bind tokens by DPoP (`cnf.jkt`) or by certificate (`cnf.x5t#S256`). The log line says what the `cnf` claim holds.',
  },
  token_scheme_invalid: {
    kind: 'challenge',
    status: 401,
    message: 'The access token came with the wrong authentication scheme.',
    remedy:
      'Send a token with `cnf.jkt` as `Authorization: DPoP <token>` together with a `DPoP` header, and any other as `Authorization: Bearer <token>` (RFC 9449 section 7.1).',
  },
  proof_missing: {
    kind: 'challenge',
    status: 401,
    message: 'The access token needs a DPoP proof, and there is none.',
    remedy: 'Send one proof in one `DPoP` header with each request (RFC 9449 section 7).',
  },
  proof_invalid: {
    kind: 'challenge',
    status: 401,
    message: 'The DPoP proof is not valid for this request.',
    remedy:
      'The log line says what is wrong. A proof is made for one method, one URI as the caller sees it, one token and one minute (RFC 9449 section 4.3). A gateway that rewrites host or path before it asks makes all of them wrong: see `publicHosts`.',
  },
  proof_replayed: {
    kind: 'challenge',
    status: 401,
    message: 'The DPoP proof was used before.',
    remedy:
      'Make a new proof for each request, and for each time that it is sent again. If callers do, look for a gateway that retries requests after it has asked, or for a thief.',
  },
  proof_nonce_required: {
    kind: 'challenge',
    status: 401,
    message: 'The DPoP proof needs the nonce that comes with this answer.',
    remedy:
      'Send the request again with the nonce of the `DPoP-Nonce` header in the proof (RFC 9449 section 9). Clients do so by themselves; `dpop.nonce` of the rule says whether they have to.',
  },
  certificate_missing: {
    kind: 'challenge',
    status: 401,
    message: 'The access token is bound to a client certificate, and the connection has none.',
    remedy:
      'Call with the certificate that the token was issued for. If callers do, have the gateway ask for client certificates at its listener and hand them on: `include_peer_certificate: true` in its ext_authz filter.',
  },
  certificate_mismatch: {
    kind: 'challenge',
    status: 401,
    message: 'The access token is bound to another client certificate.',
    remedy:
      'Call with the certificate that the token was issued for (RFC 8705 section 3), or get a new token with the one in use. In front of the gateway nothing else may end TLS.',
  },
} as const satisfies Readonly<Record<string, ReasonEntry>>
