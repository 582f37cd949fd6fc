import type { ReasonEntry } from './reason-entry.ts'

/** What becomes of sessions that are bound to the device that they began on. */
export const deviceReasons = {
  device_bound: {
    kind: 'page',
    status: 200,
    message: 'Your session is bound to this device.',
    remedy:
      'Nothing to do: the browser showed the key of its device right after a login, and the session counts with its proofs alone from now on.',
  },
  device_binding_refused: {
    kind: 'challenge',
    status: 401,
    message: 'Your session was not bound to this device.',
    remedy:
      'What came to `session/bind` beside the callback path binds no session, as the log says: it is malformed, its signature is not of the key that it carries, it came later than a minute after the login, or the session is bound to another key already. The session is what it was. Several of these for one session that nobody explains are worth a look: somebody may have read the answer to a login.',
  },
  device_proven: {
    kind: 'page',
    status: 204,
    message: 'Your device was proven.',
    remedy:
      'Nothing to do: the browser has proven its device, and the short-lived cookie is renewed.',
  },
  device_challenged: {
    kind: 'forbid',
    status: 403,
    message: 'Your browser is asked to prove its device.',
    remedy:
      'Nothing to do: the browser asked for a challenge, or signed one that is no longer taken, and has a new one now. It comes back by itself.',
  },
  device_proof_refused: {
    kind: 'forbid',
    status: 403,
    message: 'What your browser sent does not prove its device.',
    remedy:
      'A proof that came to `session/refresh` beside the callback path is malformed, not of the key of the session, or was used before, as the log says. It ended nothing. Many of these for one session mean that somebody tries a copy of it.',
  },
  device_session_over: {
    kind: 'page',
    status: 200,
    message: 'This session has ended, and its device need not be proven any more.',
    remedy:
      'Nothing to do: the session has ended, or the browser has signed in anew, and it is told to forget the former one.',
  },
  device_refresh_unreadable: {
    kind: 'reject',
    status: 503,
    message: 'The request does not say which session it is about.',
    remedy:
      'Browsers name the session of a proof in the header `Sec-Secure-Session-Id`. If they do and it did not arrive, let the gateway send every header along: an ext_authz filter with `allowed_headers` keeps it back. A few are expected after a key has left the key files: what such a key has named is known again by the cookie of the session, which does not come along for a link from another site.',
  },
  device_host_unserved: {
    kind: 'reject',
    status: 503,
    message: 'This address is not served for the moment.',
    remedy:
      'A browser proves its device at a host that has no route by now, or more than one: expected while a route is edited or moved. Any other status would end its session of the device; everybody else is told `no_policy` or `host_conflict`, which the log names.',
  },
  device_proof_required: {
    kind: 'challenge',
    status: 401,
    message: 'Your browser has to prove that it is on the device where you signed in.',
    remedy:
      'The session is bound to a device, and its short-lived cookie did not come, or has expired: expected after a break and for links from other sites, where the page reloads itself once; a script tries again. If it stays so, the browser could not renew the cookie (see docs/device-bound-sessions.md), or these are copied cookies.',
  },
  device_not_offered: {
    kind: 'challenge',
    status: 401,
    message: 'Your session began before sessions were bound to a device. Please sign in again.',
    remedy:
      'Expected once for each session when `session.deviceBound.mode` of the client becomes `Require`.',
  },
  device_not_bound: {
    kind: 'forbid',
    status: 403,
    message: 'This needs a browser that binds your session to your device, and yours has not.',
    remedy:
      'The client has `session.deviceBound.mode: Require`, and the browser did not bind the session within a minute of the login: it cannot, or has used up its signatures, or `session/bind` beside the callback path does not reach this service (see docs/device-bound-sessions.md). `Prefer` lets such browsers in.',
  },
} as const satisfies Readonly<Record<string, ReasonEntry>>
