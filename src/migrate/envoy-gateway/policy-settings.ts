import { tableOf } from '../model/setting-table.ts'

const NO_KEYS =
  'callers show tokens of a provider, or a session: the route is closed until you decide who they are'
const CONNECTION =
  'Sallyport reaches providers by their URLs; `outbound.proxy` and `tls.caRef` say how'
const SERVICE =
  'Envoy Gateway asks one service for a route, which is Sallyport then: the route is closed until you decide what takes its place; `external` in `authorize` asks OPA or AuthZEN'

const OIDC = {
  manifest: {
    'oidc.clientID': '`clientId` of the OIDCClient',
    'oidc.clientIDRef': '`clientId` of the OIDCClient, for you to fill in',
    'oidc.clientSecret':
      '`authentication.secretRef` of the OIDCClient, key `client-secret`: the same Secret, if it is in the namespace',
    'oidc.cookieConfig.sameSite': '`session.cookie.sameSite`',
    'oidc.cookieDomain': '`session.cookie.domain`',
    'oidc.csrfTokenTTL': '`authorizationRequest.lifetime`',
    'oidc.forwardAccessToken':
      '`upstream.authorization: AccessToken`; without it, what callers send as `Authorization` is removed, or kept with `passThroughAuthHeader`',
    'oidc.forwardIDToken.header': '`upstream.authorization: IDToken`, if it is `Authorization`',
    'oidc.logoutPath': '`logout.path`; unset `/logout`, as there',
    'oidc.passThroughAuthHeader':
      '`authenticate`: `bearer` of the JWT providers, before `session`; sessions are still closed where the audience of their access token was asked for',
    'oidc.provider.authorizationEndpoint': '`endpoints.authorization`',
    'oidc.provider.endSessionEndpoint': '`endpoints.endSession`',
    'oidc.provider.issuer': '`issuer` of the IdentityProvider',
    'oidc.provider.tokenEndpoint': '`endpoints.token`',
    'oidc.redirectURL': '`callback.path`, and `callback.host` where it is another host',
    'oidc.refreshToken': '`session.refresh.disabled` where it is false',
    'oidc.resources': '`resources` of the OIDCClient',
    'oidc.scopes': '`scopes` of the OIDCClient, with `openid`',
  },
  'built-in': {
    'oidc.cookieNames.accessToken': 'no cookie holds a token',
    'oidc.cookieNames.idToken': 'no cookie holds a token',
    'oidc.defaultRefreshTokenTTL': 'a session ends by `session.absoluteTimeout`',
    'oidc.defaultTokenTTL': 'a token without a lifetime is taken; the session ends by its own',
    'oidc.denyRedirect':
      'what is no navigation of a browser is answered with 401, whatever headers it has (`onUnauthenticated`)',
    'oidc.disableTokenEncryption': 'no cookie holds a token',
  },
  gateway: {
    'oidc.provider.backendRef': CONNECTION,
    'oidc.provider.backendRefs': CONNECTION,
    'oidc.provider.backendSettings': CONNECTION,
  },
} as const

const JWT = {
  manifest: {
    'jwt.optional': '`authenticate`: `anonymous` as its last member, where no rule asks for claims',
    'jwt.providers[].audiences':
      '`bearer.audiences`; without any, its tokens are not taken, as a token for whatever service would open the route',
    'jwt.providers[].claimToHeaders': '`upstream.headers`',
    'jwt.providers[].extractFrom.cookies':
      '`bearer.from`; beside `oidc` the cookie of the ID token is the session itself',
    'jwt.providers[].extractFrom.headers[].name': '`bearer.from`',
    'jwt.providers[].extractFrom.params': '`bearer.from`',
    'jwt.providers[].issuer':
      '`issuer` of an IdentityProvider; without one, its tokens are not taken',
    'jwt.providers[].name': 'the name of the IdentityProvider',
    'jwt.providers[].remoteJWKS.cacheDuration': '`refreshInterval.keys`',
    'jwt.providers[].remoteJWKS.uri': '`endpoints.jwks`, with `discovery: Disabled`',
  },
  'built-in': {
    'jwt.providers[].extractFrom.headers[].valuePrefix': 'a token is taken bare or behind `Bearer`',
    'jwt.providers[].remoteJWKS.failedRefetchDuration':
      'keys that cannot be read are tried again after a pause that grows',
  },
  gateway: {
    'jwt.providers[].recomputeRoute': '`recomputeRoute` of the `extAuth` that attaches Sallyport',
    'jwt.providers[].remoteJWKS.backendRef': CONNECTION,
    'jwt.providers[].remoteJWKS.backendRefs': CONNECTION,
    'jwt.providers[].remoteJWKS.backendSettings': CONNECTION,
  },
  none: {
    'jwt.failOpen':
      'a token that is there and refused is answered with 401; nobody passes unless `optional` says so',
    'jwt.providers[].localJWKS':
      'keys are read from an endpoint: serve the set at an https URL, and set `endpoints.jwks`',
  },
} as const

const AUTHORIZATION = {
  manifest: {
    'authorization.defaultAction':
      'what no rule allows is denied; `Allow` leaves the route to whoever is authenticated',
    'authorization.rules[].action':
      '`authorize`: alternatives of the rules that allow; one that denies closes the route',
    'authorization.rules[].name': 'the name of a rule',
    'authorization.rules[].operation.methods': '`match.methods` of a rule',
    'authorization.rules[].operation.path': '`match.path` of a rule',
    'authorization.rules[].principal.jwt.claims':
      '`claim` with `anyOf`, for a text and a list alike',
    'authorization.rules[].principal.jwt.provider':
      'whose tokens are meant; of several providers a `claim: iss` beside it',
    'authorization.rules[].principal.jwt.scopes': '`scopes`',
  },
  none: {
    'authorization.rules[].cel':
      'attributes of Envoy differ from what `cel` in `authorize` sees: that rule lets nobody in',
    'authorization.rules[].principal.clientCIDRs':
      'that rule lets nobody in; `sourceAddresses` in `authorize` looks at the address of the connection (docs/authorization.md)',
    'authorization.rules[].principal.clientIPGeoLocations':
      'that rule lets nobody in: leave it to a SecurityPolicy of the gateway',
    'authorization.rules[].principal.headers':
      'that rule lets nobody in: a header is what the caller says',
  },
} as const

const REST = {
  gateway: {
    cors: 'leave it in the SecurityPolicy that attaches Sallyport, or write `cors` of the route',
    csrf: 'leave it in the SecurityPolicy that attaches Sallyport',
    targetRef: 'the hosts and paths of that HTTPRoute or Gateway, which has to be among the files',
    targetRefs:
      'the hosts and paths of those HTTPRoutes or Gateways, which have to be among the files',
  },
  none: {
    apiKeyAuth: NO_KEYS,
    basicAuth: NO_KEYS,
    extAuth: SERVICE,
    mergeType:
      'what a policy of the Gateway adds is not seen here: the route is closed until you have looked at it',
    targetSelectors:
      'the HTTPRoutes and Gateways among the files that have the labels are taken; for those by `matchExpressions`, name the hosts with --host',
  },
} as const

/** Every setting of a SecurityPolicy of Envoy Gateway 1.9. */
export const ENVOY_GATEWAY_SETTINGS = tableOf(OIDC, JWT, AUTHORIZATION, REST)
