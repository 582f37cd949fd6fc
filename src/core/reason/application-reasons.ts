import type { ReasonEntry } from './reason-entry.ts'

/** What pages and their scripts are told when they ask this service itself. */
export const applicationReasons = {
  session_info: {
    kind: 'page',
    status: 200,
    message: 'Your session is described.',
    remedy: 'Nothing to do: a page asked about its own session, which does not count as its use.',
  },
  cors_preflight: {
    kind: 'page',
    status: 204,
    message: 'The browser may send the request.',
    remedy:
      'Nothing to do: a browser asked what a page of another origin may send, and `cors` of the rule says it. The request itself is still to come.',
  },
  cors_origin_refused: {
    kind: 'forbid',
    status: 403,
    message: 'Pages of this origin may not read what is served here.',
    remedy:
      'A browser asked whether a page of another origin may send a request. List the origin in `cors.allowOrigins` of the rule, exactly as the browser writes it, if you trust it.',
  },
  return_url_refused: {
    kind: 'reject',
    status: 400,
    message: 'This link leads to a place where a sign-in may not lead.',
    remedy:
      'The parameter `rd` of the link names one page of the same host, by its path and query: not another host, not the callback, the sign-out or the sign-in, and no fragment.',
  },
} as const satisfies Readonly<Record<string, ReasonEntry>>
