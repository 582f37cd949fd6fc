import type { ReasonEntry } from './reason-entry.ts'

/** Why a name with a secret, or a refresh token, does not count. */
export const credentialReasons = {
  credential_required: {
    kind: 'challenge',
    status: 401,
    message: 'Credentials are required.',
    remedy:
      'Send what the rule takes: `Authorization: Basic` with a client id and its secret or a name and a password, or a refresh token in its header.',
  },
  credential_malformed: {
    kind: 'challenge',
    status: 401,
    message: 'The credentials are not well-formed.',
    remedy:
      'Send `Authorization: Basic` with the base64 of name, colon and secret in UTF-8 (RFC 7617), or one refresh token at one place.',
  },
  credential_refused: {
    kind: 'challenge',
    status: 401,
    message: 'The credentials are not accepted.',
    remedy:
      'The provider did not give a token for them. Callers are told no more than that; the log line says what the provider said.',
  },
  credential_limited: {
    kind: 'challenge',
    status: 429,
    message: 'Too many credentials from your address were not accepted.',
    remedy:
      'Wait as long as `Retry-After` says. Ten refusals from one address (of IPv6, one /64) within a minute are the limit; credentials that this process has seen to be good still pass. Look for a caller with a wrong secret, or for somebody who guesses.',
  },
} as const satisfies Readonly<Record<string, ReasonEntry>>
