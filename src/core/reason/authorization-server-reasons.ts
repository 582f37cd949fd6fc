import type { ReasonEntry } from './reason-entry.ts'

/** What clients are told that register themselves, and the people whom they send. */
export const authorizationServerReasons = {
  authorization_server_metadata: {
    kind: 'page',
    status: 200,
    message: 'The authorization server is described.',
    remedy:
      'Nothing to do: a client asked where to register and to send its user (RFC 8414), as `protectedResource.authorizationServer` of the route has it.',
  },
  authorization_server_unknown: {
    kind: 'reject',
    status: 404,
    message: 'No authorization server has metadata at this path.',
    remedy:
      'Expected: clients try several paths, and this host is no OpenID provider. Its metadata lie at `/.well-known/oauth-authorization-server`.',
  },
  authorization_server_method_not_allowed: {
    kind: 'reject',
    status: 405,
    message: 'The authorization server takes another method at this path.',
    remedy:
      'The client has to use what `Allow` lists: GET for metadata and for the authorization request, POST for `/oauth2/register` and `/oauth2/token`.',
  },
  client_registered: {
    kind: 'page',
    status: 201,
    message: 'The client is registered.',
    remedy:
      'Nothing to do: the client id holds all that was registered, and nothing is kept here. Whoever is asked for it still has to agree.',
  },
  client_registration_refused: {
    kind: 'reject',
    status: 400,
    message: 'The client cannot be registered like this.',
    remedy:
      'The log and `error_description` say what is wrong. Where it is a redirect URI that you trust, list it in `authorizationServer.redirectURIs` of the route; where no body came, have the gateway send the bodies of `/oauth2/register` along (docs/discovering-clients.md).',
  },
  client_registration_limited: {
    kind: 'reject',
    status: 429,
    message: 'Too many clients were registered from there. Please wait a moment.',
    remedy:
      'Registering needs no credential, so it is limited by address. A client needs one registration: something that makes many of them does so by mistake, or is no client.',
  },
  authorization_client_unknown: {
    kind: 'reject',
    status: 400,
    message:
      'The program that sent you here is not known. Please delete what it has stored about this server, and have it connect again.',
    remedy:
      'The client id was not made here, or not for this host, or its key has left the key files: the client has to register anew, and is not told, so the person has to delete what it has stored about this server. Keep old keys for as long as client ids should live. For one that is a URL the log says what is wrong with its document, or that `authorizationServer.documentHosts` lacks its host.',
  },
  authorization_client_busy: {
    kind: 'unavailable',
    status: 503,
    message: 'The program that sent you here cannot be looked up at the moment. Please try again.',
    remedy:
      'Too many documents of clients were to be fetched, from one network, of one host or in all, and none that is remembered is concerned. It passes by itself; `Retry-After` says when. If it goes on, somebody makes up client ids: list the hosts that you need in `authorizationServer.documentHosts` in place of `*`.',
  },
  authorization_redirect_refused: {
    kind: 'reject',
    status: 400,
    message: 'The program that sent you here wants its answer at a place that is not its own.',
    remedy:
      'The redirect URI is none of those that the client registered or has in its document, byte for byte but for the port of a loopback address, or is allowed by `authorizationServer.redirectURIs` no more. If nobody changed anything, somebody may have tried to have a code sent to himself.',
  },
  authorization_request_refused: {
    kind: 'redirect',
    status: 302,
    message: 'The program asked for something that cannot be granted.',
    remedy:
      'The client was told `error` and `error_description`, and so was the log: it has to ask for code with PKCE S256, for a resource of this host and for scopes that it lists.',
  },
  authorization_error_shown: {
    kind: 'reject',
    status: 400,
    message:
      'The program that sent you here asked for something that cannot be granted. Only go on to its page if you know it.',
    remedy:
      'As `authorization_request_refused`, for a redirect URI that nothing but the document of the client vouches for: no browser is sent there before a person has said so, as links to this host would lead to the page of anybody. List the URI in `authorizationServer.redirectURIs` of the route to have errors sent at once.',
  },
  authorization_consent_asked: {
    kind: 'page',
    status: 200,
    message: 'Only go on if you started this just now.',
    remedy:
      'Nothing to do: a person is asked whether a program may act for them. It is asked each time, as the provider knows all such programs as one client.',
  },
  authorization_consent_refused: {
    kind: 'forbid',
    status: 403,
    message: 'This answer cannot be taken. Please have the program connect once more.',
    remedy:
      'The log says why: the answer did not come from the page of this host in the browser that was asked, came twice, or came too late. Many of these that nobody explains mean that another site tries to answer for its visitors.',
  },
  authorization_passed_on: {
    kind: 'redirect',
    status: 200,
    message: 'You are taken to the sign-in.',
    remedy: 'Nothing to do: the person has agreed, and signs in at the provider.',
  },
  authorization_denied: {
    kind: 'redirect',
    status: 200,
    message: 'You are taken back to the program.',
    remedy: 'Nothing to do: the person did not agree, and the client is told `access_denied`.',
  },
  authorization_not_asked: {
    kind: 'redirect',
    status: 200,
    message: 'You are taken back to the program, as the sign-in cannot be reached.',
    remedy:
      'The provider could not be asked, as the log says: it is away, or refuses the OIDCClient that `authorizationServer.clientRef` names. The client was told `temporarily_unavailable` or `server_error`.',
  },
  authorization_return_refused: {
    kind: 'reject',
    status: 400,
    message: 'This sign-in was not started in this browser. Please have the program connect again.',
    remedy:
      'What came to `/oauth2/return` belongs to no request of this browser, was answered before, came too late, or is not of the provider, as the log says. A person who opened a link of somebody else sees this, and nothing was given to anybody.',
  },
  authorization_returned: {
    kind: 'redirect',
    status: 302,
    message: 'You are taken back to the program.',
    remedy: 'Nothing to do: the client gets its code.',
  },
  authorization_failed: {
    kind: 'redirect',
    status: 302,
    message: 'You are taken back to the program without a sign-in.',
    remedy:
      'The provider answered with an error, which the client was told and the log has. `access_denied` is a person who changed their mind.',
  },
  client_tokens_granted: {
    kind: 'page',
    status: 200,
    message: 'Tokens were granted.',
    remedy:
      'Nothing to do: a client has an access token of the provider. It still has to pass the rules of the route.',
  },
  client_grant_refused: {
    kind: 'reject',
    status: 400,
    message: 'The code or the refresh token is not good.',
    remedy:
      'It is of another client or host, was used before, is over, or the provider refuses it, as the log says. Expected when somebody has signed out at the provider; the client begins anew.',
  },
  client_token_request_refused: {
    kind: 'reject',
    status: 400,
    message: 'The token request is not one that can be answered.',
    remedy:
      'The log and `error_description` say what is wrong. Where no body came, have the gateway send the bodies of `/oauth2/token` along (docs/discovering-clients.md).',
  },
  client_unknown: {
    kind: 'reject',
    status: 401,
    message: 'The client is not known here.',
    remedy:
      'Its id was not made here, or not for this host, or its key has left the key files: the client registers anew. For one that is a URL, `authorizationServer.documentHosts` lacks its host.',
  },
} as const satisfies Readonly<Record<string, ReasonEntry>>
