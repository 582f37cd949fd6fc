import type { ReasonEntry } from './reason-entry.ts'

/** Why a session does not count. */
export const sessionReasons = {
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
  cookies_joined: {
    kind: 'challenge',
    status: 401,
    message:
      'The gateway joined the cookies of the request, so that your session cannot be told apart.',
    remedy:
      'The request had several `Cookie` lines, as some proxies write them, and the gateway joins them with commas, which may be part of a value. Set `encode_raw_headers: true` in the ext_authz filter.',
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
      'The provider refused the refresh token, in the words of the log line: it was revoked, rotated away or has expired. Or the OIDCClient ends older sessions by its annotation `sallyport.dev/revoke-before`.',
  },
} as const satisfies Readonly<Record<string, ReasonEntry>>
