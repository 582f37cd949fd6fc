import { tableOf } from '../../../src/migrate/model/setting-table.ts'

const REGISTRATION = 'clients are registered by you, and not by the gateway'
const CACHE =
  'there is one store, Redis or memory; a cache of opened sessions lies before it (`sessions.cache`)'
const INTROSPECTED =
  'a token is asked about as RFC 7662 has it, as the client and by its `authentication`'
const VERIFIED = 'certificates are always verified; `tls.caRef` trusts a private authority'
const JQ = 'claims are not transformed: `cel` in `upstream.headers` tells a value made of them'
const PARAMETERS = 'nothing is added to the requests to that endpoint'
const TOLD = 'a page is told claims at `/oauth2/session` (`session.info.claims`)'

const PROVIDER = {
  manifest: {
    OIDCProviderAuthorizationEndpoint: '`endpoints.authorization` of the IdentityProvider',
    OIDCProviderEndSessionEndpoint: '`endpoints.endSession`',
    OIDCProviderIssuer: '`issuer`',
    OIDCProviderJwksUri: '`endpoints.jwks`',
    OIDCProviderMetadataRefreshInterval: '`refreshInterval.metadata`',
    OIDCProviderMetadataURL:
      '`issuer`: what stands before `/.well-known/`; `metadataURL` where they lie elsewhere',
    OIDCProviderPushedAuthorizationRequestEndpoint:
      '`endpoints.pushedAuthorizationRequest`, with `authorizationRequest.pushed`',
    OIDCProviderRevocationEndpoint: '`endpoints.revocation`, with `logout.revokeTokens`',
    OIDCProviderTokenEndpoint: '`endpoints.token`',
    OIDCProviderTokenEndpointAuth: '`authentication.method` of the OIDCClient',
    OIDCProviderUserInfoEndpoint:
      '`endpoints.userinfo`, with `claims.userinfo: AtLogin` or `AtRefresh`',
    OIDCProviderBackChannelLogoutSupported: '`logout.backChannel`, on unless it is set',
    OIDCJWKSRefreshInterval: '`refreshInterval.keys`',
    OIDCCABundlePath: '`tls.caRef`, or `outbound.caFile` for every provider',
    OIDCHTTPTimeoutLong: '`requestTimeout`',
    OIDCHTTPTimeoutShort: '`requestTimeout`',
    OIDCIDTokenIatSlack: '`clockSkew`, at most 60s',
    OIDCMetadataDir:
      'an IdentityProvider and an OIDCClient for each provider, listed in `clientRefs`',
  },
  configuration: {
    OIDCOutgoingProxy: '`outbound.proxy.url`, or `proxy` of an IdentityProvider',
  },
  'built-in': {
    OIDCPKCEMethod: 'every login uses PKCE with S256',
    OIDCUserInfoTokenMethod: 'the access token goes in `Authorization`',
    OIDCValidateIssuer: 'the issuer is always verified; Entra ID of several tenants has `tenants`',
  },
  none: {
    OIDCProviderAuthRequestMethod:
      'a login is a redirect; what it asks is kept from the browser by `authorizationRequest.pushed`',
    OIDCProviderCheckSessionIFrame:
      'browsers no longer send cookies to such frames: `logout.backChannel`',
    OIDCProviderRegistrationEndpointJson: REGISTRATION,
    OIDCProviderSignedJwksUri: 'keys come by TLS from the endpoint of the issuer',
    OIDCProviderTokenEndpointParams: PARAMETERS,
    OIDCProviderVerifyCertFiles: 'keys are read from a JWKS endpoint alone',
    OIDCSSLValidateServer: VERIFIED,
  },
} as const

const CLIENT = {
  manifest: {
    OIDCAuthRequestParams: '`authorizationRequest.parameters`; `name=#` is `forwardParameters`',
    OIDCClientID: '`clientId`',
    OIDCClientSecret: '`authentication.secretRef`',
    OIDCClientTokenEndpointCert: '`authentication.certificateRef`',
    OIDCClientTokenEndpointKey: '`authentication.certificateRef`',
    OIDCDPoPMode: '`senderConstrained: DPoP`',
    OIDCIDTokenAudValues:
      'ID tokens have to name the client; `bearer.audiences` for tokens of callers',
    OIDCIDTokenSignedResponseAlg: '`idToken.signingAlgorithm`',
    OIDCLogoutRequestParams: '`logout.endSession.parameters`',
    OIDCPathAuthRequestParams:
      'a client of its own for that part of the host (`rules[].clientRef`), or `authenticationContext` of a rule',
    OIDCPathScope: 'a client of its own for that part of the host (`rules[].clientRef`)',
    OIDCPrivateKeyFiles: '`authentication.privateKeyRef`, and `idToken.decryptionKeyRef`',
    OIDCRedirectURI:
      '`callback.path`, and `callback.host` where one host is called back for several',
    OIDCRequestObject: '`authorizationRequest.signed`',
    OIDCResponseMode: '`authorizationRequest.responseMode`',
    OIDCScope: '`scopes`',
    OIDCUserInfoRefreshInterval: '`claims.userinfo: AtRefresh`',
    OIDCUserInfoSignedResponseAlg: '`claims.userinfoSigned: Always`',
    OIDCUserInfoEncryptedResponseAlg: '`idToken.decryptionKeyRef` opens those answers as well',
    OIDCIDTokenEncryptedResponseAlg: '`idToken.decryptionKeyRef`',
  },
  'built-in': {
    OIDCIDTokenEncryptedResponseEnc: 'docs/authorization.md lists what can be opened',
    OIDCUserInfoEncryptedResponseEnc: 'docs/authorization.md lists what can be opened',
    OIDCPublicKeyFiles: 'give the provider the public half; `managedKey` publishes its own',
  },
  none: {
    OIDCClientContact: REGISTRATION,
    OIDCClientJwksUri: 'the keys of `managedKey` are published by us, those of yours by you',
    OIDCClientName: REGISTRATION,
    OIDCClientTokenEndpointKeyPassword: 'the key in the Secret has no password',
    OIDCResponseType: 'the code flow alone',
    OIDCDiscoverURL: '`clientRefs` has a page to choose from',
    OIDCDefaultURL: 'a login that nobody began here is refused; the page leads to `/`',
  },
} as const

const SESSION = {
  manifest: {
    OIDCCookieDomain: '`session.cookie.domain`',
    OIDCCookieSameSite: '`session.cookie.sameSite`',
    OIDCDefaultLoggedOutURL: '`logout.redirectURL`',
    OIDCPreservePost: '`keepForms` of a rule: docs/applications.md',
    OIDCRedirectURLsAllowed:
      '`logout.redirectURLs`, byte for byte; a login returns to its own host alone',
    OIDCRefreshAccessTokenBeforeExpiry: '`session.refresh.before`',
    OIDCSessionInactivityTimeout: '`session.idleTimeout`',
    OIDCSessionMaxDuration: '`session.absoluteTimeout`',
    OIDCStateInputHeaders: '`session.bindTo` binds the session; a login is bound to its cookie',
    OIDCStateTimeout: '`authorizationRequest.lifetime`',
  },
  configuration: {
    OIDCCacheType: '`sessions.store`',
    OIDCCryptoPassphrase: '`keys.files`: make a new key, not that passphrase',
    OIDCRedisCacheConnectTimeout: '`sessions.redis.connectTimeout`',
    OIDCRedisCacheDatabase: '`sessions.redis.database`',
    OIDCRedisCachePassword: '`sessions.redis.passwordFile`',
    OIDCRedisCacheServer: '`sessions.redis.url`',
    OIDCRedisCacheTimeout: '`sessions.redis.commandTimeout`',
    OIDCRedisCacheUsername: '`sessions.redis.usernameFile`',
  },
  'built-in': {
    OIDCCacheEncrypt: 'what is in Redis is always sealed',
    OIDCCookie: 'the cookie has a name of ours; `session.cookie.name` changes it',
    OIDCCookieHTTPOnly: 'cookies are always `HttpOnly`',
    OIDCCookiePath: 'cookies always have `Path=/`',
    OIDCSessionCookieChunkSize: 'the cookie is a ticket, and small',
    OIDCSessionType:
      'the cookie is a ticket; the session is in the store. `:persistent` is `session.rememberMe`',
    OIDCStateCookiePrefix: 'the cookies of logins have names of ours',
    OIDCStateMaxNumberOfCookies: 'they are bounded',
    OIDCLogoutXFrameOptions:
      '`<logout.path>/frontchannel` may be framed by the provider (`logout.frontChannel`)',
  },
  none: {
    OIDCCacheDir: CACHE,
    OIDCCacheFileCleanInterval: CACHE,
    OIDCCacheShmEntrySizeMax: CACHE,
    OIDCCacheShmMax: CACHE,
    OIDCMemCacheConnectionsHMax: CACHE,
    OIDCMemCacheConnectionsMin: CACHE,
    OIDCMemCacheConnectionsSMax: CACHE,
    OIDCMemCacheConnectionsTTL: CACHE,
    OIDCMemCacheServers: CACHE,
    OIDCPreservePostTemplates: 'the page has the texts of `pages.messages`',
    OIDCSessionCacheFallbackToCookie:
      'without the store nobody new is let in; opened sessions go on for `sessions.cache.outageGrace`',
  },
} as const

const ACCESS = {
  manifest: {
    'Require claim':
      '`authorize`: `claim` with `anyOf`, `matches` for `~`; several `Require` are alternatives unless they stand in `RequireAll`',
    'Require claims_expr': '`authorize`: `cel`',
    OIDCAuthNHeader: '`upstream.headers`: that name with the claim of `OIDCRemoteUserClaim`',
    OIDCClaimDelimiter: '`format` of a header',
    OIDCClaimPrefix:
      '`compatibility: ModAuthOpenIDC` for `OIDC_CLAIM_`; for another list `upstream.headers`',
    OIDCOAuthAcceptTokenAs: '`bearer.from`; a body is never looked into',
    OIDCOAuthClientID: '`introspection.clientRef`: the `clientId` of that OIDCClient',
    OIDCOAuthClientSecret: '`introspection.clientRef`: the `authentication` of that OIDCClient',
    OIDCOAuthIntrospectionEndpoint: '`introspection`, with `endpoints.introspection`',
    OIDCOAuthServerMetadataURL: '`issuer` of the IdentityProvider of the tokens',
    OIDCOAuthTokenIntrospectionInterval: '`introspection.cache.ttl`',
    OIDCOAuthVerifyJwksUri:
      '`bearer`, with `endpoints.jwks`, and the audiences that Apache does not ask for',
    OIDCPassAccessToken:
      '`upstream.authorization: AccessToken`, `Remove` for Off; `compatibility: ModAuthOpenIDC` has its header',
    OIDCPassClaimsAs: '`compatibility: ModAuthOpenIDC` for headers; there is no environment',
    OIDCPassIDTokenAs:
      '`compatibility: ModAuthOpenIDC` for claims; `serialized` is `upstream.authorization: IDToken`',
    OIDCRemoteUserClaim: '`upstream.headers` with that claim; patterns are `cel`',
    OIDCUnAuthAction:
      '`auth` as by default, `401` is `onUnauthenticated: Challenge`, `pass` is `anonymous` in `authenticate`',
  },
  gateway: {
    OIDCPassCookies: 'cookies of the application pass; ours are removed',
    OIDCStripCookies: 'ours are removed; others at the gateway',
    OIDCXForwardedHeaders: 'the host is that of the request; behind a CDN `publicHosts`',
  },
  configuration: {
    OIDCTraceParent: '`tracing`: docs/tracing.md',
  },
  'built-in': {
    OIDCMetricsData: '`/metrics` of `admin.listen`',
    OIDCMetricsPublish: '`/metrics` of `admin.listen`',
    OIDCOAuthSSLValidateServer: VERIFIED,
    OIDCBlackListedClaims:
      'a claim goes nowhere unless a header, a rule or `session.info` names it',
    OIDCWhiteListedClaims:
      'a claim goes nowhere unless a header, a rule or `session.info` names it',
    OIDCInfoHook: TOLD,
  },
  none: {
    OIDCFilterClaimsExpr: JQ,
    OIDCUserInfoClaimsExpr: JQ,
    OIDCOAuthIntrospectionClientAuthBearerToken: INTROSPECTED,
    OIDCOAuthIntrospectionEndpointAuth: INTROSPECTED,
    OIDCOAuthIntrospectionEndpointCert: INTROSPECTED,
    OIDCOAuthIntrospectionEndpointKey: INTROSPECTED,
    OIDCOAuthIntrospectionEndpointKeyPassword: INTROSPECTED,
    OIDCOAuthIntrospectionEndpointMethod: INTROSPECTED,
    OIDCOAuthIntrospectionEndpointParams: PARAMETERS,
    OIDCOAuthIntrospectionTokenParamName: INTROSPECTED,
    OIDCOAuthRemoteUserClaim:
      'who is calling is the subject; a header of another claim is `upstream.headers`',
    OIDCOAuthTokenExpiryClaim: 'a token ends by `exp`',
    OIDCOAuthVerifyCertFiles: 'keys are read from a JWKS endpoint alone',
    OIDCOAuthVerifySharedKeys: 'a signature by a shared secret is never taken',
    OIDCPassRefreshToken: 'a refresh token never leaves the gateway',
    OIDCPassUserInfoAs: 'upstreams get claims as headers, or a signed assertion (docs/upstream.md)',
    OIDCUnAutzAction:
      'a refusal is 403 with a reason; for a stronger sign-in there is `authenticationContext`',
  },
} as const

/** Every directive of mod_auth_openidc 2.4, as of 2024, and its `Require`. */
export const MOD_AUTH_OPENIDC_SETTINGS = tableOf(PROVIDER, CLIENT, SESSION, ACCESS)
