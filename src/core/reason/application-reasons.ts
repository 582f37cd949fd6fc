import type { ReasonEntry } from './reason-entry.ts'

/** What pages and their scripts are told when they ask this service itself. */
export const applicationReasons = {
  session_info: {
    kind: 'page',
    status: 200,
    message: 'Your session is described.',
    remedy: 'Nothing to do: a page asked about its own session, which does not count as its use.',
  },
  resource_metadata: {
    kind: 'page',
    status: 200,
    message: 'The protected resource is described.',
    remedy:
      'Nothing to do: a client asked where to get a token for this resource (RFC 9728), before it asked anybody for one.',
  },
  resource_unknown: {
    kind: 'reject',
    status: 404,
    message: 'No protected resource has metadata at this path.',
    remedy:
      'The path after `/.well-known/oauth-protected-resource` has to be one of `protectedResource.paths` of the ProtectedRoute, byte for byte, and the host one of `protectedResource.hosts` where they are listed.',
  },
  resource_method_not_allowed: {
    kind: 'reject',
    status: 405,
    message: 'Metadata of a protected resource can only be read.',
    remedy: 'The client has to use GET; HEAD and preflights are answered as well.',
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
