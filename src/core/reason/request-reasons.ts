import type { ReasonEntry } from './reason-entry.ts'

/** Why a request is answered before anybody is asked who sent it. */
export const requestReasons = {
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
      'Send no dot segments, backslashes, `#` or control characters; let Envoy normalise. A path with an encoded slash, `;`, `//` or two layers of encoding is refused where what it may be read as falls under rules that ask for different things: see docs/decisions/0006.',
  },
  malformed_callback: {
    kind: 'reject',
    status: 400,
    message: 'The answer of the provider could not be understood.',
    remedy:
      'The callback needs exactly one `state` and one `code` or `error`, by GET; with `authorizationRequest.responseMode` `response` alone where answers are signed, and by POST where they come by a form. The detail of the decision says what is missing.',
  },
  caller_gone: {
    kind: 'reject',
    status: 408,
    message: 'The request was given up before it was answered.',
    remedy:
      'The browser went away, or the timeout of the ext_authz filter is shorter than `check.budget`. Nobody was answered.',
  },
  headers_too_large: {
    kind: 'reject',
    status: 431,
    message: 'The headers of the request are larger than can be passed on.',
    remedy:
      'With subject, issuer and access token the request would be larger than the gateway takes, which would answer 500. Have the browser send fewer cookies, set `upstream.authorization: Remove`, or raise the limits of the gateway and `check.forwardedHeaderBytes` and `check.forwardedHeaderCount` with them.',
  },
  no_policy: {
    kind: 'reject',
    status: 404,
    message: 'Nothing is served under this host name.',
    remedy:
      'Add the host to `hosts` of a ProtectedRoute. The log line and `sallyport explain` name the nearest host that is there, if one is near.',
  },
  host_conflict: {
    kind: 'reject',
    status: 404,
    message: 'Nothing is served under this host name.',
    remedy:
      'The gateway route names another ProtectedRoute than the one that owns the host: make them agree.',
  },
} as const satisfies Readonly<Record<string, ReasonEntry>>
