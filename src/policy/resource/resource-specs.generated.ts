// Generated from deploy/crds by tools/generate/resources.ts. Edit the definitions, not this file.

/** How to reach and trust the provider. */
export interface IdentityProviderSpec {
  /**
   * The issuer identifier of the provider, exactly as its metadata and the `iss` of its tokens
   * spell it, trailing slash included. Discovery reads `/.well-known/openid-configuration` below
   * it, or `metadataURL`. An `http` issuer is refused unless the process runs with
   * `allowInsecureIssuers`, which is for local trials only: whoever can change that traffic can
   * sign in as anybody.
   */
  readonly issuer: string
  /**
   * For a provider of many tenants, whose metadata say `{tenantid}` (Microsoft Entra ID): `issuer`
   * holds that text as the metadata spell it, `metadataURL` says where they are, and a token is
   * accepted if its `iss` is the issuer with its `tid` in that place and that `tid` is listed here.
   * `"*"`: every tenant; then anybody with an account anywhere can sign in, and rules have to say
   * who may.
   */
  readonly tenants?: readonly string[]
  /**
   * Further `iss` of access tokens that this provider signs with the same keys, byte for byte:
   * those of AD FS and of version 1 of Entra ID name another one than the metadata. ID tokens and
   * logout tokens have to name `issuer`.
   */
  readonly additionalIssuers?: readonly string[]
  /**
   * Where the metadata of the provider is, if not below the issuer: for providers that publish it
   * elsewhere, one for each user flow for example, and for an address inside the cluster. Its
   * `issuer` must still be `issuer`, to the letter.
   */
  readonly metadataURL?: string
  /**
   * Whether the metadata of the provider is read from it. `Automatic` reads and refreshes it;
   * `Disabled` never does and takes the endpoints from here alone. An issuer of access tokens to
   * which no OIDCClient refers needs `endpoints.jwks` only.
   */
  readonly discovery: 'Automatic' | 'Disabled'
  /**
   * Endpoints that override what discovery says, one by one. Unset, discovery decides. Each is a
   * URL that the service calls or sends browsers to, so set only what the provider really serves.
   */
  readonly endpoints?: IdentityProviderEndpoints
  /**
   * Who says claims in the place of this provider, where it says that they are elsewhere:
   * aggregated and distributed claims (OpenID Connect Core 1.0 section 5.6.2). What a token or a
   * userinfo answer names in `_claim_sources` is taken, or asked, if it is listed here, and ignored
   * otherwise. Each is called with the `tls`, `proxy`, `requestTimeout`, `signingAlgorithms` and
   * `clockSkew` of this provider.
   */
  readonly claimSources?: readonly IdentityProviderClaimSource[]
  /**
   * How the TLS connection to the provider is verified. Unset, by the authorities that come with
   * Node.js.
   */
  readonly tls?: IdentityProviderTls
  /**
   * The HTTP proxy that leads to this provider, for all of its URLs. Unset, `outbound.proxy` of the
   * process holds. The proxy resolves names, so that `outbound.denyNetworks` can look at the
   * proxy's own address and at addresses that are written in a URL, and at nothing else.
   */
  readonly proxy?: IdentityProviderProxy
  /**
   * The JWS algorithms that ID tokens and access tokens of this provider may be signed with.
   * Anything else is refused, whatever a token or the metadata says (RFC 8725 section 3.1).
   * Symmetric algorithms and `none` cannot be allowed.
   */
  readonly signingAlgorithms: readonly ('RS256' | 'RS384' | 'RS512' | 'PS256' | 'PS384' | 'PS512' | 'ES256' | 'ES384' | 'ES512' | 'EdDSA')[]
  /**
   * How far the clocks of the provider and of this service may differ when `exp`, `nbf` and `iat`
   * are checked. At most `60s`; more only prolongs the life of stolen tokens.
   */
  readonly clockSkew: string
  /**
   * An access token of an API caller whose `exp` is further ahead is refused, from `1m` to `8760h`.
   * Unset, none is: tokens of a month or a year exist.
   */
  readonly maxTokenLifetime?: string
  /**
   * How long one call to the provider may take, from `1s` to `30s`. A check never waits longer than
   * `check.budget` of the process, whatever stands here; calls behind an answer use all of it.
   */
  readonly requestTimeout: string
  /** How often what the provider publishes is read again while it is in use. */
  readonly refreshInterval: IdentityProviderRefreshInterval
  /**
   * From which namespaces OIDCClients and ProtectedRoutes may refer to this provider. Unset, only
   * from its own.
   */
  readonly allowedNamespaces: IdentityProviderAllowedNamespaces
}

/**
 * Endpoints that override what discovery says, one by one. Unset, discovery decides. Each is a URL
 * that the service calls or sends browsers to, so set only what the provider really serves.
 */
export interface IdentityProviderEndpoints {
  /** The authorization endpoint, where browsers are sent to sign in (RFC 6749 section 3.1). */
  readonly authorization?: string
  /** The token endpoint, where codes and refresh tokens are exchanged (RFC 6749 section 3.2). */
  readonly token?: string
  /**
   * The JSON Web Key Set that tokens are verified with (RFC 7517). Whoever controls it can issue
   * any token.
   */
  readonly jwks?: string
  /**
   * The userinfo endpoint, asked with the access token for claims about the end-user (OpenID
   * Connect Core 1.0 section 5.3), where a client's `claims.userinfo` says so, or a route has a
   * member `userinfo`.
   */
  readonly userinfo?: string
  /**
   * The introspection endpoint, asked about the tokens that a member `introspection` of a route
   * takes (RFC 7662).
   */
  readonly introspection?: string
  /**
   * The end-session endpoint, where browsers are sent to sign out (OpenID Connect RP-Initiated
   * Logout 1.0). Unset and not discovered, sign-out ends the local session only.
   */
  readonly endSession?: string
  /**
   * The revocation endpoint, where tokens are taken back at sign-out (RFC 7009). Unset and not
   * discovered, tokens live on until they expire.
   */
  readonly revocation?: string
  /**
   * The pushed authorization request endpoint, where logins are announced before the browser is
   * sent to the provider (RFC 9126), where `authorizationRequest.pushed` of a client says so, or
   * the metadata.
   */
  readonly pushedAuthorizationRequest?: string
}

/** One claims provider. */
export interface IdentityProviderClaimSource {
  /**
   * What its JWTs say as `iss`, byte for byte; one without `iss` is refused. Aggregated claims are
   * told apart by it.
   */
  readonly issuer: string
  /**
   * The JSON Web Key Set that its JWTs are verified with (RFC 7517). Whoever controls it says what
   * it says.
   */
  readonly jwksURL: string
  /**
   * The endpoints that may be asked for distributed claims. One is asked if a token names it
   * exactly as it stands here; it gets the access token that stands beside it there, and no other.
   * Empty: it is never asked, and only aggregated claims count.
   */
  readonly endpoints: readonly string[]
}

/**
 * How the TLS connection to the provider is verified. Unset, by the authorities that come with
 * Node.js.
 */
export interface IdentityProviderTls {
  /**
   * A bundle of PEM certificates that are trusted besides those that come with Node.js, for this
   * provider alone. There is no switch that turns verification off.
   */
  readonly caRef: IdentityProviderTlsCaRef
}

/**
 * A bundle of PEM certificates that are trusted besides those that come with Node.js, for this
 * provider alone. There is no switch that turns verification off.
 */
export interface IdentityProviderTlsCaRef {
  /** The kind of object that holds the bundle. */
  readonly kind: 'ConfigMap' | 'Secret'
  /** The name of that object, in the namespace of this IdentityProvider. */
  readonly name: string
  /** The key in its `data` whose value is the bundle. */
  readonly key: string
}

/**
 * The HTTP proxy that leads to this provider, for all of its URLs. Unset, `outbound.proxy` of the
 * process holds. The proxy resolves names, so that `outbound.denyNetworks` can look at the proxy's
 * own address and at addresses that are written in a URL, and at nothing else.
 */
export interface IdentityProviderProxy {
  /**
   * Where the proxy is: scheme, host and port. It is asked for a tunnel (CONNECT), so that it sees
   * names and no content, also where its own scheme is `http`. It gets no credentials; one that
   * wants some is set for the process, in `outbound.proxy`.
   */
  readonly url: string
  /**
   * A bundle of PEM certificates that are trusted for the connection to an `https` proxy, besides
   * those that come with Node.js.
   */
  readonly caRef?: IdentityProviderProxyCaRef
}

/**
 * A bundle of PEM certificates that are trusted for the connection to an `https` proxy, besides
 * those that come with Node.js.
 */
export interface IdentityProviderProxyCaRef {
  /** The kind of object that holds the bundle. */
  readonly kind: 'ConfigMap' | 'Secret'
  /** The name of that object, in the namespace of this IdentityProvider. */
  readonly name: string
  /** The key in its `data` whose value is the bundle. */
  readonly key: string
}

/** How often what the provider publishes is read again while it is in use. */
export interface IdentityProviderRefreshInterval {
  /** Between two reads of the provider's metadata, from `10s` to `24h`. */
  readonly metadata: string
  /**
   * Between two reads of its keys, from `10s` to `24h`. A token with an unknown key id causes an
   * earlier read, so that a rotation needs no short interval.
   */
  readonly keys: string
}

/**
 * From which namespaces OIDCClients and ProtectedRoutes may refer to this provider. Unset, only
 * from its own.
 */
export interface IdentityProviderAllowedNamespaces {
  /**
   * `Same`: only the namespace of this object. `All`: every namespace, so anybody who may write
   * resources anywhere. `Selector`: the namespaces whose labels `selector` matches.
   */
  readonly from: 'Same' | 'All' | 'Selector'
  /**
   * Which namespaces, by their labels; every condition must hold, and none at all matches every
   * namespace. `kubernetes.io/metadata.name`, whose value is the name, is always known. Other
   * labels are those of the Namespace objects: of the cluster, if every namespace is read, or of
   * the files beside the resources. Where a namespace's labels are not known, no condition about
   * them holds.
   */
  readonly selector?: IdentityProviderAllowedNamespacesSelector
}

/**
 * Which namespaces, by their labels; every condition must hold, and none at all matches every
 * namespace. `kubernetes.io/metadata.name`, whose value is the name, is always known. Other labels
 * are those of the Namespace objects: of the cluster, if every namespace is read, or of the files
 * beside the resources. Where a namespace's labels are not known, no condition about them holds.
 */
export interface IdentityProviderAllowedNamespacesSelector {
  /** Labels that a namespace must have, with exactly these values. */
  readonly matchLabels?: Readonly<Record<string, string>>
  /** Further conditions on its labels. */
  readonly matchExpressions?: readonly IdentityProviderAllowedNamespacesSelectorMatchExpression[]
}

/** One condition on one label. */
export interface IdentityProviderAllowedNamespacesSelectorMatchExpression {
  /** The name of the label. */
  readonly key: string
  /**
   * How the label is compared. `NotIn` and `DoesNotExist` also match a namespace without the label.
   */
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist'
  /** The values for `In` and `NotIn`; unset with the other operators. */
  readonly values?: readonly string[]
}

/** The registration, and what follows from it. */
export interface OIDCClientSpec {
  /** The IdentityProvider that this client is registered at. */
  readonly providerRef: OIDCClientProviderRef
  /**
   * What people know the provider by, on the page where they choose one of several (`clientRefs` of
   * a ProtectedRoute). Unset, the name of this object.
   */
  readonly displayName?: string
  /** The client identifier that the provider issued at registration (RFC 6749 section 2.2). */
  readonly clientId: string
  /** How this client proves itself at the token endpoint (OpenID Connect Core 1.0 section 9). */
  readonly authentication: OIDCClientAuthentication
  /**
   * What the provider binds the access tokens of this client to, so that nobody but the gateway can
   * use one. `DPoP`: a key of each session, by which the requests of the gateway are proven (RFC
   * 9449); the `token_type` has to be DPoP. `MutualTLS`: the certificate of
   * `authentication.certificateRef`, which is shown to the provider (RFC 8705 section 3); a JWT
   * access token has to name it in `cnf.x5t#S256`. A token that is bound to anything else is
   * refused, at login and at refresh. `None`: nothing is asked for. Unset, `None`, or what
   * `profile` demands.
   */
  readonly senderConstrained?: 'None' | 'DPoP' | 'MutualTLS'
  /**
   * What all of this client is held to, and its provider with it. `FAPI2Security`, the FAPI 2.0
   * Security Profile: logins are announced (PAR), the answer names its issuer (RFC 9207), the
   * client authenticates by `private_key_jwt` or a certificate, access tokens are bound to it
   * (`senderConstrained`: unset, MutualTLS with a `certificateRef`, else DPoP), and nothing is
   * signed but by PS256, ES256 or EdDSA. `FAPI2MessageSigning`, FAPI 2.0 Message Signing, besides:
   * requests, answers and introspection are signed. All of that follows without another field; a
   * field that says otherwise is refused, and so is a provider that does not offer it: logins are
   * then answered with 503. `None`: what the fields say.
   */
  readonly profile: 'None' | 'FAPI2Security' | 'FAPI2MessageSigning'
  /**
   * The scopes that every login asks for. `offline_access` or what your provider calls it is needed
   * where refresh tokens are not issued otherwise.
   */
  readonly scopes: readonly string[]
  /**
   * Resource indicators (RFC 8707): the protected services that access tokens are asked for. Unset,
   * the provider chooses the audience.
   */
  readonly resources: readonly string[]
  /** What authorization requests carry besides what the flow itself needs. */
  readonly authorizationRequest: OIDCClientAuthorizationRequest
  /** Where the provider sends browsers back to after a login. */
  readonly callback: OIDCClientCallback
  /** What ID tokens and logout tokens of this client are like. */
  readonly idToken?: OIDCClientIdToken
  /** Where the claims of a session come from besides the ID token. */
  readonly claims: OIDCClientClaims
  /** How long a login lasts, and the cookie that stands for it. */
  readonly session: OIDCClientSession
  /** How end-users sign out. */
  readonly logout: OIDCClientLogout
  /**
   * From which namespaces ProtectedRoutes may refer to this client. Unset, only from its own.
   * Whoever may use it receives access tokens of its end-users.
   */
  readonly allowedNamespaces: OIDCClientAllowedNamespaces
}

/** The IdentityProvider that this client is registered at. */
export interface OIDCClientProviderRef {
  /** The name of the IdentityProvider. */
  readonly name: string
  /**
   * Its namespace. Unset, that of this object. Another one works only if `allowedNamespaces` of the
   * IdentityProvider says so.
   */
  readonly namespace?: string
}

/** How this client proves itself at the token endpoint (OpenID Connect Core 1.0 section 9). */
export interface OIDCClientAuthentication {
  /**
   * The method registered for this client. `client_secret_basic` and `client_secret_post` send the
   * secret, `client_secret_jwt` signs an assertion with it, `private_key_jwt` signs one with a
   * private key, `tls_client_auth` and `self_signed_tls_client_auth` show a certificate to the
   * provider in the TLS connection itself (RFC 8705), `service_account_token` shows a token of a
   * Kubernetes service account as the assertion (RFC 7523), so that nothing secret is kept
   * anywhere, and `none` is a public client, which PKCE alone protects.
   */
  readonly method: 'client_secret_basic' | 'client_secret_post' | 'client_secret_jwt' | 'private_key_jwt' | 'tls_client_auth' | 'self_signed_tls_client_auth' | 'service_account_token' | 'none'
  /**
   * The Secret with the client secret, in the namespace of this OIDCClient. Needed by the
   * `client_secret_*` methods.
   */
  readonly secretRef?: OIDCClientAuthenticationSecretRef
  /**
   * The Secret with the private key, in the namespace of this OIDCClient, for `private_key_jwt`;
   * the provider must know its public half. Without one of your own, see `managedKey`.
   */
  readonly privateKeyRef?: OIDCClientAuthenticationPrivateKeyRef
  /**
   * Has `private_key_jwt` sign with keys that are made here, instead of one of your own: nothing is
   * kept in a Secret. The provider fetches the public halves from
   * `/.well-known/clients/<namespace>/<name>/jwks.json` of the port `http.listen`, which has to be
   * registered there as the JWKS URL of this client. Keys are kept sealed in the session store, for
   * all replicas; with the memory store each process has others, which end with it. `{}` takes
   * every default.
   */
  readonly managedKey?: OIDCClientAuthenticationManagedKey
  /**
   * The Secret with the certificate that is shown to the provider, in the namespace of this
   * OIDCClient: one of the type `kubernetes.io/tls`, with the certificate and those that lead to
   * its authority under `tls.crt`, and its private key under `tls.key`, both in PEM. Needed by
   * `tls_client_auth`, for which the provider knows its authority and whom it names, and by
   * `self_signed_tls_client_auth`, for which the provider knows the certificate; with
   * `senderConstrained: MutualTLS` it goes with any method, and tokens are bound to it. A
   * certificate that is replaced there is shown from then on; connections with the former one are
   * closed.
   */
  readonly certificateRef?: OIDCClientAuthenticationCertificateRef
  /**
   * The ServiceAccount whose tokens are shown, in the namespace of this OIDCClient: one that does
   * nothing else. They are asked for at the API server (TokenRequest) for the audience that
   * `assertionAudience` says and for ten minutes, which takes the right to create
   * `serviceaccounts/token` of that name (`rbac.serviceAccountTokens` of the chart). The provider
   * has to trust the issuer of the cluster and to know `system:serviceaccount:<namespace>:<name>`.
   * Unset, `service_account_token` shows the token in `credentials.serviceAccountTokenFile` of the
   * process, which has to name this client in `credentials.serviceAccountTokenClients`.
   */
  readonly serviceAccountRef?: OIDCClientAuthenticationServiceAccountRef
  /**
   * The `kid` header of the assertion. Unset, it has none, which is right if the provider knows one
   * key of this client.
   */
  readonly keyId?: string
  /**
   * The JWS algorithm of the assertion; it must fit the key. Unset, `private_key_jwt` uses `RS256`
   * with `privateKeyRef`, and `ES256` with `managedKey`, which knows `PS256` and `EdDSA` besides.
   * With a `profile` it follows from the key of `privateKeyRef`: PS256, ES256 or EdDSA.
   */
  readonly algorithm?: 'RS256' | 'RS384' | 'RS512' | 'PS256' | 'PS384' | 'PS512' | 'ES256' | 'ES384' | 'ES512' | 'EdDSA'
  /**
   * Whom the assertions of `client_secret_jwt` and `private_key_jwt`, and the tokens of
   * `service_account_token`, are for: their one `aud`. `Issuer`: the provider itself, as the update
   * of RFC 7523 wants it. `TokenEndpoint`: the URL of the token endpoint, for providers that take
   * nothing else, such as Ory Hydra and Glewlwyd. Unset, `Issuer`.
   */
  readonly assertionAudience?: 'Issuer' | 'TokenEndpoint'
}

/**
 * The Secret with the client secret, in the namespace of this OIDCClient. Needed by the
 * `client_secret_*` methods.
 */
export interface OIDCClientAuthenticationSecretRef {
  /** The name of the Secret. */
  readonly name: string
  /** The key in its `data` whose value is the client secret. */
  readonly key: string
}

/**
 * The Secret with the private key, in the namespace of this OIDCClient, for `private_key_jwt`; the
 * provider must know its public half. Without one of your own, see `managedKey`.
 */
export interface OIDCClientAuthenticationPrivateKeyRef {
  /** The name of the Secret. */
  readonly name: string
  /** The key in its `data` whose value is the private key, in PEM as PKCS#8. */
  readonly key: string
}

/**
 * Has `private_key_jwt` sign with keys that are made here, instead of one of your own: nothing is
 * kept in a Secret. The provider fetches the public halves from
 * `/.well-known/clients/<namespace>/<name>/jwks.json` of the port `http.listen`, which has to be
 * registered there as the JWKS URL of this client. Keys are kept sealed in the session store, for
 * all replicas; with the memory store each process has others, which end with it. `{}` takes every
 * default.
 */
export interface OIDCClientAuthenticationManagedKey {
  /**
   * How long one key signs, from `1h` to `8760h`. The next one is published for as long before it
   * does, and the last one until nothing that it signed counts any more.
   */
  readonly rotation: string
}

/**
 * The Secret with the certificate that is shown to the provider, in the namespace of this
 * OIDCClient: one of the type `kubernetes.io/tls`, with the certificate and those that lead to its
 * authority under `tls.crt`, and its private key under `tls.key`, both in PEM. Needed by
 * `tls_client_auth`, for which the provider knows its authority and whom it names, and by
 * `self_signed_tls_client_auth`, for which the provider knows the certificate; with
 * `senderConstrained: MutualTLS` it goes with any method, and tokens are bound to it. A certificate
 * that is replaced there is shown from then on; connections with the former one are closed.
 */
export interface OIDCClientAuthenticationCertificateRef {
  /** The name of the Secret. */
  readonly name: string
}

/**
 * The ServiceAccount whose tokens are shown, in the namespace of this OIDCClient: one that does
 * nothing else. They are asked for at the API server (TokenRequest) for the audience that
 * `assertionAudience` says and for ten minutes, which takes the right to create
 * `serviceaccounts/token` of that name (`rbac.serviceAccountTokens` of the chart). The provider has
 * to trust the issuer of the cluster and to know `system:serviceaccount:<namespace>:<name>`. Unset,
 * `service_account_token` shows the token in `credentials.serviceAccountTokenFile` of the process,
 * which has to name this client in `credentials.serviceAccountTokenClients`.
 */
export interface OIDCClientAuthenticationServiceAccountRef {
  /** The name of the ServiceAccount. */
  readonly name: string
}

/** What authorization requests carry besides what the flow itself needs. */
export interface OIDCClientAuthorizationRequest {
  /**
   * Parameters with fixed values that are added to every authorization request, for example
   * `ui_locales: de`. Parameters that the flow sets itself are refused.
   */
  readonly parameters: Readonly<Record<string, string>>
  /**
   * Query parameters of the original request that are copied into the authorization request if they
   * are there, for example `login_hint`. Anybody who can make somebody follow a link chooses their
   * values, so list only what is harmless in foreign hands.
   */
  readonly forwardParameters: readonly string[]
  /**
   * How long ago the end-user may have authenticated at the provider, from `0s` (anew, each time)
   * to `720h`: `max_age`. The `auth_time` of the ID token has to say so, or there is no session,
   * and has to stay the same after a refresh. Wins over `parameters.max_age`. Unset, any time.
   */
  readonly maxAge?: string
  /**
   * The authentication contexts to ask for, in order of preference: `acr_values`. The `acr` of the
   * ID token has to be one of them, or there is no session. Wins over `parameters.acr_values`.
   * Unset, any.
   */
  readonly acrValues?: readonly string[]
  /**
   * What the provider asks of the end-user at every login, whatever session it has: `prompt`.
   * `login`: to authenticate anew; the `auth_time` of the ID token has to be of this login, or
   * there is no session, so that `max_age=0` is asked for too, whatever `maxAge` says. `consent`,
   * `select_account`: what they say, which no ID token shows. Wins over `parameters.prompt`. Unset,
   * whatever it asks by itself.
   */
  readonly prompt?: readonly ('login' | 'consent' | 'select_account')[]
  /**
   * Whether a login is announced to the provider before the browser is sent there (pushed
   * authorization requests, RFC 9126): we hand it the parameters ourselves, as this client, and the
   * browser carries a reference that is of use once. Nobody on the way can then read, change or
   * leave out any of them. `Auto`: where the metadata of the provider demand it. `Always`: at every
   * login; the provider must have an endpoint for it. `Never`: not even where it is demanded, so
   * that logins fail there. Each login then takes a call to the provider.
   */
  readonly pushed: 'Auto' | 'Always' | 'Never'
  /**
   * Whether what a login asks is signed (request objects, RFC 9101), so that nobody can change or
   * leave out any of it on its way through the browser, and the provider knows who asks. It takes
   * `authentication` by `private_key_jwt`, and is signed with that key. `Auto`: where the metadata
   * of the provider demand it. `Always`: at every login. `Never`: not even where it is demanded, so
   * that logins fail there.
   */
  readonly signed: 'Auto' | 'Always' | 'Never'
  /**
   * How the provider answers a login. `query`: by parameters of the redirect URI. `query.jwt`: by
   * one parameter there, a JWT that it signed for this client (JARM); nothing else is taken then.
   * It is signed by an algorithm of `signingAlgorithms` of the IdentityProvider, and may be
   * encrypted to the key of `idToken.decryptionKeyRef`. `form_post`, `form_post.jwt`: the same by a
   * form that the browser posts to the redirect URI, so that no URL has it as it is; the gateway
   * must send request bodies of that path along (`with_request_body`). Unset, `query`, or
   * `query.jwt` with `profile: FAPI2MessageSigning`.
   */
  readonly responseMode?: 'query' | 'query.jwt' | 'form_post' | 'form_post.jwt'
  /**
   * How long the end-user may take at the provider, from `1m` to `24h`. Whoever comes back later is
   * told so, and led to where the login began. Until then a used login is remembered in the session
   * store, and a form that waits for its end is kept there.
   */
  readonly lifetime: string
}

/** Where the provider sends browsers back to after a login. */
export interface OIDCClientCallback {
  /**
   * The one host that the provider sends browsers back to, for all hosts that use this client, of
   * whatever domain: register `https://<host><path>` alone. From there the login is handed over to
   * the host where it began, once, within 60 seconds and in the same browser. The port is that of
   * the request. Route the host through the gateway like the others. Unset, each host has a
   * redirect URI of its own. The host is one of a route that uses this client, or belongs to nobody
   * else: then it answers callbacks alone, 404 everywhere else, and clients of one namespace may
   * share it with different paths. Otherwise `HostConflict`, and the hosts that use this client
   * answer 503.
   */
  readonly host?: string
  /**
   * The path of the redirect URI, on every host of the routes that use this client: register
   * `https://<host><path>` at the provider, for each of them or for `host` alone. The upstream
   * never sees requests to it.
   */
  readonly path: string
}

/** What ID tokens and logout tokens of this client are like. */
export interface OIDCClientIdToken {
  /**
   * The algorithm that is registered for this client (`id_token_signed_response_alg`). Set, ID and
   * logout tokens have to be signed with exactly it. Unset, any of `signingAlgorithms` of the
   * IdentityProvider will do.
   */
  readonly signingAlgorithm?: 'RS256' | 'RS384' | 'RS512' | 'PS256' | 'PS384' | 'PS512' | 'ES256' | 'ES384' | 'ES512' | 'EdDSA'
  /**
   * The Secret with the private key that opens what the provider encrypts to this client, in its
   * namespace: ID and logout tokens, signed answers, userinfo answers; the provider must know its
   * public half (`id_token_encrypted_response_alg`). An RSA key opens RSA-OAEP-256 and RSA-OAEP, a
   * key on P-256, P-384, P-521 or X25519 ECDH-ES, bare or with A128KW or A256KW. What is inside has
   * to be signed as always, and a token that is not encrypted is taken as well. Unset, an encrypted
   * token is refused.
   */
  readonly decryptionKeyRef?: OIDCClientIdTokenDecryptionKeyRef
  /**
   * Several such keys in the place of `decryptionKeyRef`, for a change of keys without a gap: the
   * next one beside the one that the provider still encrypts to. A token is opened by the key that
   * its `kid` names, else by the first that can. A key that is missing or malformed is told, and
   * hinders nothing as long as there is another.
   */
  readonly decryptionKeyRefs?: readonly OIDCClientIdTokenDecryptionKeyRef[]
}

/**
 * The Secret with the private key that opens what the provider encrypts to this client, in its
 * namespace: ID and logout tokens, signed answers, userinfo answers; the provider must know its
 * public half (`id_token_encrypted_response_alg`). An RSA key opens RSA-OAEP-256 and RSA-OAEP, a
 * key on P-256, P-384, P-521 or X25519 ECDH-ES, bare or with A128KW or A256KW. What is inside has
 * to be signed as always, and a token that is not encrypted is taken as well. Unset, an encrypted
 * token is refused.
 */
export interface OIDCClientIdTokenDecryptionKeyRef {
  /** The name of the Secret. */
  readonly name: string
  /** The key in its `data` whose value is the private key, in PEM as PKCS#8. */
  readonly key: string
}

/** One key. */
export interface OIDCClientIdTokenDecryptionKeyRef {
  /** The name of the Secret. */
  readonly name: string
  /** The key in its `data` whose value is the private key, in PEM as PKCS#8. */
  readonly key: string
  /** The `kid` that it is registered by at the provider. Unset, its thumbprint (RFC 7638). */
  readonly keyId?: string
}

/** Where the claims of a session come from besides the ID token. */
export interface OIDCClientClaims {
  /**
   * When the userinfo endpoint of the provider is asked (OpenID Connect Core 1.0 section 5.3).
   * `Never`: the ID token says everything. `AtLogin`: once for a session. `AtRefresh`: again with
   * every renewed access token. Its claims are added to those of the ID token and win over them,
   * except those that speak of the login itself. A login fails where the endpoint cannot be asked;
   * a refresh keeps the earlier answer.
   */
  readonly userinfo: 'Never' | 'AtLogin' | 'AtRefresh'
  /**
   * Which answers of the userinfo endpoint count. `Auto`: those that are signed, whose signature
   * has to be right, and those that are not, as they come over TLS. `Always`: signed ones alone,
   * for a client for which a signature is registered (`userinfo_signed_response_alg`). Encrypted
   * answers are opened with the keys that `idToken` names, whichever it is.
   */
  readonly userinfoSigned: 'Auto' | 'Always'
  /**
   * Whether the claims of the session's own access token count as well: Keycloak puts roles nowhere
   * else. `Merge`: where it is a JWT that the provider signed for the same subject, its claims are
   * added to those of the ID token and win over them, except those that speak of the login or of
   * the token; what the userinfo endpoint says wins over both. An encrypted one is opened with the
   * keys that `idToken` names. A token that is opaque, stays closed, or is another's, is said in
   * the log, and adds nothing. `Ignore`: it is for the upstream alone.
   */
  readonly accessToken: 'Ignore' | 'Merge'
}

/** How long a login lasts, and the cookie that stands for it. */
export interface OIDCClientSession {
  /**
   * A session ends when it was not used for this long, from `1s` to `720h`; at most
   * `absoluteTimeout`.
   */
  readonly idleTimeout: string
  /**
   * A session ends this long after its login however much it is used, from `1s` to `720h`. A stolen
   * session works until then.
   */
  readonly absoluteTimeout: string
  /** When the access token of a session is renewed with its refresh token. */
  readonly refresh: OIDCClientSessionRefresh
  /**
   * Lets end-users choose to stay signed in on a device: before the login a page asks, unless a
   * link of the own site answers for them (`sallyport_remember=yes` or `no`). Their session has
   * these lifetimes, and its cookie outlives the browser. Whoever gets hold of the device is signed
   * in as well. Unset, nobody is asked.
   */
  readonly rememberMe?: OIDCClientSessionRememberMe
  /**
   * What a session counts from alone, besides its cookie; from elsewhere it takes another login.
   * `UserAgent`: the browser that signed in, by its `User-Agent`, which changes when the browser is
   * updated. `Address`: the network that it signed in from, an IPv4 address or the first half of an
   * IPv6 address. A stolen cookie is then of less use; but whoever changes networks signs in again,
   * and whoever is reached by IPv4 and IPv6 in turn does so all the time. The address is that of
   * the connection to Envoy, behind a load balancer its own, unless it speaks the PROXY protocol
   * (docs/authorization.md). Unset, a session counts from anywhere.
   */
  readonly bindTo: readonly ('UserAgent' | 'Address')[]
  /**
   * Binds sessions to the device that they began on (Device Bound Session Credentials): the browser
   * holds a key that never leaves it, and proves it whenever a second, short-lived cookie is
   * renewed. A copy of the cookies of this client is then worth no more than `cookieLifetime`; one
   * of those of the provider signs in anew, against which `authorizationRequest.prompt` or `maxAge`
   * helps. It happens at `session/bind` and `session/refresh` beside the callback path, or below it
   * where it has no folder; no gateway may redirect, rewrite or limit these two. Not with
   * `cookie.domain` or `cookie.partitioned` (docs/device-bound-sessions.md). Unset, sessions are
   * bound to no device.
   */
  readonly deviceBound?: OIDCClientSessionDeviceBound
  /**
   * How many sessions one subject may have with this client at a time, from 1 to 1000, over all its
   * hosts and browsers; where hosts do not share a session, each counts. A login beyond that ends
   * the oldest. Unset, as many as it likes. A low number signs people out who use several devices.
   */
  readonly maxPerSubject?: number
  /**
   * Lets end-users sign in inside a frame. Unset, a frame without a session shows a page that opens
   * the sign-in in the whole window. What the upstream answers is framed as it says itself. The
   * provider must permit that its pages are framed, and the browser that a frame keeps cookies.
   */
  readonly framing?: OIDCClientSessionFraming
  /**
   * What a page is told about its own session at `session` beside the callback path,
   * `/oauth2/session` as a rule: a document in JSON with these claims, when the session ends and
   * where to sign out, or 401. That path and `login` beside it, which starts a login, are ours for
   * GET and HEAD where the callback path has a folder, unless a client has one of them for
   * something else.
   */
  readonly info: OIDCClientSessionInfo
  /** The session cookie. It is always `Secure`, `HttpOnly` and with `Path=/`. */
  readonly cookie: OIDCClientSessionCookie
}

/** When the access token of a session is renewed with its refresh token. */
export interface OIDCClientSessionRefresh {
  /**
   * A request renews the access token when it expires within this time, from `0s` to `1h`, but
   * never earlier than in the last quarter of its life. Each session picks its own moment between
   * half of this time and all of it, so that sessions of one morning are not renewed at once.
   */
  readonly before: string
  /**
   * Never renew: where the upstream gets the access token, a session then ends with it. For
   * providers whose refresh tokens outlive what your policy permits.
   */
  readonly disabled: boolean
}

/**
 * Lets end-users choose to stay signed in on a device: before the login a page asks, unless a link
 * of the own site answers for them (`sallyport_remember=yes` or `no`). Their session has these
 * lifetimes, and its cookie outlives the browser. Whoever gets hold of the device is signed in as
 * well. Unset, nobody is asked.
 */
export interface OIDCClientSessionRememberMe {
  /** As `session.idleTimeout`, from `1s` to `2160h`. */
  readonly idleTimeout: string
  /** As `session.absoluteTimeout`, from `1s` to `2160h`. */
  readonly absoluteTimeout: string
}

/**
 * Binds sessions to the device that they began on (Device Bound Session Credentials): the browser
 * holds a key that never leaves it, and proves it whenever a second, short-lived cookie is renewed.
 * A copy of the cookies of this client is then worth no more than `cookieLifetime`; one of those of
 * the provider signs in anew, against which `authorizationRequest.prompt` or `maxAge` helps. It
 * happens at `session/bind` and `session/refresh` beside the callback path, or below it where it
 * has no folder; no gateway may redirect, rewrite or limit these two. Not with `cookie.domain` or
 * `cookie.partitioned` (docs/device-bound-sessions.md). Unset, sessions are bound to no device.
 */
export interface OIDCClientSessionDeviceBound {
  /**
   * `Prefer` binds a session where the browser can, and one that was bound never counts without its
   * proof again; where the browser cannot, sessions are as without it. `Require` refuses a session
   * that is not bound within a minute of its login. `"Off"`, in quotes, as many readers of YAML
   * take the bare word for `false`, binds none, and asks for no proof of those that are bound.
   */
  readonly mode: 'Off' | 'Prefer' | 'Require'
  /**
   * How long the short-lived cookie counts, from `3m` to `1h`: what a copy of the cookies is worth.
   * Browsers renew it in the last two minutes of its life, when a request is made.
   */
  readonly cookieLifetime: string
  /**
   * For how long the browser is asked to sign the same challenge, from `1m` to `24h`; it counts for
   * as long again. Chromium signs at most six challenges in nine minutes for all hosts of a
   * registrable domain, logins included, and signs the same one once: `10m` suffices for 6 hosts in
   * use at a time, `1h` for 40. A proof that somebody reads on its way can be shown again for as
   * long.
   */
  readonly challengeLifetime: string
  /**
   * Takes each proof once: every challenge is another one, and the store remembers which were used.
   * No proof can be shown again, each renewal takes a signature of the browser, so that six hosts
   * at most can be in use at a time, and none is possible while the store is away.
   */
  readonly singleUse: boolean
  /**
   * For how long after its last proof a bound session counts without the short-lived cookie, up to
   * `1h`: for browsers that have used up their signatures. It counts by what the store knows,
   * whatever the browser says. A copy of the session cookie alone then counts as long, and goes on
   * to count while its owner works.
   */
  readonly grace: string
}

/**
 * Lets end-users sign in inside a frame. Unset, a frame without a session shows a page that opens
 * the sign-in in the whole window. What the upstream answers is framed as it says itself. The
 * provider must permit that its pages are framed, and the browser that a frame keeps cookies.
 */
export interface OIDCClientSessionFraming {
  /**
   * The origins of the pages that may frame a sign-in, and our pages in it (`frame-ancestors`),
   * besides the host itself. They can lay something over what they frame, so list none that you do
   * not trust with that.
   */
  readonly allowedAncestors: readonly string[]
}

/**
 * What a page is told about its own session at `session` beside the callback path,
 * `/oauth2/session` as a rule: a document in JSON with these claims, when the session ends and
 * where to sign out, or 401. That path and `login` beside it, which starts a login, are ours for
 * GET and HEAD where the callback path has a folder, unless a client has one of them for something
 * else.
 */
export interface OIDCClientSessionInfo {
  /**
   * The claims that are told, spelled as in `authorize`. Every script of the host reads them, and
   * scripts of other origins where `cors` says so. Unset, none.
   */
  readonly claims: readonly string[]
}

/** The session cookie. It is always `Secure`, `HttpOnly` and with `Path=/`. */
export interface OIDCClientSessionCookie {
  /**
   * Its name. Unset, `__Host-sallyport`, or `__Secure-sallyport` with a `domain`. `__Host-` makes
   * browsers refuse one that another host planted; with a `domain` it begins with
   * `__Secure-sallyport`, so that every host that is protected keeps it from its upstream. Clients
   * that share a host, or a domain, need different names.
   */
  readonly name?: string
  /**
   * A parent domain of the hosts, such as `example.com`: a session holds for every host of this
   * client below it, and for the domain itself. Unset, each host has sessions of its own, which is
   * safer: with a domain, every host below it is sent the cookie, protected or not, and may use,
   * replace or remove it, so list none that you do not trust with that. Every host of the routes
   * that use this client must be below it. A public suffix is refused, as browsers do.
   */
  readonly domain?: string
  /**
   * Its `SameSite` attribute. `Lax` suits nearly everybody. With `Strict`, whoever follows a link
   * from another site arrives without a session. `None` sends it with every cross-site request, so
   * the upstream itself must then defend against request forgery.
   */
  readonly sameSite: 'Lax' | 'Strict' | 'None'
  /**
   * Its `Partitioned` attribute: browsers that block the cookies of other sites keep this one all
   * the same, apart for each site that frames the host. A session in a frame is then not that of
   * the whole window.
   */
  readonly partitioned: boolean
}

/** How end-users sign out. */
export interface OIDCClientLogout {
  /**
   * The path that signs out, on every host of the routes that use this client. The upstream never
   * sees requests to it.
   */
  readonly path: string
  /**
   * Where the browser goes after sign-out: a path on the same host, or an `https` URL. Unset, it
   * sees a page that says that it is signed out.
   */
  readonly redirectURL?: string
  /**
   * What the query parameter `rd` of `path` may name instead, byte for byte: paths on the same
   * host, and `https` URLs. Anything else that it names is passed over. Unset, nothing.
   */
  readonly redirectURLs: readonly string[]
  /**
   * Whether signing out here also signs out at the provider (OpenID Connect RP-Initiated Logout
   * 1.0), if it offers that. With `false`, the next login may succeed without asking for anything.
   */
  readonly atProvider: boolean
  /** What the request to sign out at the provider carries. */
  readonly endSession?: OIDCClientLogoutEndSession
  /**
   * Whether signing out takes the refresh token and the access token back at the provider (RFC
   * 7009), if it has a revocation endpoint. It happens behind the answer: a provider that fails, or
   * is slow, keeps nobody signed in. With `false`, tokens that somebody copied live on until they
   * expire.
   */
  readonly revokeTokens: boolean
  /**
   * Whether the provider may end sessions of this client by itself (OpenID Connect Back-Channel
   * Logout 1.0). It calls `/backchannel-logout/<namespace>/<name>` of this object, at the port
   * `http.listen` of the process: register that URL, as you expose it, at the provider. It also
   * ends sessions of other clients with this `clientId`, if their IdentityProvider has the same
   * issuer and is of the same namespace. With `false`, that path answers 404, and sessions outlive
   * those at the provider.
   */
  readonly backChannel: boolean
  /**
   * Whether the provider may end the session of a browser by loading `<path>/frontchannel` in a
   * frame, with `iss` and `sid` (OpenID Connect Front-Channel Logout 1.0). Browsers send the
   * session cookie to such a frame only if the provider is of the same site, or with
   * `session.cookie.sameSite: None`, and fewer of them every year: prefer `backChannel`. Nobody
   * signs such a request, so it takes no tokens back. With `false`, that path is as any other.
   */
  readonly frontChannel: boolean
}

/** What the request to sign out at the provider carries. */
export interface OIDCClientLogoutEndSession {
  /**
   * Parameters that are added to those of RP-Initiated Logout 1.0, for providers that sign out in a
   * way of their own: `logout_uri: $RETURN_URL` for Cognito, `returnTo: $RETURN_URL` for Auth0. The
   * value `$RETURN_URL` stands for where the browser comes back to, `logout.path` on the host that
   * it signs out of, and `$CLIENT_ID` for the `clientId`; any other value is sent as it is. Where
   * the metadata name no end-session endpoint, set `endpoints.endSession` of the IdentityProvider.
   */
  readonly parameters?: Readonly<Record<string, string>>
}

/**
 * From which namespaces ProtectedRoutes may refer to this client. Unset, only from its own. Whoever
 * may use it receives access tokens of its end-users.
 */
export interface OIDCClientAllowedNamespaces {
  /**
   * `Same`: only the namespace of this object. `All`: every namespace, so anybody who may write
   * resources anywhere. `Selector`: the namespaces whose labels `selector` matches.
   */
  readonly from: 'Same' | 'All' | 'Selector'
  /**
   * Which namespaces, by their labels; every condition must hold, and none at all matches every
   * namespace. `kubernetes.io/metadata.name`, whose value is the name, is always known. Other
   * labels are those of the Namespace objects: of the cluster, if every namespace is read, or of
   * the files beside the resources. Where a namespace's labels are not known, no condition about
   * them holds.
   */
  readonly selector?: OIDCClientAllowedNamespacesSelector
}

/**
 * Which namespaces, by their labels; every condition must hold, and none at all matches every
 * namespace. `kubernetes.io/metadata.name`, whose value is the name, is always known. Other labels
 * are those of the Namespace objects: of the cluster, if every namespace is read, or of the files
 * beside the resources. Where a namespace's labels are not known, no condition about them holds.
 */
export interface OIDCClientAllowedNamespacesSelector {
  /** Labels that a namespace must have, with exactly these values. */
  readonly matchLabels?: Readonly<Record<string, string>>
  /** Further conditions on its labels. */
  readonly matchExpressions?: readonly OIDCClientAllowedNamespacesSelectorMatchExpression[]
}

/** One condition on one label. */
export interface OIDCClientAllowedNamespacesSelectorMatchExpression {
  /** The name of the label. */
  readonly key: string
  /**
   * How the label is compared. `NotIn` and `DoesNotExist` also match a namespace without the label.
   */
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist'
  /** The values for `In` and `NotIn`; unset with the other operators. */
  readonly values?: readonly string[]
}

/** What is protected, and how. */
export interface ProtectedRouteSpec {
  /**
   * The host names that this route protects, in lower case. `*.example.com` covers every name below
   * `example.com`, one label deep or more, but not `example.com` itself. A host belongs to the
   * oldest route that names it; the others get `HostConflict` for that host alone.
   */
  readonly hosts: readonly string[]
  /**
   * For a gateway behind a CDN that calls it by another host: the host that the browser sees is in
   * a header. It is taken for the host of the request, in redirect URIs, return URLs, cookies and
   * sessions, if it is one of `hosts` too; a header that names any other host is refused with 404.
   * Where the header is absent, the host of the request is the one that counts. Unset, no such
   * header is looked at.
   */
  readonly publicHosts?: ProtectedRoutePublicHosts
  /**
   * The OIDCClient that end-users sign in with; `clientRefs` instead if they may choose. With
   * neither, the hosts take access tokens only, and no member of any `authenticate` may be
   * `session`.
   */
  readonly clientRef?: ProtectedRouteClientRef
  /**
   * The OIDCClients that end-users choose from, in the order in which a page offers them; instead
   * of `clientRef`. The choice that led to a login is remembered by the browser until sign-out. A
   * link with the query parameter `sallyport_provider=<name of the OIDCClient>` skips the page. A
   * session of any of them counts; if there are several, that of the remembered choice. Members
   * differ in name, and their clients in `callback.path`, `logout.path`, `session.cookie.name` and
   * `displayName`. Everybody whom any of the providers signs in gets in, unless `authorize` says
   * otherwise.
   */
  readonly clientRefs?: readonly ProtectedRouteClientRef[]
  /**
   * How a caller may authenticate, tried in order. A bearer token that is there and refused ends
   * it; a session that is over leaves the word to the next. Unset, by session.
   */
  readonly authenticate: readonly ProtectedRouteAuthenticate[]
  /**
   * What happens to a request without an acceptable credential. `Auto`: a page navigation starts a
   * login, everything else gets 401. `Login`: so does a GET or HEAD request that says nothing about
   * itself, for clients that send neither `Sec-Fetch-Mode` nor an HTML `Accept`; what says it is a
   * script's is still answered 401. `Challenge`: always 401.
   */
  readonly onUnauthenticated: 'Auto' | 'Login' | 'Challenge'
  /**
   * What an authenticated caller must have; every member must hold. Unset, being authenticated is
   * enough.
   */
  readonly authorize: readonly ProtectedRouteAuthorize[]
  /** What the upstream receives besides the default identity headers. */
  readonly upstream: ProtectedRouteUpstream
  /** What the downstream is told beside the answer of the upstream. */
  readonly response?: ProtectedRouteResponse
  /**
   * What filters and logs of Envoy are told about who is calling, as dynamic metadata of
   * `envoy.filters.http.ext_authz`, on every allow and on a 403. Always told, on every answer, are
   * `reason`, `route` and `rule`.
   */
  readonly metadata?: readonly ProtectedRouteMetadata[]
  /**
   * Which pages of other origins may read the answers to their scripts (Fetch Standard, CORS). A
   * preflight is answered here, by the rule that its request will fall under, before anybody is
   * asked who sends it; the headers are on 401, 403 and 503 as well, and take the place of what the
   * upstream says itself. It permits nothing else: whoever is not a browser sends what it likes. Of
   * our own paths, `session` beside the callback alone is shared so. Unset, preflights are requests
   * like any other, and answers are what the upstream makes them.
   */
  readonly cors?: ProtectedRouteCors
  /**
   * For clients that find their own way in, such as those of the Model Context Protocol: what lies
   * below `paths` is a protected resource (RFC 9728). Its metadata are answered to anybody at
   * `/.well-known/oauth-protected-resource` and the path after it; whoever shows no token gets 401
   * with where they lie and the scopes to ask for, and never a page or a login; 403 for a scope
   * names all that are needed; and `bearer` takes tokens whose audience is the URL of the resource.
   * What `upstream` leaves unset is then `authorization: Remove`. Unset, clients have to be
   * configured.
   */
  readonly protectedResource?: ProtectedRouteProtectedResource
  /**
   * Exceptions for some requests, tried in order: the first that matches is applied. A request that
   * matches none gets the settings above. What a rule leaves unset it inherits from them.
   */
  readonly rules: readonly ProtectedRouteRule[]
}

/**
 * For a gateway behind a CDN that calls it by another host: the host that the browser sees is in a
 * header. It is taken for the host of the request, in redirect URIs, return URLs, cookies and
 * sessions, if it is one of `hosts` too; a header that names any other host is refused with 404.
 * Where the header is absent, the host of the request is the one that counts. Unset, no such header
 * is looked at.
 */
export interface ProtectedRoutePublicHosts {
  /** The name of the header, such as `x-forwarded-host`. It holds one host, perhaps with a port. */
  readonly header: string
  /**
   * Says that the gateway sets or removes the header on every request before it asks Sallyport,
   * whoever sent it. It must be `true`: with a header that a caller can choose, a caller chooses
   * which of the hosts a login belongs to.
   */
  readonly trusted: boolean
}

/**
 * The OIDCClient that end-users sign in with; `clientRefs` instead if they may choose. With
 * neither, the hosts take access tokens only, and no member of any `authenticate` may be `session`.
 */
export interface ProtectedRouteClientRef {
  /** The name of the OIDCClient. */
  readonly name: string
  /**
   * Its namespace. Unset, that of this object. Another one works only if `allowedNamespaces` of the
   * OIDCClient says so.
   */
  readonly namespace?: string
}

/** One OIDCClient. */
export interface ProtectedRouteClientRef {
  /** The name of the OIDCClient. */
  readonly name: string
  /**
   * Its namespace. Unset, that of this object. Another one works only if `allowedNamespaces` of the
   * OIDCClient says so.
   */
  readonly namespace?: string
}

/** One way to authenticate; exactly one of its fields. */
export interface ProtectedRouteAuthenticate {
  /** A session that a login started. It has no settings, so write `{}`. */
  readonly session?: Readonly<Record<string, never>>
  /**
   * Nobody: whoever is not signed in passes without an identity, for pages that greet whoever is.
   * Identity headers and `Authorization` of the caller are removed. The last member. A bearer token
   * that is there and refused still gets 401. It has no settings, so write `{}`.
   */
  readonly anonymous?: Readonly<Record<string, never>>
  /**
   * A client id and its secret in `Authorization` with the scheme `Basic` (RFC 7617). They become
   * an access token by the client credentials grant (RFC 6749 section 4.4), as that client; the
   * caller is whom that token names. Neither reaches the upstream, which gets the token, unless
   * `upstream.authorization` says otherwise. At most one member of a list reads `Basic`.
   */
  readonly clientCredentials?: ProtectedRouteAuthenticateClientCredentials
  /**
   * The name and password of a person in `Authorization` with the scheme `Basic` (RFC 7617), which
   * become an access token by the resource owner password grant (RFC 6749 section 4.3). RFC 9700
   * section 2.4 forbids that grant: every upstream of this kind teaches people to give their
   * password to somebody else than the provider, and no second factor can be asked for. It is for a
   * migration, and refused unless `credentials.allowPasswordGrant` of the process is true. Kept for
   * five minutes at most. At most one member of a list reads `Basic`.
   */
  readonly password?: ProtectedRouteAuthenticatePassword
  /**
   * A refresh token of the caller, which becomes an access token by the refresh grant (RFC 6749
   * section 6) as the client that it was issued to. The caller is whom that access token names, and
   * the refresh token never reaches the upstream. The access token is kept until it is over. A
   * provider that rotates refresh tokens makes the one of the caller worthless with the first use,
   * and its successor is not handed out: switch rotation off for this client. At most one member of
   * a list reads refresh tokens.
   */
  readonly refreshToken?: ProtectedRouteAuthenticateRefreshToken
  /**
   * A JWT access token in `Authorization` (RFC 6750, RFC 9068). ID tokens are refused unless
   * `accept` lists them.
   */
  readonly bearer?: ProtectedRouteAuthenticateBearer
  /**
   * A token, opaque or JWT, that its provider is asked about (RFC 7662). It counts if the provider
   * says that it is active, is an access token, for one of `audiences` or a `protectedResource`,
   * and about a subject. Only the provider knows of a token that was taken back.
   */
  readonly introspection?: ProtectedRouteAuthenticateIntrospection
  /**
   * A token that the userinfo endpoint of its provider takes (OpenID Connect Core 1.0 section 5.3),
   * for providers without introspection. The answer does not say whom the token is for: a token of
   * ANY application of that provider opens the rule. Prefer `introspection` or `bearer`.
   */
  readonly userinfo?: ProtectedRouteAuthenticateUserinfo
}

/**
 * A client id and its secret in `Authorization` with the scheme `Basic` (RFC 7617). They become an
 * access token by the client credentials grant (RFC 6749 section 4.4), as that client; the caller
 * is whom that token names. Neither reaches the upstream, which gets the token, unless
 * `upstream.authorization` says otherwise. At most one member of a list reads `Basic`.
 */
export interface ProtectedRouteAuthenticateClientCredentials {
  /** The IdentityProvider whose clients are accepted. */
  readonly providerRef: ProtectedRouteAuthenticateClientCredentialsProviderRef
  /**
   * The token that comes back is accepted if its `aud` has at least one of these. There is no
   * default and no "any": otherwise every client of the provider would be let in, whatever it is
   * for.
   */
  readonly audiences: readonly string[]
  /** The scopes that are asked for. Unset, none, and the provider chooses. */
  readonly scopes?: readonly string[]
  /** How long a token is kept for whoever shows the same id and secret again. */
  readonly cache: ProtectedRouteAuthenticateClientCredentialsCache
}

/** The IdentityProvider whose clients are accepted. */
export interface ProtectedRouteAuthenticateClientCredentialsProviderRef {
  /** The name of the IdentityProvider. */
  readonly name: string
  /**
   * Its namespace. Unset, that of this object. Another one works only if `allowedNamespaces` of the
   * IdentityProvider says so.
   */
  readonly namespace?: string
}

/** How long a token is kept for whoever shows the same id and secret again. */
export interface ProtectedRouteAuthenticateClientCredentialsCache {
  /**
   * How long, from `0s` to `1h`, and never until the token is over. That long an id and a secret
   * pass after the provider has changed or disabled them. `0s`: the provider is asked about every
   * request.
   */
  readonly ttl: string
}

/**
 * The name and password of a person in `Authorization` with the scheme `Basic` (RFC 7617), which
 * become an access token by the resource owner password grant (RFC 6749 section 4.3). RFC 9700
 * section 2.4 forbids that grant: every upstream of this kind teaches people to give their password
 * to somebody else than the provider, and no second factor can be asked for. It is for a migration,
 * and refused unless `credentials.allowPasswordGrant` of the process is true. Kept for five minutes
 * at most. At most one member of a list reads `Basic`.
 */
export interface ProtectedRouteAuthenticatePassword {
  /** The OIDCClient as which the provider is asked; it has to be allowed that grant there. */
  readonly clientRef: ProtectedRouteAuthenticatePasswordClientRef
  /**
   * The token that comes back is accepted if its `aud` has at least one of these. Unset, the
   * `clientId` of the OIDCClient is the one; Keycloak, for example, puts it there only by an
   * audience mapper.
   */
  readonly audiences?: readonly string[]
  /** The scopes that are asked for. Unset, those of the OIDCClient. */
  readonly scopes?: readonly string[]
}

/** The OIDCClient as which the provider is asked; it has to be allowed that grant there. */
export interface ProtectedRouteAuthenticatePasswordClientRef {
  /** The name of the OIDCClient. */
  readonly name: string
  /**
   * Its namespace. Unset, that of this object. Another one works only if `allowedNamespaces` of the
   * OIDCClient says so.
   */
  readonly namespace?: string
}

/**
 * A refresh token of the caller, which becomes an access token by the refresh grant (RFC 6749
 * section 6) as the client that it was issued to. The caller is whom that access token names, and
 * the refresh token never reaches the upstream. The access token is kept until it is over. A
 * provider that rotates refresh tokens makes the one of the caller worthless with the first use,
 * and its successor is not handed out: switch rotation off for this client. At most one member of a
 * list reads refresh tokens.
 */
export interface ProtectedRouteAuthenticateRefreshToken {
  /** The OIDCClient that the refresh tokens were issued to. */
  readonly clientRef: ProtectedRouteAuthenticateRefreshTokenClientRef
  /**
   * The token that comes back is accepted if its `aud` has at least one of these. Unset, the
   * `clientId` of the OIDCClient is the one; Keycloak, for example, puts it there only by an
   * audience mapper.
   */
  readonly audiences?: readonly string[]
  /**
   * Where the refresh token is looked for; unset, in the header `refresh-token`. Whatever is listed
   * never reaches the upstream. A request with refresh tokens in two places is refused.
   */
  readonly from: readonly ProtectedRouteAuthenticateRefreshTokenFrom[]
}

/** The OIDCClient that the refresh tokens were issued to. */
export interface ProtectedRouteAuthenticateRefreshTokenClientRef {
  /** The name of the OIDCClient. */
  readonly name: string
  /**
   * Its namespace. Unset, that of this object. Another one works only if `allowedNamespaces` of the
   * OIDCClient says so.
   */
  readonly namespace?: string
}

/** One place; exactly one of its fields. */
export interface ProtectedRouteAuthenticateRefreshTokenFrom {
  /** The name of a header, in lower case. Not `authorization`, which holds access tokens. */
  readonly header?: string
  /** The name of a cookie that somebody else sets. */
  readonly cookie?: string
  /**
   * The name of a query parameter. URLs are kept in histories and logs, and a refresh token lives
   * long: choose a header wherever there is a choice.
   */
  readonly query?: string
}

/**
 * A JWT access token in `Authorization` (RFC 6750, RFC 9068). ID tokens are refused unless `accept`
 * lists them.
 */
export interface ProtectedRouteAuthenticateBearer {
  /** The IdentityProvider whose tokens are accepted. */
  readonly providerRef: ProtectedRouteAuthenticateBearerProviderRef
  /**
   * A token is accepted if its `aud` has at least one of these, or for a `protectedResource` its
   * URL. Only there may the list be left out; there is no "any": without an audience, a token
   * issued for some other service would open this one (RFC 9700 section 2.3).
   */
  readonly audiences?: readonly string[]
  /**
   * The longest token that is read. A longer one gets 401, and the log says how long it was. Envoy
   * takes no more than 60 KiB of headers unless `max_request_headers_kb` is raised.
   */
  readonly maxBytes: number
  /**
   * The claim that names the audiences. Unset, `aud`; another is for providers whose access tokens
   * have none, such as `client_id` for Amazon Cognito.
   */
  readonly audienceClaim?: string
  /**
   * The Secret with the private key that opens encrypted tokens (RFC 7516), in the namespace of
   * this ProtectedRoute; the provider must know its public half. An RSA key opens RSA-OAEP-256 and
   * RSA-OAEP, a key on P-256, P-384, P-521 or X25519 ECDH-ES, bare or with A128KW or A256KW. What
   * is inside has to be signed as always, and a token that is not encrypted is taken as well. The
   * upstream gets the token as it came. Unset, an encrypted token is refused.
   */
  readonly decryptionKeyRef?: ProtectedRouteAuthenticateBearerDecryptionKeyRef
  /**
   * Several such keys in the place of `decryptionKeyRef`, for a change of keys without a gap. A
   * token is opened by the key that its `kid` names, else by the first that can. A key that is
   * missing or malformed is told, and hinders nothing as long as there is another.
   */
  readonly decryptionKeyRefs?: readonly ProtectedRouteAuthenticateBearerDecryptionKeyRef[]
  /**
   * Which tokens are taken as bearers. Unset, access tokens alone. `IDToken` is for callers that
   * have no other, such as gcloud and the service accounts of some clouds: an ID token says who
   * signed in, not what it may be used for.
   */
  readonly accept?: readonly ('AccessToken' | 'IDToken')[]
  /**
   * What a token has to be bound to. A token that is bound to a key (`cnf.jkt`, DPoP, RFC 9449) or
   * to a client certificate (`cnf.x5t#S256`, RFC 8705) has to be proven whatever this says; a token
   * bound by anything else is refused. `Any`, as unset, takes tokens that are bound to nothing as
   * well; `DPoP` and `MutualTLS` do not.
   */
  readonly proof?: 'Any' | 'DPoP' | 'MutualTLS'
  /** How the proofs of tokens are taken that are bound to a key. */
  readonly dpop?: ProtectedRouteAuthenticateBearerDpop
  /**
   * Where the token is looked for; unset, in `Authorization` alone: as `Bearer`, or as `DPoP` if it
   * is bound to a key. Other headers hold the token, bare or behind `Bearer`. Whatever is listed
   * never reaches the upstream from there: `upstream` says what it gets. A request with tokens in
   * two places is refused (RFC 6750 section 2). What is not listed is not looked at.
   */
  readonly from?: readonly ProtectedRouteAuthenticateBearerFrom[]
}

/** The IdentityProvider whose tokens are accepted. */
export interface ProtectedRouteAuthenticateBearerProviderRef {
  /** The name of the IdentityProvider. */
  readonly name: string
  /**
   * Its namespace. Unset, that of this object. Another one works only if `allowedNamespaces` of the
   * IdentityProvider says so.
   */
  readonly namespace?: string
}

/**
 * The Secret with the private key that opens encrypted tokens (RFC 7516), in the namespace of this
 * ProtectedRoute; the provider must know its public half. An RSA key opens RSA-OAEP-256 and
 * RSA-OAEP, a key on P-256, P-384, P-521 or X25519 ECDH-ES, bare or with A128KW or A256KW. What is
 * inside has to be signed as always, and a token that is not encrypted is taken as well. The
 * upstream gets the token as it came. Unset, an encrypted token is refused.
 */
export interface ProtectedRouteAuthenticateBearerDecryptionKeyRef {
  /** The name of the Secret. */
  readonly name: string
  /** The key in its `data` whose value is the private key, in PEM as PKCS#8. */
  readonly key: string
}

/** One key. */
export interface ProtectedRouteAuthenticateBearerDecryptionKeyRef {
  /** The name of the Secret. */
  readonly name: string
  /** The key in its `data` whose value is the private key, in PEM as PKCS#8. */
  readonly key: string
  /** The `kid` that it is registered by at the provider. Unset, its thumbprint (RFC 7638). */
  readonly keyId?: string
}

/** How the proofs of tokens are taken that are bound to a key. */
export interface ProtectedRouteAuthenticateBearerDpop {
  /**
   * Whether a proof needs a nonce of this service (RFC 9449 section 9), so that none can be made
   * long before its use. `Require` answers a proof without one with 401 and `DPoP-Nonce`, and
   * clients try again by themselves; it counts for all members of one `authenticate`. Unset, `Off`.
   */
  readonly nonce?: 'Off' | 'Require'
}

/** One place; exactly one of its fields. */
export interface ProtectedRouteAuthenticateBearerFrom {
  /** The name of a header, in lower case. */
  readonly header?: string
  /**
   * The name of a cookie that somebody else sets. Browsers send it with requests that other sites
   * cause, unless its `SameSite` says otherwise; a name with `__Host-` keeps other hosts from
   * planting one.
   */
  readonly cookie?: string
  /**
   * The name of a query parameter, for WebSocket and EventSource, where a browser sets no header.
   * URLs are kept in histories and logs: have the token live a minute. It is taken out of the path
   * that goes on, and the rest stays as it was sent.
   */
  readonly query?: string
}

/**
 * A token, opaque or JWT, that its provider is asked about (RFC 7662). It counts if the provider
 * says that it is active, is an access token, for one of `audiences` or a `protectedResource`, and
 * about a subject. Only the provider knows of a token that was taken back.
 */
export interface ProtectedRouteAuthenticateIntrospection {
  /**
   * The OIDCClient as which the provider is asked, with its `authentication`. Its provider is the
   * one whose tokens are accepted.
   */
  readonly clientRef: ProtectedRouteAuthenticateIntrospectionClientRef
  /**
   * The IdentityProvider of that client, for whoever reads the route. Unset, the one that the
   * client has; another one is refused.
   */
  readonly providerRef?: ProtectedRouteAuthenticateIntrospectionProviderRef
  /**
   * A token is accepted if the `aud` that the provider tells has at least one of these, or for a
   * `protectedResource` its URL. Only there may the list be left out; there is no "any": without an
   * audience, a token issued for some other service would open this one (RFC 9700 section 2.3).
   */
  readonly audiences?: readonly string[]
  /**
   * The claim that names the audiences. Unset, `aud`; another is for providers that tell none, such
   * as `client_id` for Amazon Cognito.
   */
  readonly audienceClaim?: string
  /**
   * Where the token is looked for; unset, in `Authorization` alone: as `Bearer`, or as `DPoP` if it
   * is bound to a key. Other headers hold the token, bare or behind `Bearer`. Whatever is listed
   * never reaches the upstream from there: `upstream` says what it gets. A request with tokens in
   * two places is refused (RFC 6750 section 2). What is not listed is not looked at.
   */
  readonly from?: readonly ProtectedRouteAuthenticateIntrospectionFrom[]
  /**
   * The longest token that is read. A longer one gets 401, and the log says how long it was. Envoy
   * takes no more than 60 KiB of headers unless `max_request_headers_kb` is raised.
   */
  readonly maxBytes: number
  /**
   * Whether answers have to be signed (RFC 9701). `Auto`: a signed one is asked for where the
   * metadata of the provider offer it, and a plain one is taken as well. `Always`: a plain one
   * counts for nothing; the token is then refused with 503.
   */
  readonly signed: 'Auto' | 'Always'
  /**
   * What a token has to be bound to, by `cnf` of what the provider says, or of the JWT. A token
   * that is bound to a key (`jkt`, DPoP, RFC 9449) or to a client certificate (`x5t#S256`, RFC
   * 8705) has to be proven whatever this says; a token bound by anything else is refused. `Any`, as
   * unset, takes tokens that are bound to nothing as well; `DPoP` and `MutualTLS` do not.
   */
  readonly proof?: 'Any' | 'DPoP' | 'MutualTLS'
  /** How the proofs of tokens are taken that are bound to a key. */
  readonly dpop?: ProtectedRouteAuthenticateIntrospectionDpop
  /** How long what the provider says of a token is remembered. */
  readonly cache: ProtectedRouteAuthenticateIntrospectionCache
}

/**
 * The OIDCClient as which the provider is asked, with its `authentication`. Its provider is the one
 * whose tokens are accepted.
 */
export interface ProtectedRouteAuthenticateIntrospectionClientRef {
  /** The name of the OIDCClient. */
  readonly name: string
  /**
   * Its namespace. Unset, that of this object. Another one works only if `allowedNamespaces` of the
   * OIDCClient says so.
   */
  readonly namespace?: string
}

/**
 * The IdentityProvider of that client, for whoever reads the route. Unset, the one that the client
 * has; another one is refused.
 */
export interface ProtectedRouteAuthenticateIntrospectionProviderRef {
  /** The name of the IdentityProvider. */
  readonly name: string
  /**
   * Its namespace. Unset, that of this object. Another one works only if `allowedNamespaces` of the
   * IdentityProvider says so.
   */
  readonly namespace?: string
}

/** One place; exactly one of its fields. */
export interface ProtectedRouteAuthenticateIntrospectionFrom {
  /** The name of a header, in lower case. */
  readonly header?: string
  /**
   * The name of a cookie that somebody else sets. Browsers send it with requests that other sites
   * cause, unless its `SameSite` says otherwise; a name with `__Host-` keeps other hosts from
   * planting one.
   */
  readonly cookie?: string
  /**
   * The name of a query parameter, for WebSocket and EventSource, where a browser sets no header.
   * URLs are kept in histories and logs: have the token live a minute. It is taken out of the path
   * that goes on, and the rest stays as it was sent.
   */
  readonly query?: string
}

/** How the proofs of tokens are taken that are bound to a key. */
export interface ProtectedRouteAuthenticateIntrospectionDpop {
  /**
   * Whether a proof needs a nonce of this service (RFC 9449 section 9), so that none can be made
   * long before its use. `Require` answers a proof without one with 401 and `DPoP-Nonce`, and
   * clients try again by themselves; it counts for all members of one `authenticate`. Unset, `Off`.
   */
  readonly nonce?: 'Off' | 'Require'
}

/** How long what the provider says of a token is remembered. */
export interface ProtectedRouteAuthenticateIntrospectionCache {
  /**
   * How long an answer counts for the very same token, from `0s` to `10m`, and never longer than
   * the token lives; that long a token that was taken back is still good here. A refusal counts for
   * 5s at most. `0s`: the provider is asked at every request.
   */
  readonly ttl: string
}

/**
 * A token that the userinfo endpoint of its provider takes (OpenID Connect Core 1.0 section 5.3),
 * for providers without introspection. The answer does not say whom the token is for: a token of
 * ANY application of that provider opens the rule. Prefer `introspection` or `bearer`.
 */
export interface ProtectedRouteAuthenticateUserinfo {
  /** The IdentityProvider whose userinfo endpoint is shown the tokens. */
  readonly providerRef: ProtectedRouteAuthenticateUserinfoProviderRef
  /**
   * Where the token is looked for; unset, in `Authorization` with the scheme `Bearer` alone. Other
   * headers hold the token, bare or behind `Bearer`. Whatever is listed never reaches the upstream
   * from there: `upstream` says what it gets. A request with tokens in two places is refused (RFC
   * 6750 section 2). What is not listed is not looked at.
   */
  readonly from?: readonly ProtectedRouteAuthenticateUserinfoFrom[]
  /**
   * The longest token that is read. A longer one gets 401, and the log says how long it was. Envoy
   * takes no more than 60 KiB of headers unless `max_request_headers_kb` is raised.
   */
  readonly maxBytes: number
  /** How long what the provider says of a token is remembered. */
  readonly cache: ProtectedRouteAuthenticateUserinfoCache
}

/** The IdentityProvider whose userinfo endpoint is shown the tokens. */
export interface ProtectedRouteAuthenticateUserinfoProviderRef {
  /** The name of the IdentityProvider. */
  readonly name: string
  /**
   * Its namespace. Unset, that of this object. Another one works only if `allowedNamespaces` of the
   * IdentityProvider says so.
   */
  readonly namespace?: string
}

/** One place; exactly one of its fields. */
export interface ProtectedRouteAuthenticateUserinfoFrom {
  /** The name of a header, in lower case. */
  readonly header?: string
  /**
   * The name of a cookie that somebody else sets. Browsers send it with requests that other sites
   * cause, unless its `SameSite` says otherwise; a name with `__Host-` keeps other hosts from
   * planting one.
   */
  readonly cookie?: string
  /**
   * The name of a query parameter, for WebSocket and EventSource, where a browser sets no header.
   * URLs are kept in histories and logs: have the token live a minute. It is taken out of the path
   * that goes on, and the rest stays as it was sent.
   */
  readonly query?: string
}

/** How long what the provider says of a token is remembered. */
export interface ProtectedRouteAuthenticateUserinfoCache {
  /**
   * How long an answer counts for the very same token, from `0s` to `10m`, and never longer than
   * the token lives; that long a token that was taken back is still good here. A refusal counts for
   * 5s at most. `0s`: the provider is asked at every request.
   */
  readonly ttl: string
}

/**
 * One requirement, of exactly one kind. `claim` comes with at least one of `anyOf`, `allOf`,
 * `noneOf`, `exists` and `matches`.
 */
export interface ProtectedRouteAuthorize {
  /**
   * Scopes that must all have been granted. A caller without them gets 403 `insufficient_scope`.
   */
  readonly scopes?: readonly string[]
  /**
   * The claim to look at: names joined by dots, such as `realm_access.roles`, or, for names that
   * hold dots, a JSON pointer (RFC 6901), such as `/https:~1~1example.com~1roles`. But for
   * `exists`, it is a string, a number, a boolean or a list of those; anything else refuses the
   * caller, and the log names the claim and what it is.
   */
  readonly claim?: string
  /**
   * The claim, or one member of it if it is a list, equals at least one of these, in type and
   * value.
   */
  readonly anyOf?: readonly (string | number | boolean)[]
  /** The claim, as a list, has every one of these. */
  readonly allOf?: readonly (string | number | boolean)[]
  /**
   * The claim, or any member of it if it is a list, equals none of these. An absent claim passes:
   * add `exists: true` to require it.
   */
  readonly noneOf?: readonly (string | number | boolean)[]
  /**
   * Whether the claim must be there (`true`) or must not be (`false`). Unset, that alone decides
   * nothing.
   */
  readonly exists?: boolean
  /**
   * RE2 regular expressions. The claim, or one member of it if it is a list, is a string of at most
   * 1024 characters, and the whole of it matches at least one of these.
   */
  readonly matches?: readonly string[]
  /**
   * Whether `anyOf`, `allOf`, `noneOf` and `matches` take `A` to `Z` for `a` to `z`. No other
   * letters are taken for each other, but for those that a pattern takes so; unset, none are.
   */
  readonly ignoreCase?: boolean
  /**
   * An expression in CEL that must come to true, of at most 2048 characters: for what no other kind
   * can ask. It names `claims`, `identity`, `request`, `source` and `now`; docs/authorization.md
   * lists their fields and every function. One that comes to false gives 403 `expression_refused`,
   * and one that comes to anything else, or fails, 403 `expression_failed`.
   */
  readonly cel?: string
  /**
   * The domains of which the e-mail address may be: the claim `email` holds one `@`, and what
   * follows is one of these, `A` to `Z` taken for `a` to `z`. `*.example.com` is every name below
   * that one. `email_verified` must be true.
   */
  readonly emailDomains?: readonly string[]
  /**
   * Whether an address counts that the provider has not verified: for providers that send no
   * `email_verified` and let nobody choose an address. Unset, it does not.
   */
  readonly allowUnverified?: boolean
  /**
   * How and when the caller must have authenticated: at least one of the two is set. A page of a
   * session that has it otherwise goes to another login, which raises the session; anything else
   * gets 401 `step_up_required` with what is asked for (RFC 9470). docs/step-up.md says what to set
   * at the provider.
   */
  readonly authenticationContext?: ProtectedRouteAuthorizeAuthenticationContext
  /**
   * Networks. The address that the connection to Envoy came from is in one of them.
   * docs/authorization.md says what makes that the address of the caller at each gateway; a caller
   * without an address is refused.
   */
  readonly sourceAddresses?: readonly string[]
  /**
   * Alternatives, of which one must hold. A caller of whom none does gets 403
   * `no_alternative_holds`, and the log says what each of them lacked.
   */
  readonly any?: readonly ProtectedRouteAuthorizeAny[]
  /**
   * A decision point outside of this process, asked last: once everything else that the rule asks
   * for holds, and about every request. Only its `true` lets a request pass; `false` is 403
   * `decision_denied`; one that cannot be asked, or gives no decision, is 503
   * `decision_point_unavailable`. It is told who calls (`sub` and `iss`), the method, host and path
   * without the query, the route and rule, the address of the caller, and what `send` lists. A path
   * that may be read in two ways is refused with 400. At most one in a list.
   */
  readonly external?: ProtectedRouteAuthorizeExternal
}

/**
 * How and when the caller must have authenticated: at least one of the two is set. A page of a
 * session that has it otherwise goes to another login, which raises the session; anything else gets
 * 401 `step_up_required` with what is asked for (RFC 9470). docs/step-up.md says what to set at the
 * provider.
 */
export interface ProtectedRouteAuthorizeAuthenticationContext {
  /** Authentication contexts, in order of preference. `acr` is a string, and one of these. */
  readonly acrValues?: readonly string[]
  /**
   * How long ago `auth_time` may be, from `10s` to `720h` in whole seconds, besides `clockSkew` of
   * the provider. It is looked at by the clock at every request; without `auth_time` it does not
   * hold.
   */
  readonly maxAge?: string
}

/**
 * One alternative, written like a member of `authorize`; exactly one of its kinds, and no `any`
 * within it.
 */
export interface ProtectedRouteAuthorizeAny {
  /**
   * Scopes that must all have been granted. A caller without them gets 403 `insufficient_scope`.
   */
  readonly scopes?: readonly string[]
  /**
   * The claim to look at: names joined by dots, such as `realm_access.roles`, or, for names that
   * hold dots, a JSON pointer (RFC 6901), such as `/https:~1~1example.com~1roles`. But for
   * `exists`, it is a string, a number, a boolean or a list of those; anything else refuses the
   * caller, and the log names the claim and what it is.
   */
  readonly claim?: string
  /**
   * The claim, or one member of it if it is a list, equals at least one of these, in type and
   * value.
   */
  readonly anyOf?: readonly (string | number | boolean)[]
  /** The claim, as a list, has every one of these. */
  readonly allOf?: readonly (string | number | boolean)[]
  /**
   * The claim, or any member of it if it is a list, equals none of these. An absent claim passes:
   * add `exists: true` to require it.
   */
  readonly noneOf?: readonly (string | number | boolean)[]
  /**
   * Whether the claim must be there (`true`) or must not be (`false`). Unset, that alone decides
   * nothing.
   */
  readonly exists?: boolean
  /**
   * RE2 regular expressions. The claim, or one member of it if it is a list, is a string of at most
   * 1024 characters, and the whole of it matches at least one of these.
   */
  readonly matches?: readonly string[]
  /**
   * Whether `anyOf`, `allOf`, `noneOf` and `matches` take `A` to `Z` for `a` to `z`. No other
   * letters are taken for each other, but for those that a pattern takes so; unset, none are.
   */
  readonly ignoreCase?: boolean
  /**
   * An expression in CEL that must come to true, of at most 2048 characters: for what no other kind
   * can ask. It names `claims`, `identity`, `request`, `source` and `now`; docs/authorization.md
   * lists their fields and every function. One that comes to false gives 403 `expression_refused`,
   * and one that comes to anything else, or fails, 403 `expression_failed`.
   */
  readonly cel?: string
  /**
   * The domains of which the e-mail address may be: the claim `email` holds one `@`, and what
   * follows is one of these, `A` to `Z` taken for `a` to `z`. `*.example.com` is every name below
   * that one. `email_verified` must be true.
   */
  readonly emailDomains?: readonly string[]
  /**
   * Whether an address counts that the provider has not verified: for providers that send no
   * `email_verified` and let nobody choose an address. Unset, it does not.
   */
  readonly allowUnverified?: boolean
  /**
   * How and when the caller must have authenticated: at least one of the two is set. A page of a
   * session that has it otherwise goes to another login, which raises the session; anything else
   * gets 401 `step_up_required` with what is asked for (RFC 9470). docs/step-up.md says what to set
   * at the provider.
   */
  readonly authenticationContext?: ProtectedRouteAuthorizeAnyAuthenticationContext
  /**
   * Networks. The address that the connection to Envoy came from is in one of them.
   * docs/authorization.md says what makes that the address of the caller at each gateway; a caller
   * without an address is refused.
   */
  readonly sourceAddresses?: readonly string[]
}

/**
 * How and when the caller must have authenticated: at least one of the two is set. A page of a
 * session that has it otherwise goes to another login, which raises the session; anything else gets
 * 401 `step_up_required` with what is asked for (RFC 9470). docs/step-up.md says what to set at the
 * provider.
 */
export interface ProtectedRouteAuthorizeAnyAuthenticationContext {
  /** Authentication contexts, in order of preference. `acr` is a string, and one of these. */
  readonly acrValues?: readonly string[]
  /**
   * How long ago `auth_time` may be, from `10s` to `720h` in whole seconds, besides `clockSkew` of
   * the provider. It is looked at by the clock at every request; without `auth_time` it does not
   * hold.
   */
  readonly maxAge?: string
}

/**
 * A decision point outside of this process, asked last: once everything else that the rule asks for
 * holds, and about every request. Only its `true` lets a request pass; `false` is 403
 * `decision_denied`; one that cannot be asked, or gives no decision, is 503
 * `decision_point_unavailable`. It is told who calls (`sub` and `iss`), the method, host and path
 * without the query, the route and rule, the address of the caller, and what `send` lists. A path
 * that may be read in two ways is refused with 400. At most one in a list.
 */
export interface ProtectedRouteAuthorizeExternal {
  /** One that speaks the AuthZEN Authorization API 1.0 (Access Evaluation). */
  readonly authzen?: ProtectedRouteAuthorizeExternalAuthzen
  /**
   * An Open Policy Agent. Its `input` has the members of an AuthZEN evaluation: `subject`,
   * `action`, `resource` and `context`. The rule is `true`, or an object whose `allow` is.
   */
  readonly opa?: ProtectedRouteAuthorizeExternalOpa
  /**
   * How long one call may take, from `100ms` to `10s`. A check never waits longer than
   * `check.budget` of the process, whatever stands here.
   */
  readonly timeout: string
  /** Whether answers are remembered. */
  readonly cache: ProtectedRouteAuthorizeExternalCache
  /**
   * What is told besides. All facts together are 16 KiB at most; more is 403
   * `decision_facts_too_large`.
   */
  readonly send: ProtectedRouteAuthorizeExternalSend
  /** How the decision point is trusted. Unset, as every server is. */
  readonly tls?: ProtectedRouteAuthorizeExternalTls
  /**
   * The Secret with the token by which the decision point knows this service, in the namespace of
   * this ProtectedRoute. It is sent as `Authorization: Bearer`. Unset, nothing is.
   */
  readonly credentialsRef?: ProtectedRouteAuthorizeExternalCredentialsRef
}

/** One that speaks the AuthZEN Authorization API 1.0 (Access Evaluation). */
export interface ProtectedRouteAuthorizeExternalAuthzen {
  /**
   * Its evaluation endpoint as a whole, which often ends in `/access/v1/evaluation`. No redirect is
   * followed. `http` is refused unless the process runs with `allowInsecureIssuers`, which is for
   * local trials only.
   */
  readonly url: string
  /** The `type` of the subject, whose `id` is the `sub` of the caller. */
  readonly subjectType: string
  /** The `type` of the resource, whose `id` is the path, decoded once. */
  readonly resourceType: string
}

/**
 * An Open Policy Agent. Its `input` has the members of an AuthZEN evaluation: `subject`, `action`,
 * `resource` and `context`. The rule is `true`, or an object whose `allow` is.
 */
export interface ProtectedRouteAuthorizeExternalOpa {
  /**
   * The URL of one rule in its data API: `https://opa.example.com/v1/data/shop/allow`. No redirect
   * is followed. `http` is refused unless the process runs with `allowInsecureIssuers`, which is
   * for local trials only.
   */
  readonly url: string
}

/** Whether answers are remembered. */
export interface ProtectedRouteAuthorizeExternalCache {
  /**
   * How long an answer counts for the very same facts, from `0s` to `5m`; that long a permission
   * lasts there after it was taken back. `0s`: the decision point is asked about every request.
   */
  readonly ttl: string
}

/**
 * What is told besides. All facts together are 16 KiB at most; more is 403
 * `decision_facts_too_large`.
 */
export interface ProtectedRouteAuthorizeExternalSend {
  /**
   * Claims that become properties of the subject, under the names written here. One that is absent
   * is left out.
   */
  readonly claims: readonly string[]
  /**
   * Request headers that become members of `context.headers`, as the caller sent them: anybody can
   * send any. One that is absent is left out.
   */
  readonly headers: readonly string[]
  /**
   * Whether `context.access_token` is the access token of the caller, which is valid then. Whoever
   * runs the decision point can use it as the caller could. Unset, it is not sent.
   */
  readonly accessToken: boolean
}

/** How the decision point is trusted. Unset, as every server is. */
export interface ProtectedRouteAuthorizeExternalTls {
  /**
   * A bundle of PEM certificates that are trusted besides those that come with Node.js, for this
   * decision point alone. There is no switch that turns verification off.
   */
  readonly caRef: ProtectedRouteAuthorizeExternalTlsCaRef
}

/**
 * A bundle of PEM certificates that are trusted besides those that come with Node.js, for this
 * decision point alone. There is no switch that turns verification off.
 */
export interface ProtectedRouteAuthorizeExternalTlsCaRef {
  /** The kind of object that holds the bundle. */
  readonly kind: 'ConfigMap' | 'Secret'
  /** The name of that object, in the namespace of this ProtectedRoute. */
  readonly name: string
  /** The key in its `data` whose value is the bundle. */
  readonly key: string
}

/**
 * The Secret with the token by which the decision point knows this service, in the namespace of
 * this ProtectedRoute. It is sent as `Authorization: Bearer`. Unset, nothing is.
 */
export interface ProtectedRouteAuthorizeExternalCredentialsRef {
  /** The name of the Secret. */
  readonly name: string
  /** The key in its `data` whose value is the token. */
  readonly key: string
}

/** What the upstream receives besides the default identity headers. */
export interface ProtectedRouteUpstream {
  /**
   * What stands in `Authorization` when a request goes on. `AccessToken`: the access token of the
   * session, or the bearer token that came. `IDToken`: the ID token of the session; a bearer token
   * stays if it is one. `Exchange`: what the access token is exchanged for, by `exchange`. `Keep`:
   * what the caller sent, whatever it is, for applications with credentials of their own. `Remove`:
   * nothing. Unset, `AccessToken`, or what `compatibility` says.
   */
  readonly authorization?: 'AccessToken' | 'IDToken' | 'Exchange' | 'Keep' | 'Remove'
  /**
   * An older name of `authorization`: `Forward` is `AccessToken`, `None` is `Remove`. Unset,
   * `authorization` says it.
   */
  readonly accessToken?: 'Forward' | 'None'
  /**
   * Sets the headers, besides, that the product set which was here before, by its names and in its
   * value forms: oauth2-proxy, kong-oidc, authservice or mod_auth_openidc. Its access token header
   * is there if `authorization` is `AccessToken` or `Exchange`. `None`: no such headers. Unset,
   * `None`.
   */
  readonly compatibility?: 'None' | 'OAuth2Proxy' | 'Kong' | 'AuthService' | 'ModAuthOpenIDC'
  /**
   * Identity headers of other products that callers may send, spelled so. All of them are removed
   * from every request, for an upstream may believe them (docs/upstream.md lists them); name one
   * only if something you trust sets it, and removes what callers send, before the request comes
   * here. Unset, none.
   */
  readonly passHeaders?: readonly string[]
  /** Further headers, set from claims of the identity or to a constant. */
  readonly headers: readonly ProtectedRouteUpstreamHeader[]
  /**
   * What the access token is exchanged for at its provider (RFC 8693), so that the upstream gets a
   * token that is for it alone; with `authorization: Exchange`. That of a session is exchanged as
   * the client of the session. At least one of `audience`, `resource` and `scopes` is there.
   * docs/token-exchange.md has a recipe for Keycloak.
   */
  readonly exchange?: ProtectedRouteUpstreamExchange
  /**
   * A JWT that says who is calling, signed by this service for the upstream alone, which then need
   * not trust the network: `iss` is `assertions.issuer` of the process, `sub` and `sub_id` (RFC
   * 9493) are the subject, and the keys are at `/.well-known/jwks.json` of its http port. Unset,
   * there is none.
   */
  readonly assertion?: ProtectedRouteUpstreamAssertion
}

/** One header, with exactly one of `claim`, `value` and `cel`. */
export interface ProtectedRouteUpstreamHeader {
  /**
   * Its name, in lower case. Whatever a caller sends under it, in any spelling, is removed. Names
   * that HTTP, Envoy or this service itself uses are refused.
   */
  readonly name: string
  /**
   * The claim whose value it gets, spelled as in `authorize`. Without the claim there is no header.
   */
  readonly claim?: string
  /**
   * The expression whose value it gets, in CEL, as in `authorize`. One that looks at `request`,
   * `source` or `now` is asked at every check, 8 of them at most. Where it fails, there is no
   * header.
   */
  readonly cel?: string
  /** A value that is the same for everybody, of printable ASCII without blanks at its ends. */
  readonly value?: string
  /**
   * How a list is written: `JSON`, or its members with a `,` or a `|` between them, which are
   * percent-encoded within a member. Objects are JSON in any case. Unset, `JSON`.
   */
  readonly format?: 'JSON' | 'CommaSeparated' | 'PipeSeparated'
  /**
   * What becomes of letters beyond ASCII. `Percent`: they and `%` are percent-encoded as UTF-8.
   * `UTF8`: they are sent as they are; percent-encoded are control characters, what turns the
   * direction of text or cannot be seen, and a `%` that would read as such an encoding. Blanks at
   * either end are percent-encoded in any case. Unset, `Percent`.
   */
  readonly encoding?: 'Percent' | 'UTF8'
}

/**
 * What the access token is exchanged for at its provider (RFC 8693), so that the upstream gets a
 * token that is for it alone; with `authorization: Exchange`. That of a session is exchanged as the
 * client of the session. At least one of `audience`, `resource` and `scopes` is there.
 * docs/token-exchange.md has a recipe for Keycloak.
 */
export interface ProtectedRouteUpstreamExchange {
  /**
   * The OIDCClient as which tokens are exchanged that no session holds: needed where `authenticate`
   * takes any but `session`. It is registered with the provider of those tokens. Unset, none are.
   */
  readonly clientRef?: ProtectedRouteUpstreamExchangeClientRef
  /**
   * Who acts for whoever is calling (RFC 8693 section 1.1): its access token goes along as
   * `actor_token`, and the new token has to name it in `act`. Unset, nobody does.
   */
  readonly actor?: ProtectedRouteUpstreamExchangeActor
  /**
   * The name of the upstream at the provider, which the `aud` of the new token has to hold. Unset,
   * it has to hold `resource`, and without that anything.
   */
  readonly audience?: string
  /**
   * The address of the upstream as the provider knows it (RFC 8707), an absolute URI without a
   * fragment.
   */
  readonly resource?: string
  /** The scopes of the new token. Unset, the provider chooses. */
  readonly scopes?: readonly string[]
  /**
   * What the new token is asked to be: an access token of any form, or a JWT. Unset, the provider
   * chooses.
   */
  readonly requestedTokenType?: 'AccessToken' | 'JWT'
  /**
   * `Accept` takes a new token that is no JWT, or that is encrypted: nobody here can tell whom it
   * is of and for, so that all depends on the provider. A JWT is verified in any case. `Refuse`
   * takes JWTs alone.
   */
  readonly opaque: 'Refuse' | 'Accept'
}

/**
 * The OIDCClient as which tokens are exchanged that no session holds: needed where `authenticate`
 * takes any but `session`. It is registered with the provider of those tokens. Unset, none are.
 */
export interface ProtectedRouteUpstreamExchangeClientRef {
  /** The name of the OIDCClient. */
  readonly name: string
  /**
   * Its namespace. Unset, that of this object. Another one works only if `allowedNamespaces` of the
   * OIDCClient says so.
   */
  readonly namespace?: string
}

/**
 * Who acts for whoever is calling (RFC 8693 section 1.1): its access token goes along as
 * `actor_token`, and the new token has to name it in `act`. Unset, nobody does.
 */
export interface ProtectedRouteUpstreamExchangeActor {
  /**
   * The OIDCClient that acts, with the token that its provider gives to itself
   * (`client_credentials`). It is registered with the provider that exchanges, and has credentials.
   */
  readonly clientRef: ProtectedRouteUpstreamExchangeActorClientRef
}

/**
 * The OIDCClient that acts, with the token that its provider gives to itself
 * (`client_credentials`). It is registered with the provider that exchanges, and has credentials.
 */
export interface ProtectedRouteUpstreamExchangeActorClientRef {
  /** The name of the OIDCClient. */
  readonly name: string
  /**
   * Its namespace. Unset, that of this object. Another one works only if `allowedNamespaces` of the
   * OIDCClient says so.
   */
  readonly namespace?: string
}

/**
 * A JWT that says who is calling, signed by this service for the upstream alone, which then need
 * not trust the network: `iss` is `assertions.issuer` of the process, `sub` and `sub_id` (RFC 9493)
 * are the subject, and the keys are at `/.well-known/jwks.json` of its http port. Unset, there is
 * none.
 */
export interface ProtectedRouteUpstreamAssertion {
  /**
   * The header that carries it, the JWT alone. Whatever a caller sends under that name, in any
   * spelling, is removed. Unset, `x-sallyport-assertion`.
   */
  readonly header: string
  /**
   * `aud`: the name of the upstream, which must take no other. An assertion that one upstream was
   * sent is then of no use at another (RFC 8725 section 3.9).
   */
  readonly audience: string
  /**
   * The claims of the identity that it carries besides, each spelled as in `authorize` and in the
   * place that it has there. An absent one is left out.
   */
  readonly claims: readonly string[]
  /**
   * How long it is good for, from `10s` to `10m`, and never longer than the session or token that
   * it speaks for. It is used for several requests: one has at least half of this left.
   */
  readonly lifetime: string
}

/** What the downstream is told beside the answer of the upstream. */
export interface ProtectedRouteResponse {
  /**
   * Headers that are put on the answers of the upstream to somebody who was let through, in place
   * of what it says under these names; whoever is not known gets none. Unset, none.
   */
  readonly headers?: readonly ProtectedRouteResponseHeader[]
}

/** One header, with exactly one of `claim` and `value`. */
export interface ProtectedRouteResponseHeader {
  /**
   * Its name, in lower case. Names that frame the answer, hold a credential or are decided
   * elsewhere are refused.
   */
  readonly name: string
  /**
   * The claim whose value it gets, spelled as in `authorize`. Without the claim there is no header.
   */
  readonly claim?: string
  /** A value that is the same for everybody, of printable ASCII without blanks at its ends. */
  readonly value?: string
}

/** One key, with exactly one of `claim`, `value` and `cel`. */
export interface ProtectedRouteMetadata {
  /** The key in Envoy. */
  readonly key: string
  /**
   * The claim whose value it gets, spelled as in `authorize`: a text, a number, a boolean, or a
   * list of them, at most 1 KiB, and 8 KiB in all; what is more, or an object, is left out and
   * named under `left_out`. In texts, `%` and characters that would end a line of a log or turn it
   * around are percent-encoded. Without the claim there is no key.
   */
  readonly claim?: string
  /**
   * The expression whose value it gets, in CEL, as in `authorize`; it looks at `claims` and
   * `identity` alone. Where it fails, there is no key.
   */
  readonly cel?: string
  /** A text that is the same for everybody. */
  readonly value?: string
}

/**
 * Which pages of other origins may read the answers to their scripts (Fetch Standard, CORS). A
 * preflight is answered here, by the rule that its request will fall under, before anybody is asked
 * who sends it; the headers are on 401, 403 and 503 as well, and take the place of what the
 * upstream says itself. It permits nothing else: whoever is not a browser sends what it likes. Of
 * our own paths, `session` beside the callback alone is shared so. Unset, preflights are requests
 * like any other, and answers are what the upstream makes them.
 */
export interface ProtectedRouteCors {
  /**
   * The origins of those pages, as browsers write them: `https://app.example.com`, with a port
   * unless it is 443; `https://*.example.com` for every host below a domain, one label deep or
   * more, and not the domain itself; `*` for any, without credentials. The opaque origin `null` is
   * none of them. An empty list is none, as if `cors` were unset.
   */
  readonly allowOrigins: readonly string[]
  /** The methods that scripts may use besides GET, HEAD and POST. Unset, every method. */
  readonly allowMethods?: readonly string[]
  /**
   * The headers that scripts may set besides those that every page may, in lower case:
   * `content-type` for JSON, `authorization` for access tokens. Unset, none.
   */
  readonly allowHeaders: readonly string[]
  /**
   * The headers of the answer that scripts may read besides those that every page may, in lower
   * case, such as `x-sallyport-reason`. Unset, none.
   */
  readonly exposeHeaders: readonly string[]
  /**
   * Whether the browser sends cookies along, and so the session. The listed pages then do whatever
   * their visitors may, so list none that you do not trust with that. The session cookie goes along
   * within a site alone, unless it has `sameSite: None`.
   */
  readonly allowCredentials: boolean
  /**
   * How long a browser may remember the answer to a preflight, from `0s` to `24h`. Browsers shorten
   * it, some to 2 hours.
   */
  readonly maxAge: string
}

/**
 * For clients that find their own way in, such as those of the Model Context Protocol: what lies
 * below `paths` is a protected resource (RFC 9728). Its metadata are answered to anybody at
 * `/.well-known/oauth-protected-resource` and the path after it; whoever shows no token gets 401
 * with where they lie and the scopes to ask for, and never a page or a login; 403 for a scope names
 * all that are needed; and `bearer` takes tokens whose audience is the URL of the resource. What
 * `upstream` leaves unset is then `authorization: Remove`. Unset, clients have to be configured.
 */
export interface ProtectedRouteProtectedResource {
  /**
   * Where each resource begins: it and all below it by whole segments. Its URL is https, the host,
   * `port` and this path, which clients ask for tokens by, so write it as they know it: `/mcp`,
   * without a slash at its end. Unset, `/`: the whole host is one. The metadata of the only one,
   * and of `/`, lie without a path as well.
   */
  readonly paths: readonly string[]
  /**
   * The hosts that have these resources: each of `hosts` of the route, or below one of its
   * wildcards. Needed where the route has a wildcard, as whoever asks chooses the host below it.
   * Unset, every host of the route.
   */
  readonly hosts?: readonly string[]
  /**
   * The port in the URL that callers know, which is part of the audience of their tokens. A request
   * that names another port is for no resource. Unset, that of https.
   */
  readonly port: number
  /**
   * The scopes that a token needs for all of it, such as the client scope that puts the resource
   * into its audience: without one of them it is refused with 403. They are told with those that
   * `authorize` asks for. Name none that clients may not have: many ask for all of them at once.
   */
  readonly scopes?: readonly string[]
  /** What people are shown as the name of the resource. */
  readonly name?: string
  /** Where developers read how to use it. */
  readonly documentationURL?: string
  /**
   * Has this service stand in as authorization server of these hosts, for providers where clients
   * cannot register: clients register here or are known by a document of theirs, and the end-user,
   * asked on a page each time, signs in at the provider of `clientRef`, whose access tokens they
   * get. Its issuer is https with host and `port`, and the metadata of these resources name it
   * alone. It answers `/.well-known/oauth-authorization-server` and, below `/oauth2/`, `register`,
   * `authorize`, `consent`, `return` and `token`, before every rule. Register `/oauth2/return` of
   * each host as redirect URI at the provider, and have the gateway send the bodies of `register`
   * and `token` along (`with_request_body`). Unset, clients turn to the providers themselves.
   */
  readonly authorizationServer?: ProtectedRouteProtectedResourceAuthorizationServer
}

/**
 * Has this service stand in as authorization server of these hosts, for providers where clients
 * cannot register: clients register here or are known by a document of theirs, and the end-user,
 * asked on a page each time, signs in at the provider of `clientRef`, whose access tokens they get.
 * Its issuer is https with host and `port`, and the metadata of these resources name it alone. It
 * answers `/.well-known/oauth-authorization-server` and, below `/oauth2/`, `register`, `authorize`,
 * `consent`, `return` and `token`, before every rule. Register `/oauth2/return` of each host as
 * redirect URI at the provider, and have the gateway send the bodies of `register` and `token`
 * along (`with_request_body`). Unset, clients turn to the providers themselves.
 */
export interface ProtectedRouteProtectedResourceAuthorizationServer {
  /**
   * The OIDCClient that the provider knows all these clients as; of a provider whose tokens the
   * rules for these paths take. Its `scopes` may be granted besides those of the resource,
   * `offline_access` for refresh tokens among them. Its tokens must not be bound, and its answers
   * not come by a form.
   */
  readonly clientRef: ProtectedRouteProtectedResourceAuthorizationServerClientRef
  /**
   * Where codes may go besides the loopback interface, which is allowed on every port, and the host
   * of a client's own document: each byte for byte, of https or of a scheme that belongs to a
   * program. Unset, nowhere else.
   */
  readonly redirectURIs?: readonly string[]
  /**
   * The hosts whose Client ID Metadata Documents are taken: a client whose id is an https URL there
   * is known by what it says at that URL. `*.example.com` is every host below, and `*` any host at
   * all. Unset, none, and clients are not told that there is such a way.
   */
  readonly documentHosts?: readonly string[]
}

/**
 * The OIDCClient that the provider knows all these clients as; of a provider whose tokens the rules
 * for these paths take. Its `scopes` may be granted besides those of the resource, `offline_access`
 * for refresh tokens among them. Its tokens must not be bound, and its answers not come by a form.
 */
export interface ProtectedRouteProtectedResourceAuthorizationServerClientRef {
  /** The name of the OIDCClient. */
  readonly name: string
  /**
   * Its namespace. Unset, that of this object. Another one works only if `allowedNamespaces` of the
   * OIDCClient says so.
   */
  readonly namespace?: string
}

/** One exception. */
export interface ProtectedRouteRule {
  /** Names the rule in the decision log and in `sallyport explain`; unique in its route. */
  readonly name: string
  /** Which requests; one member that matches is enough. */
  readonly match: readonly ProtectedRouteRuleMatch[]
  /**
   * Let these requests through without an identity. Identity headers that a caller forged are
   * removed all the same. An `Authorization` header passes as it came, unverified: the upstream
   * must not take it for proof here. Everything else in this rule must then be unset.
   */
  readonly public: boolean
  /**
   * The OIDCClient that end-users sign in with here: a part of the host with sessions of its own. A
   * session of the route's clients is none here, and the other way round. It differs from all other
   * clients of the route in `callback.path`, `logout.path`, `session.cookie.name` and
   * `displayName`, and in name. Unset, as the route says.
   */
  readonly clientRef?: ProtectedRouteRuleClientRef
  /** How a caller may authenticate, tried in order. Unset, as the route says. */
  readonly authenticate?: readonly ProtectedRouteRuleAuthenticate[]
  /**
   * What happens to a request without an acceptable credential; see the field of the same name of
   * the route. Unset, as the route says.
   */
  readonly onUnauthenticated?: 'Auto' | 'Login' | 'Challenge'
  /**
   * Keeps a form that a page of the same host sends by POST without a session: it waits, sealed, in
   * the session store while its sender signs in, and is then sent again, once, by a page that does
   * so by itself or by its button. Only URL-encoded forms, and only if the gateway sends request
   * bodies along (`with_request_body`). Unset, and for everything else, such a request gets 401.
   */
  readonly keepForms?: ProtectedRouteRuleKeepForms
  /**
   * What an authenticated caller must have; it replaces what the route asks for. Unset, as the
   * route says; `[]` asks for nothing more than being authenticated.
   */
  readonly authorize?: readonly ProtectedRouteRuleAuthorize[]
  /** What the upstream receives. Each field left unset is as the route says. */
  readonly upstream?: ProtectedRouteRuleUpstream
  /** What the downstream is told beside the answer of the upstream. */
  readonly response?: ProtectedRouteRuleResponse
  /**
   * They replace those of the route. What filters and logs of Envoy are told about who is calling,
   * as dynamic metadata of `envoy.filters.http.ext_authz`, on every allow and on a 403. Always
   * told, on every answer, are `reason`, `route` and `rule`.
   */
  readonly metadata?: readonly ProtectedRouteRuleMetadata[]
  /**
   * Which pages of other origins may read the answers to their scripts (Fetch Standard, CORS). A
   * preflight is answered here, by the rule that its request will fall under, before anybody is
   * asked who sends it; the headers are on 401, 403 and 503 as well, and take the place of what the
   * upstream says itself. It permits nothing else: whoever is not a browser sends what it likes. Of
   * our own paths, `session` beside the callback alone is shared so. Unset, as the route says.
   */
  readonly cors?: ProtectedRouteRuleCors
}

/** One condition; every part that is set must hold. */
export interface ProtectedRouteRuleMatch {
  /**
   * A condition on the path, decoded once and without the query. Exactly one of `exact`, `prefix`
   * and `pattern`. Unset, every path. A request whose path can be read in two ways is refused,
   * never matched.
   */
  readonly path?: ProtectedRouteRuleMatchPath
  /** HTTP methods, in upper case. Unset, every method. */
  readonly methods?: readonly string[]
  /**
   * Conditions on request headers, all of which must hold. A header is what the caller says: it can
   * choose between rules, and is proof of nothing. Unset, whatever the headers are.
   */
  readonly headers?: readonly ProtectedRouteRuleMatchHeader[]
  /**
   * Networks, in one of which the address is that the connection to Envoy came from; see
   * docs/authorization.md. Unset, any address and none.
   */
  readonly sourceAddresses?: readonly string[]
}

/**
 * A condition on the path, decoded once and without the query. Exactly one of `exact`, `prefix` and
 * `pattern`. Unset, every path. A request whose path can be read in two ways is refused, never
 * matched.
 */
export interface ProtectedRouteRuleMatchPath {
  /** The whole path. */
  readonly exact?: string
  /**
   * Whole leading segments: `/api` matches `/api` and `/api/orders`, not `/apis`. Without a
   * trailing slash, except `/`, which matches every path.
   */
  readonly prefix?: string
  /**
   * An RE2 regular expression for the whole path, anchored at both ends. Prefer `prefix` wherever
   * it will do: patterns are where holes hide.
   */
  readonly pattern?: string
}

/** One condition; exactly one of `value` and `pattern`. */
export interface ProtectedRouteRuleMatchHeader {
  /**
   * The name of the header, in lower case. Several lines of it count as one, joined by commas.
   * Credentials, what tells of proxies on the way, and identity headers are refused.
   */
  readonly name: string
  /** The whole value, byte for byte. */
  readonly value?: string
  /**
   * An RE2 regular expression for the whole value, anchored at both ends. A value of more than 8
   * KiB never matches.
   */
  readonly pattern?: string
}

/**
 * The OIDCClient that end-users sign in with here: a part of the host with sessions of its own. A
 * session of the route's clients is none here, and the other way round. It differs from all other
 * clients of the route in `callback.path`, `logout.path`, `session.cookie.name` and `displayName`,
 * and in name. Unset, as the route says.
 */
export interface ProtectedRouteRuleClientRef {
  /** The name of the OIDCClient. */
  readonly name: string
  /**
   * Its namespace. Unset, that of this object. Another one works only if `allowedNamespaces` of the
   * OIDCClient says so.
   */
  readonly namespace?: string
}

/** One way to authenticate; exactly one of its fields. */
export interface ProtectedRouteRuleAuthenticate {
  /** A session that a login started. It has no settings, so write `{}`. */
  readonly session?: Readonly<Record<string, never>>
  /**
   * Nobody: whoever is not signed in passes without an identity, for pages that greet whoever is.
   * Identity headers and `Authorization` of the caller are removed. The last member. A bearer token
   * that is there and refused still gets 401. It has no settings, so write `{}`.
   */
  readonly anonymous?: Readonly<Record<string, never>>
  /**
   * A client id and its secret in `Authorization` with the scheme `Basic` (RFC 7617). They become
   * an access token by the client credentials grant (RFC 6749 section 4.4), as that client; the
   * caller is whom that token names. Neither reaches the upstream, which gets the token, unless
   * `upstream.authorization` says otherwise. At most one member of a list reads `Basic`.
   */
  readonly clientCredentials?: ProtectedRouteRuleAuthenticateClientCredentials
  /**
   * The name and password of a person in `Authorization` with the scheme `Basic` (RFC 7617), which
   * become an access token by the resource owner password grant (RFC 6749 section 4.3). RFC 9700
   * section 2.4 forbids that grant: every upstream of this kind teaches people to give their
   * password to somebody else than the provider, and no second factor can be asked for. It is for a
   * migration, and refused unless `credentials.allowPasswordGrant` of the process is true. Kept for
   * five minutes at most. At most one member of a list reads `Basic`.
   */
  readonly password?: ProtectedRouteRuleAuthenticatePassword
  /**
   * A refresh token of the caller, which becomes an access token by the refresh grant (RFC 6749
   * section 6) as the client that it was issued to. The caller is whom that access token names, and
   * the refresh token never reaches the upstream. The access token is kept until it is over. A
   * provider that rotates refresh tokens makes the one of the caller worthless with the first use,
   * and its successor is not handed out: switch rotation off for this client. At most one member of
   * a list reads refresh tokens.
   */
  readonly refreshToken?: ProtectedRouteRuleAuthenticateRefreshToken
  /**
   * A JWT access token in `Authorization` (RFC 6750, RFC 9068). ID tokens are refused unless
   * `accept` lists them.
   */
  readonly bearer?: ProtectedRouteRuleAuthenticateBearer
  /**
   * A token, opaque or JWT, that its provider is asked about (RFC 7662). It counts if the provider
   * says that it is active, is an access token, for one of `audiences` or a `protectedResource`,
   * and about a subject. Only the provider knows of a token that was taken back.
   */
  readonly introspection?: ProtectedRouteRuleAuthenticateIntrospection
  /**
   * A token that the userinfo endpoint of its provider takes (OpenID Connect Core 1.0 section 5.3),
   * for providers without introspection. The answer does not say whom the token is for: a token of
   * ANY application of that provider opens the rule. Prefer `introspection` or `bearer`.
   */
  readonly userinfo?: ProtectedRouteRuleAuthenticateUserinfo
}

/**
 * A client id and its secret in `Authorization` with the scheme `Basic` (RFC 7617). They become an
 * access token by the client credentials grant (RFC 6749 section 4.4), as that client; the caller
 * is whom that token names. Neither reaches the upstream, which gets the token, unless
 * `upstream.authorization` says otherwise. At most one member of a list reads `Basic`.
 */
export interface ProtectedRouteRuleAuthenticateClientCredentials {
  /** The IdentityProvider whose clients are accepted. */
  readonly providerRef: ProtectedRouteRuleAuthenticateClientCredentialsProviderRef
  /**
   * The token that comes back is accepted if its `aud` has at least one of these. There is no
   * default and no "any": otherwise every client of the provider would be let in, whatever it is
   * for.
   */
  readonly audiences: readonly string[]
  /** The scopes that are asked for. Unset, none, and the provider chooses. */
  readonly scopes?: readonly string[]
  /** How long a token is kept for whoever shows the same id and secret again. */
  readonly cache: ProtectedRouteRuleAuthenticateClientCredentialsCache
}

/** The IdentityProvider whose clients are accepted. */
export interface ProtectedRouteRuleAuthenticateClientCredentialsProviderRef {
  /** The name of the IdentityProvider. */
  readonly name: string
  /**
   * Its namespace. Unset, that of this object. Another one works only if `allowedNamespaces` of the
   * IdentityProvider says so.
   */
  readonly namespace?: string
}

/** How long a token is kept for whoever shows the same id and secret again. */
export interface ProtectedRouteRuleAuthenticateClientCredentialsCache {
  /**
   * How long, from `0s` to `1h`, and never until the token is over. That long an id and a secret
   * pass after the provider has changed or disabled them. `0s`: the provider is asked about every
   * request.
   */
  readonly ttl: string
}

/**
 * The name and password of a person in `Authorization` with the scheme `Basic` (RFC 7617), which
 * become an access token by the resource owner password grant (RFC 6749 section 4.3). RFC 9700
 * section 2.4 forbids that grant: every upstream of this kind teaches people to give their password
 * to somebody else than the provider, and no second factor can be asked for. It is for a migration,
 * and refused unless `credentials.allowPasswordGrant` of the process is true. Kept for five minutes
 * at most. At most one member of a list reads `Basic`.
 */
export interface ProtectedRouteRuleAuthenticatePassword {
  /** The OIDCClient as which the provider is asked; it has to be allowed that grant there. */
  readonly clientRef: ProtectedRouteRuleAuthenticatePasswordClientRef
  /**
   * The token that comes back is accepted if its `aud` has at least one of these. Unset, the
   * `clientId` of the OIDCClient is the one; Keycloak, for example, puts it there only by an
   * audience mapper.
   */
  readonly audiences?: readonly string[]
  /** The scopes that are asked for. Unset, those of the OIDCClient. */
  readonly scopes?: readonly string[]
}

/** The OIDCClient as which the provider is asked; it has to be allowed that grant there. */
export interface ProtectedRouteRuleAuthenticatePasswordClientRef {
  /** The name of the OIDCClient. */
  readonly name: string
  /**
   * Its namespace. Unset, that of this object. Another one works only if `allowedNamespaces` of the
   * OIDCClient says so.
   */
  readonly namespace?: string
}

/**
 * A refresh token of the caller, which becomes an access token by the refresh grant (RFC 6749
 * section 6) as the client that it was issued to. The caller is whom that access token names, and
 * the refresh token never reaches the upstream. The access token is kept until it is over. A
 * provider that rotates refresh tokens makes the one of the caller worthless with the first use,
 * and its successor is not handed out: switch rotation off for this client. At most one member of a
 * list reads refresh tokens.
 */
export interface ProtectedRouteRuleAuthenticateRefreshToken {
  /** The OIDCClient that the refresh tokens were issued to. */
  readonly clientRef: ProtectedRouteRuleAuthenticateRefreshTokenClientRef
  /**
   * The token that comes back is accepted if its `aud` has at least one of these. Unset, the
   * `clientId` of the OIDCClient is the one; Keycloak, for example, puts it there only by an
   * audience mapper.
   */
  readonly audiences?: readonly string[]
  /**
   * Where the refresh token is looked for; unset, in the header `refresh-token`. Whatever is listed
   * never reaches the upstream. A request with refresh tokens in two places is refused.
   */
  readonly from: readonly ProtectedRouteRuleAuthenticateRefreshTokenFrom[]
}

/** The OIDCClient that the refresh tokens were issued to. */
export interface ProtectedRouteRuleAuthenticateRefreshTokenClientRef {
  /** The name of the OIDCClient. */
  readonly name: string
  /**
   * Its namespace. Unset, that of this object. Another one works only if `allowedNamespaces` of the
   * OIDCClient says so.
   */
  readonly namespace?: string
}

/** One place; exactly one of its fields. */
export interface ProtectedRouteRuleAuthenticateRefreshTokenFrom {
  /** The name of a header, in lower case. Not `authorization`, which holds access tokens. */
  readonly header?: string
  /** The name of a cookie that somebody else sets. */
  readonly cookie?: string
  /**
   * The name of a query parameter. URLs are kept in histories and logs, and a refresh token lives
   * long: choose a header wherever there is a choice.
   */
  readonly query?: string
}

/**
 * A JWT access token in `Authorization` (RFC 6750, RFC 9068). ID tokens are refused unless `accept`
 * lists them.
 */
export interface ProtectedRouteRuleAuthenticateBearer {
  /** The IdentityProvider whose tokens are accepted. */
  readonly providerRef: ProtectedRouteRuleAuthenticateBearerProviderRef
  /**
   * A token is accepted if its `aud` has at least one of these, or for a `protectedResource` its
   * URL. Only there may the list be left out; there is no "any": without an audience, a token
   * issued for some other service would open this one (RFC 9700 section 2.3).
   */
  readonly audiences?: readonly string[]
  /**
   * The longest token that is read. A longer one gets 401, and the log says how long it was. Envoy
   * takes no more than 60 KiB of headers unless `max_request_headers_kb` is raised.
   */
  readonly maxBytes: number
  /**
   * The claim that names the audiences. Unset, `aud`; another is for providers whose access tokens
   * have none, such as `client_id` for Amazon Cognito.
   */
  readonly audienceClaim?: string
  /**
   * The Secret with the private key that opens encrypted tokens (RFC 7516), in the namespace of
   * this ProtectedRoute; the provider must know its public half. An RSA key opens RSA-OAEP-256 and
   * RSA-OAEP, a key on P-256, P-384, P-521 or X25519 ECDH-ES, bare or with A128KW or A256KW. What
   * is inside has to be signed as always, and a token that is not encrypted is taken as well. The
   * upstream gets the token as it came. Unset, an encrypted token is refused.
   */
  readonly decryptionKeyRef?: ProtectedRouteRuleAuthenticateBearerDecryptionKeyRef
  /**
   * Several such keys in the place of `decryptionKeyRef`, for a change of keys without a gap. A
   * token is opened by the key that its `kid` names, else by the first that can. A key that is
   * missing or malformed is told, and hinders nothing as long as there is another.
   */
  readonly decryptionKeyRefs?: readonly ProtectedRouteRuleAuthenticateBearerDecryptionKeyRef[]
  /**
   * Which tokens are taken as bearers. Unset, access tokens alone. `IDToken` is for callers that
   * have no other, such as gcloud and the service accounts of some clouds: an ID token says who
   * signed in, not what it may be used for.
   */
  readonly accept?: readonly ('AccessToken' | 'IDToken')[]
  /**
   * What a token has to be bound to. A token that is bound to a key (`cnf.jkt`, DPoP, RFC 9449) or
   * to a client certificate (`cnf.x5t#S256`, RFC 8705) has to be proven whatever this says; a token
   * bound by anything else is refused. `Any`, as unset, takes tokens that are bound to nothing as
   * well; `DPoP` and `MutualTLS` do not.
   */
  readonly proof?: 'Any' | 'DPoP' | 'MutualTLS'
  /** How the proofs of tokens are taken that are bound to a key. */
  readonly dpop?: ProtectedRouteRuleAuthenticateBearerDpop
  /**
   * Where the token is looked for; unset, in `Authorization` alone: as `Bearer`, or as `DPoP` if it
   * is bound to a key. Other headers hold the token, bare or behind `Bearer`. Whatever is listed
   * never reaches the upstream from there: `upstream` says what it gets. A request with tokens in
   * two places is refused (RFC 6750 section 2). What is not listed is not looked at.
   */
  readonly from?: readonly ProtectedRouteRuleAuthenticateBearerFrom[]
}

/** The IdentityProvider whose tokens are accepted. */
export interface ProtectedRouteRuleAuthenticateBearerProviderRef {
  /** The name of the IdentityProvider. */
  readonly name: string
  /**
   * Its namespace. Unset, that of this object. Another one works only if `allowedNamespaces` of the
   * IdentityProvider says so.
   */
  readonly namespace?: string
}

/**
 * The Secret with the private key that opens encrypted tokens (RFC 7516), in the namespace of this
 * ProtectedRoute; the provider must know its public half. An RSA key opens RSA-OAEP-256 and
 * RSA-OAEP, a key on P-256, P-384, P-521 or X25519 ECDH-ES, bare or with A128KW or A256KW. What is
 * inside has to be signed as always, and a token that is not encrypted is taken as well. The
 * upstream gets the token as it came. Unset, an encrypted token is refused.
 */
export interface ProtectedRouteRuleAuthenticateBearerDecryptionKeyRef {
  /** The name of the Secret. */
  readonly name: string
  /** The key in its `data` whose value is the private key, in PEM as PKCS#8. */
  readonly key: string
}

/** One key. */
export interface ProtectedRouteRuleAuthenticateBearerDecryptionKeyRef {
  /** The name of the Secret. */
  readonly name: string
  /** The key in its `data` whose value is the private key, in PEM as PKCS#8. */
  readonly key: string
  /** The `kid` that it is registered by at the provider. Unset, its thumbprint (RFC 7638). */
  readonly keyId?: string
}

/** How the proofs of tokens are taken that are bound to a key. */
export interface ProtectedRouteRuleAuthenticateBearerDpop {
  /**
   * Whether a proof needs a nonce of this service (RFC 9449 section 9), so that none can be made
   * long before its use. `Require` answers a proof without one with 401 and `DPoP-Nonce`, and
   * clients try again by themselves; it counts for all members of one `authenticate`. Unset, `Off`.
   */
  readonly nonce?: 'Off' | 'Require'
}

/** One place; exactly one of its fields. */
export interface ProtectedRouteRuleAuthenticateBearerFrom {
  /** The name of a header, in lower case. */
  readonly header?: string
  /**
   * The name of a cookie that somebody else sets. Browsers send it with requests that other sites
   * cause, unless its `SameSite` says otherwise; a name with `__Host-` keeps other hosts from
   * planting one.
   */
  readonly cookie?: string
  /**
   * The name of a query parameter, for WebSocket and EventSource, where a browser sets no header.
   * URLs are kept in histories and logs: have the token live a minute. It is taken out of the path
   * that goes on, and the rest stays as it was sent.
   */
  readonly query?: string
}

/**
 * A token, opaque or JWT, that its provider is asked about (RFC 7662). It counts if the provider
 * says that it is active, is an access token, for one of `audiences` or a `protectedResource`, and
 * about a subject. Only the provider knows of a token that was taken back.
 */
export interface ProtectedRouteRuleAuthenticateIntrospection {
  /**
   * The OIDCClient as which the provider is asked, with its `authentication`. Its provider is the
   * one whose tokens are accepted.
   */
  readonly clientRef: ProtectedRouteRuleAuthenticateIntrospectionClientRef
  /**
   * The IdentityProvider of that client, for whoever reads the route. Unset, the one that the
   * client has; another one is refused.
   */
  readonly providerRef?: ProtectedRouteRuleAuthenticateIntrospectionProviderRef
  /**
   * A token is accepted if the `aud` that the provider tells has at least one of these, or for a
   * `protectedResource` its URL. Only there may the list be left out; there is no "any": without an
   * audience, a token issued for some other service would open this one (RFC 9700 section 2.3).
   */
  readonly audiences?: readonly string[]
  /**
   * The claim that names the audiences. Unset, `aud`; another is for providers that tell none, such
   * as `client_id` for Amazon Cognito.
   */
  readonly audienceClaim?: string
  /**
   * Where the token is looked for; unset, in `Authorization` alone: as `Bearer`, or as `DPoP` if it
   * is bound to a key. Other headers hold the token, bare or behind `Bearer`. Whatever is listed
   * never reaches the upstream from there: `upstream` says what it gets. A request with tokens in
   * two places is refused (RFC 6750 section 2). What is not listed is not looked at.
   */
  readonly from?: readonly ProtectedRouteRuleAuthenticateIntrospectionFrom[]
  /**
   * The longest token that is read. A longer one gets 401, and the log says how long it was. Envoy
   * takes no more than 60 KiB of headers unless `max_request_headers_kb` is raised.
   */
  readonly maxBytes: number
  /**
   * Whether answers have to be signed (RFC 9701). `Auto`: a signed one is asked for where the
   * metadata of the provider offer it, and a plain one is taken as well. `Always`: a plain one
   * counts for nothing; the token is then refused with 503.
   */
  readonly signed: 'Auto' | 'Always'
  /**
   * What a token has to be bound to, by `cnf` of what the provider says, or of the JWT. A token
   * that is bound to a key (`jkt`, DPoP, RFC 9449) or to a client certificate (`x5t#S256`, RFC
   * 8705) has to be proven whatever this says; a token bound by anything else is refused. `Any`, as
   * unset, takes tokens that are bound to nothing as well; `DPoP` and `MutualTLS` do not.
   */
  readonly proof?: 'Any' | 'DPoP' | 'MutualTLS'
  /** How the proofs of tokens are taken that are bound to a key. */
  readonly dpop?: ProtectedRouteRuleAuthenticateIntrospectionDpop
  /** How long what the provider says of a token is remembered. */
  readonly cache: ProtectedRouteRuleAuthenticateIntrospectionCache
}

/**
 * The OIDCClient as which the provider is asked, with its `authentication`. Its provider is the one
 * whose tokens are accepted.
 */
export interface ProtectedRouteRuleAuthenticateIntrospectionClientRef {
  /** The name of the OIDCClient. */
  readonly name: string
  /**
   * Its namespace. Unset, that of this object. Another one works only if `allowedNamespaces` of the
   * OIDCClient says so.
   */
  readonly namespace?: string
}

/**
 * The IdentityProvider of that client, for whoever reads the route. Unset, the one that the client
 * has; another one is refused.
 */
export interface ProtectedRouteRuleAuthenticateIntrospectionProviderRef {
  /** The name of the IdentityProvider. */
  readonly name: string
  /**
   * Its namespace. Unset, that of this object. Another one works only if `allowedNamespaces` of the
   * IdentityProvider says so.
   */
  readonly namespace?: string
}

/** One place; exactly one of its fields. */
export interface ProtectedRouteRuleAuthenticateIntrospectionFrom {
  /** The name of a header, in lower case. */
  readonly header?: string
  /**
   * The name of a cookie that somebody else sets. Browsers send it with requests that other sites
   * cause, unless its `SameSite` says otherwise; a name with `__Host-` keeps other hosts from
   * planting one.
   */
  readonly cookie?: string
  /**
   * The name of a query parameter, for WebSocket and EventSource, where a browser sets no header.
   * URLs are kept in histories and logs: have the token live a minute. It is taken out of the path
   * that goes on, and the rest stays as it was sent.
   */
  readonly query?: string
}

/** How the proofs of tokens are taken that are bound to a key. */
export interface ProtectedRouteRuleAuthenticateIntrospectionDpop {
  /**
   * Whether a proof needs a nonce of this service (RFC 9449 section 9), so that none can be made
   * long before its use. `Require` answers a proof without one with 401 and `DPoP-Nonce`, and
   * clients try again by themselves; it counts for all members of one `authenticate`. Unset, `Off`.
   */
  readonly nonce?: 'Off' | 'Require'
}

/** How long what the provider says of a token is remembered. */
export interface ProtectedRouteRuleAuthenticateIntrospectionCache {
  /**
   * How long an answer counts for the very same token, from `0s` to `10m`, and never longer than
   * the token lives; that long a token that was taken back is still good here. A refusal counts for
   * 5s at most. `0s`: the provider is asked at every request.
   */
  readonly ttl: string
}

/**
 * A token that the userinfo endpoint of its provider takes (OpenID Connect Core 1.0 section 5.3),
 * for providers without introspection. The answer does not say whom the token is for: a token of
 * ANY application of that provider opens the rule. Prefer `introspection` or `bearer`.
 */
export interface ProtectedRouteRuleAuthenticateUserinfo {
  /** The IdentityProvider whose userinfo endpoint is shown the tokens. */
  readonly providerRef: ProtectedRouteRuleAuthenticateUserinfoProviderRef
  /**
   * Where the token is looked for; unset, in `Authorization` with the scheme `Bearer` alone. Other
   * headers hold the token, bare or behind `Bearer`. Whatever is listed never reaches the upstream
   * from there: `upstream` says what it gets. A request with tokens in two places is refused (RFC
   * 6750 section 2). What is not listed is not looked at.
   */
  readonly from?: readonly ProtectedRouteRuleAuthenticateUserinfoFrom[]
  /**
   * The longest token that is read. A longer one gets 401, and the log says how long it was. Envoy
   * takes no more than 60 KiB of headers unless `max_request_headers_kb` is raised.
   */
  readonly maxBytes: number
  /** How long what the provider says of a token is remembered. */
  readonly cache: ProtectedRouteRuleAuthenticateUserinfoCache
}

/** The IdentityProvider whose userinfo endpoint is shown the tokens. */
export interface ProtectedRouteRuleAuthenticateUserinfoProviderRef {
  /** The name of the IdentityProvider. */
  readonly name: string
  /**
   * Its namespace. Unset, that of this object. Another one works only if `allowedNamespaces` of the
   * IdentityProvider says so.
   */
  readonly namespace?: string
}

/** One place; exactly one of its fields. */
export interface ProtectedRouteRuleAuthenticateUserinfoFrom {
  /** The name of a header, in lower case. */
  readonly header?: string
  /**
   * The name of a cookie that somebody else sets. Browsers send it with requests that other sites
   * cause, unless its `SameSite` says otherwise; a name with `__Host-` keeps other hosts from
   * planting one.
   */
  readonly cookie?: string
  /**
   * The name of a query parameter, for WebSocket and EventSource, where a browser sets no header.
   * URLs are kept in histories and logs: have the token live a minute. It is taken out of the path
   * that goes on, and the rest stays as it was sent.
   */
  readonly query?: string
}

/** How long what the provider says of a token is remembered. */
export interface ProtectedRouteRuleAuthenticateUserinfoCache {
  /**
   * How long an answer counts for the very same token, from `0s` to `10m`, and never longer than
   * the token lives; that long a token that was taken back is still good here. A refusal counts for
   * 5s at most. `0s`: the provider is asked at every request.
   */
  readonly ttl: string
}

/**
 * Keeps a form that a page of the same host sends by POST without a session: it waits, sealed, in
 * the session store while its sender signs in, and is then sent again, once, by a page that does so
 * by itself or by its button. Only URL-encoded forms, and only if the gateway sends request bodies
 * along (`with_request_body`). Unset, and for everything else, such a request gets 401.
 */
export interface ProtectedRouteRuleKeepForms {
  /**
   * The largest body that is kept. Whoever is not signed in can fill the session store with as
   * much, five hundred times for each namespace of clients and replica, until the logins are over
   * (`authorizationRequest.lifetime` of the OIDCClient).
   */
  readonly maxBytes: number
}

/**
 * One requirement, of exactly one kind. `claim` comes with at least one of `anyOf`, `allOf`,
 * `noneOf`, `exists` and `matches`.
 */
export interface ProtectedRouteRuleAuthorize {
  /**
   * Scopes that must all have been granted. A caller without them gets 403 `insufficient_scope`.
   */
  readonly scopes?: readonly string[]
  /**
   * The claim to look at: names joined by dots, such as `realm_access.roles`, or, for names that
   * hold dots, a JSON pointer (RFC 6901), such as `/https:~1~1example.com~1roles`. But for
   * `exists`, it is a string, a number, a boolean or a list of those; anything else refuses the
   * caller, and the log names the claim and what it is.
   */
  readonly claim?: string
  /**
   * The claim, or one member of it if it is a list, equals at least one of these, in type and
   * value.
   */
  readonly anyOf?: readonly (string | number | boolean)[]
  /** The claim, as a list, has every one of these. */
  readonly allOf?: readonly (string | number | boolean)[]
  /**
   * The claim, or any member of it if it is a list, equals none of these. An absent claim passes:
   * add `exists: true` to require it.
   */
  readonly noneOf?: readonly (string | number | boolean)[]
  /**
   * Whether the claim must be there (`true`) or must not be (`false`). Unset, that alone decides
   * nothing.
   */
  readonly exists?: boolean
  /**
   * RE2 regular expressions. The claim, or one member of it if it is a list, is a string of at most
   * 1024 characters, and the whole of it matches at least one of these.
   */
  readonly matches?: readonly string[]
  /**
   * Whether `anyOf`, `allOf`, `noneOf` and `matches` take `A` to `Z` for `a` to `z`. No other
   * letters are taken for each other, but for those that a pattern takes so; unset, none are.
   */
  readonly ignoreCase?: boolean
  /**
   * An expression in CEL that must come to true, of at most 2048 characters: for what no other kind
   * can ask. It names `claims`, `identity`, `request`, `source` and `now`; docs/authorization.md
   * lists their fields and every function. One that comes to false gives 403 `expression_refused`,
   * and one that comes to anything else, or fails, 403 `expression_failed`.
   */
  readonly cel?: string
  /**
   * The domains of which the e-mail address may be: the claim `email` holds one `@`, and what
   * follows is one of these, `A` to `Z` taken for `a` to `z`. `*.example.com` is every name below
   * that one. `email_verified` must be true.
   */
  readonly emailDomains?: readonly string[]
  /**
   * Whether an address counts that the provider has not verified: for providers that send no
   * `email_verified` and let nobody choose an address. Unset, it does not.
   */
  readonly allowUnverified?: boolean
  /**
   * How and when the caller must have authenticated: at least one of the two is set. A page of a
   * session that has it otherwise goes to another login, which raises the session; anything else
   * gets 401 `step_up_required` with what is asked for (RFC 9470). docs/step-up.md says what to set
   * at the provider.
   */
  readonly authenticationContext?: ProtectedRouteRuleAuthorizeAuthenticationContext
  /**
   * Networks. The address that the connection to Envoy came from is in one of them.
   * docs/authorization.md says what makes that the address of the caller at each gateway; a caller
   * without an address is refused.
   */
  readonly sourceAddresses?: readonly string[]
  /**
   * Alternatives, of which one must hold. A caller of whom none does gets 403
   * `no_alternative_holds`, and the log says what each of them lacked.
   */
  readonly any?: readonly ProtectedRouteRuleAuthorizeAny[]
  /**
   * A decision point outside of this process, asked last: once everything else that the rule asks
   * for holds, and about every request. Only its `true` lets a request pass; `false` is 403
   * `decision_denied`; one that cannot be asked, or gives no decision, is 503
   * `decision_point_unavailable`. It is told who calls (`sub` and `iss`), the method, host and path
   * without the query, the route and rule, the address of the caller, and what `send` lists. A path
   * that may be read in two ways is refused with 400. At most one in a list.
   */
  readonly external?: ProtectedRouteRuleAuthorizeExternal
}

/**
 * How and when the caller must have authenticated: at least one of the two is set. A page of a
 * session that has it otherwise goes to another login, which raises the session; anything else gets
 * 401 `step_up_required` with what is asked for (RFC 9470). docs/step-up.md says what to set at the
 * provider.
 */
export interface ProtectedRouteRuleAuthorizeAuthenticationContext {
  /** Authentication contexts, in order of preference. `acr` is a string, and one of these. */
  readonly acrValues?: readonly string[]
  /**
   * How long ago `auth_time` may be, from `10s` to `720h` in whole seconds, besides `clockSkew` of
   * the provider. It is looked at by the clock at every request; without `auth_time` it does not
   * hold.
   */
  readonly maxAge?: string
}

/**
 * One alternative, written like a member of `authorize`; exactly one of its kinds, and no `any`
 * within it.
 */
export interface ProtectedRouteRuleAuthorizeAny {
  /**
   * Scopes that must all have been granted. A caller without them gets 403 `insufficient_scope`.
   */
  readonly scopes?: readonly string[]
  /**
   * The claim to look at: names joined by dots, such as `realm_access.roles`, or, for names that
   * hold dots, a JSON pointer (RFC 6901), such as `/https:~1~1example.com~1roles`. But for
   * `exists`, it is a string, a number, a boolean or a list of those; anything else refuses the
   * caller, and the log names the claim and what it is.
   */
  readonly claim?: string
  /**
   * The claim, or one member of it if it is a list, equals at least one of these, in type and
   * value.
   */
  readonly anyOf?: readonly (string | number | boolean)[]
  /** The claim, as a list, has every one of these. */
  readonly allOf?: readonly (string | number | boolean)[]
  /**
   * The claim, or any member of it if it is a list, equals none of these. An absent claim passes:
   * add `exists: true` to require it.
   */
  readonly noneOf?: readonly (string | number | boolean)[]
  /**
   * Whether the claim must be there (`true`) or must not be (`false`). Unset, that alone decides
   * nothing.
   */
  readonly exists?: boolean
  /**
   * RE2 regular expressions. The claim, or one member of it if it is a list, is a string of at most
   * 1024 characters, and the whole of it matches at least one of these.
   */
  readonly matches?: readonly string[]
  /**
   * Whether `anyOf`, `allOf`, `noneOf` and `matches` take `A` to `Z` for `a` to `z`. No other
   * letters are taken for each other, but for those that a pattern takes so; unset, none are.
   */
  readonly ignoreCase?: boolean
  /**
   * An expression in CEL that must come to true, of at most 2048 characters: for what no other kind
   * can ask. It names `claims`, `identity`, `request`, `source` and `now`; docs/authorization.md
   * lists their fields and every function. One that comes to false gives 403 `expression_refused`,
   * and one that comes to anything else, or fails, 403 `expression_failed`.
   */
  readonly cel?: string
  /**
   * The domains of which the e-mail address may be: the claim `email` holds one `@`, and what
   * follows is one of these, `A` to `Z` taken for `a` to `z`. `*.example.com` is every name below
   * that one. `email_verified` must be true.
   */
  readonly emailDomains?: readonly string[]
  /**
   * Whether an address counts that the provider has not verified: for providers that send no
   * `email_verified` and let nobody choose an address. Unset, it does not.
   */
  readonly allowUnverified?: boolean
  /**
   * How and when the caller must have authenticated: at least one of the two is set. A page of a
   * session that has it otherwise goes to another login, which raises the session; anything else
   * gets 401 `step_up_required` with what is asked for (RFC 9470). docs/step-up.md says what to set
   * at the provider.
   */
  readonly authenticationContext?: ProtectedRouteRuleAuthorizeAnyAuthenticationContext
  /**
   * Networks. The address that the connection to Envoy came from is in one of them.
   * docs/authorization.md says what makes that the address of the caller at each gateway; a caller
   * without an address is refused.
   */
  readonly sourceAddresses?: readonly string[]
}

/**
 * How and when the caller must have authenticated: at least one of the two is set. A page of a
 * session that has it otherwise goes to another login, which raises the session; anything else gets
 * 401 `step_up_required` with what is asked for (RFC 9470). docs/step-up.md says what to set at the
 * provider.
 */
export interface ProtectedRouteRuleAuthorizeAnyAuthenticationContext {
  /** Authentication contexts, in order of preference. `acr` is a string, and one of these. */
  readonly acrValues?: readonly string[]
  /**
   * How long ago `auth_time` may be, from `10s` to `720h` in whole seconds, besides `clockSkew` of
   * the provider. It is looked at by the clock at every request; without `auth_time` it does not
   * hold.
   */
  readonly maxAge?: string
}

/**
 * A decision point outside of this process, asked last: once everything else that the rule asks for
 * holds, and about every request. Only its `true` lets a request pass; `false` is 403
 * `decision_denied`; one that cannot be asked, or gives no decision, is 503
 * `decision_point_unavailable`. It is told who calls (`sub` and `iss`), the method, host and path
 * without the query, the route and rule, the address of the caller, and what `send` lists. A path
 * that may be read in two ways is refused with 400. At most one in a list.
 */
export interface ProtectedRouteRuleAuthorizeExternal {
  /** One that speaks the AuthZEN Authorization API 1.0 (Access Evaluation). */
  readonly authzen?: ProtectedRouteRuleAuthorizeExternalAuthzen
  /**
   * An Open Policy Agent. Its `input` has the members of an AuthZEN evaluation: `subject`,
   * `action`, `resource` and `context`. The rule is `true`, or an object whose `allow` is.
   */
  readonly opa?: ProtectedRouteRuleAuthorizeExternalOpa
  /**
   * How long one call may take, from `100ms` to `10s`. A check never waits longer than
   * `check.budget` of the process, whatever stands here.
   */
  readonly timeout: string
  /** Whether answers are remembered. */
  readonly cache: ProtectedRouteRuleAuthorizeExternalCache
  /**
   * What is told besides. All facts together are 16 KiB at most; more is 403
   * `decision_facts_too_large`.
   */
  readonly send: ProtectedRouteRuleAuthorizeExternalSend
  /** How the decision point is trusted. Unset, as every server is. */
  readonly tls?: ProtectedRouteRuleAuthorizeExternalTls
  /**
   * The Secret with the token by which the decision point knows this service, in the namespace of
   * this ProtectedRoute. It is sent as `Authorization: Bearer`. Unset, nothing is.
   */
  readonly credentialsRef?: ProtectedRouteRuleAuthorizeExternalCredentialsRef
}

/** One that speaks the AuthZEN Authorization API 1.0 (Access Evaluation). */
export interface ProtectedRouteRuleAuthorizeExternalAuthzen {
  /**
   * Its evaluation endpoint as a whole, which often ends in `/access/v1/evaluation`. No redirect is
   * followed. `http` is refused unless the process runs with `allowInsecureIssuers`, which is for
   * local trials only.
   */
  readonly url: string
  /** The `type` of the subject, whose `id` is the `sub` of the caller. */
  readonly subjectType: string
  /** The `type` of the resource, whose `id` is the path, decoded once. */
  readonly resourceType: string
}

/**
 * An Open Policy Agent. Its `input` has the members of an AuthZEN evaluation: `subject`, `action`,
 * `resource` and `context`. The rule is `true`, or an object whose `allow` is.
 */
export interface ProtectedRouteRuleAuthorizeExternalOpa {
  /**
   * The URL of one rule in its data API: `https://opa.example.com/v1/data/shop/allow`. No redirect
   * is followed. `http` is refused unless the process runs with `allowInsecureIssuers`, which is
   * for local trials only.
   */
  readonly url: string
}

/** Whether answers are remembered. */
export interface ProtectedRouteRuleAuthorizeExternalCache {
  /**
   * How long an answer counts for the very same facts, from `0s` to `5m`; that long a permission
   * lasts there after it was taken back. `0s`: the decision point is asked about every request.
   */
  readonly ttl: string
}

/**
 * What is told besides. All facts together are 16 KiB at most; more is 403
 * `decision_facts_too_large`.
 */
export interface ProtectedRouteRuleAuthorizeExternalSend {
  /**
   * Claims that become properties of the subject, under the names written here. One that is absent
   * is left out.
   */
  readonly claims: readonly string[]
  /**
   * Request headers that become members of `context.headers`, as the caller sent them: anybody can
   * send any. One that is absent is left out.
   */
  readonly headers: readonly string[]
  /**
   * Whether `context.access_token` is the access token of the caller, which is valid then. Whoever
   * runs the decision point can use it as the caller could. Unset, it is not sent.
   */
  readonly accessToken: boolean
}

/** How the decision point is trusted. Unset, as every server is. */
export interface ProtectedRouteRuleAuthorizeExternalTls {
  /**
   * A bundle of PEM certificates that are trusted besides those that come with Node.js, for this
   * decision point alone. There is no switch that turns verification off.
   */
  readonly caRef: ProtectedRouteRuleAuthorizeExternalTlsCaRef
}

/**
 * A bundle of PEM certificates that are trusted besides those that come with Node.js, for this
 * decision point alone. There is no switch that turns verification off.
 */
export interface ProtectedRouteRuleAuthorizeExternalTlsCaRef {
  /** The kind of object that holds the bundle. */
  readonly kind: 'ConfigMap' | 'Secret'
  /** The name of that object, in the namespace of this ProtectedRoute. */
  readonly name: string
  /** The key in its `data` whose value is the bundle. */
  readonly key: string
}

/**
 * The Secret with the token by which the decision point knows this service, in the namespace of
 * this ProtectedRoute. It is sent as `Authorization: Bearer`. Unset, nothing is.
 */
export interface ProtectedRouteRuleAuthorizeExternalCredentialsRef {
  /** The name of the Secret. */
  readonly name: string
  /** The key in its `data` whose value is the token. */
  readonly key: string
}

/** What the upstream receives. Each field left unset is as the route says. */
export interface ProtectedRouteRuleUpstream {
  /**
   * What stands in `Authorization` when a request goes on. `AccessToken`: the access token of the
   * session, or the bearer token that came. `IDToken`: the ID token of the session; a bearer token
   * stays if it is one. `Exchange`: what the access token is exchanged for, by `exchange`. `Keep`:
   * what the caller sent, whatever it is, for applications with credentials of their own. `Remove`:
   * nothing. Unset, what `compatibility` of the rule says, else as the route says.
   */
  readonly authorization?: 'AccessToken' | 'IDToken' | 'Exchange' | 'Keep' | 'Remove'
  /**
   * An older name of `authorization`: `Forward` is `AccessToken`, `None` is `Remove`. Unset,
   * `authorization` says it.
   */
  readonly accessToken?: 'Forward' | 'None'
  /**
   * Sets the headers, besides, that the product set which was here before, by its names and in its
   * value forms: oauth2-proxy, kong-oidc, authservice or mod_auth_openidc. Its access token header
   * is there if `authorization` is `AccessToken` or `Exchange`. `None`: no such headers. Unset, as
   * the route says.
   */
  readonly compatibility?: 'None' | 'OAuth2Proxy' | 'Kong' | 'AuthService' | 'ModAuthOpenIDC'
  /**
   * Identity headers of other products that callers may send, spelled so. All of them are removed
   * from every request, for an upstream may believe them (docs/upstream.md lists them); name one
   * only if something you trust sets it, and removes what callers send, before the request comes
   * here. Unset, as the route says.
   */
  readonly passHeaders?: readonly string[]
  /**
   * Headers set from claims or to a constant; they replace those of the route. Unset, as the route
   * says.
   */
  readonly headers?: readonly ProtectedRouteRuleUpstreamHeader[]
  /**
   * What the access token is exchanged for at its provider (RFC 8693), so that the upstream gets a
   * token that is for it alone; with `authorization: Exchange`. That of a session is exchanged as
   * the client of the session. At least one of `audience`, `resource` and `scopes` is there.
   * docs/token-exchange.md has a recipe for Keycloak.
   */
  readonly exchange?: ProtectedRouteRuleUpstreamExchange
  /**
   * It replaces that of the route. A JWT that says who is calling, signed by this service for the
   * upstream alone, which then need not trust the network: `iss` is `assertions.issuer` of the
   * process, `sub` and `sub_id` (RFC 9493) are the subject, and the keys are at
   * `/.well-known/jwks.json` of its http port. Unset, as the route says.
   */
  readonly assertion?: ProtectedRouteRuleUpstreamAssertion
}

/** One header, with exactly one of `claim`, `value` and `cel`. */
export interface ProtectedRouteRuleUpstreamHeader {
  /**
   * Its name, in lower case. Whatever a caller sends under it, in any spelling, is removed. Names
   * that HTTP, Envoy or this service itself uses are refused.
   */
  readonly name: string
  /**
   * The claim whose value it gets, spelled as in `authorize`. Without the claim there is no header.
   */
  readonly claim?: string
  /**
   * The expression whose value it gets, in CEL, as in `authorize`. One that looks at `request`,
   * `source` or `now` is asked at every check, 8 of them at most. Where it fails, there is no
   * header.
   */
  readonly cel?: string
  /** A value that is the same for everybody, of printable ASCII without blanks at its ends. */
  readonly value?: string
  /**
   * How a list is written: `JSON`, or its members with a `,` or a `|` between them, which are
   * percent-encoded within a member. Objects are JSON in any case. Unset, `JSON`.
   */
  readonly format?: 'JSON' | 'CommaSeparated' | 'PipeSeparated'
  /**
   * What becomes of letters beyond ASCII. `Percent`: they and `%` are percent-encoded as UTF-8.
   * `UTF8`: they are sent as they are; percent-encoded are control characters, what turns the
   * direction of text or cannot be seen, and a `%` that would read as such an encoding. Blanks at
   * either end are percent-encoded in any case. Unset, `Percent`.
   */
  readonly encoding?: 'Percent' | 'UTF8'
}

/**
 * What the access token is exchanged for at its provider (RFC 8693), so that the upstream gets a
 * token that is for it alone; with `authorization: Exchange`. That of a session is exchanged as the
 * client of the session. At least one of `audience`, `resource` and `scopes` is there.
 * docs/token-exchange.md has a recipe for Keycloak.
 */
export interface ProtectedRouteRuleUpstreamExchange {
  /**
   * The OIDCClient as which tokens are exchanged that no session holds: needed where `authenticate`
   * takes any but `session`. It is registered with the provider of those tokens. Unset, none are.
   */
  readonly clientRef?: ProtectedRouteRuleUpstreamExchangeClientRef
  /**
   * Who acts for whoever is calling (RFC 8693 section 1.1): its access token goes along as
   * `actor_token`, and the new token has to name it in `act`. Unset, nobody does.
   */
  readonly actor?: ProtectedRouteRuleUpstreamExchangeActor
  /**
   * The name of the upstream at the provider, which the `aud` of the new token has to hold. Unset,
   * it has to hold `resource`, and without that anything.
   */
  readonly audience?: string
  /**
   * The address of the upstream as the provider knows it (RFC 8707), an absolute URI without a
   * fragment.
   */
  readonly resource?: string
  /** The scopes of the new token. Unset, the provider chooses. */
  readonly scopes?: readonly string[]
  /**
   * What the new token is asked to be: an access token of any form, or a JWT. Unset, the provider
   * chooses.
   */
  readonly requestedTokenType?: 'AccessToken' | 'JWT'
  /**
   * `Accept` takes a new token that is no JWT, or that is encrypted: nobody here can tell whom it
   * is of and for, so that all depends on the provider. A JWT is verified in any case. `Refuse`
   * takes JWTs alone.
   */
  readonly opaque: 'Refuse' | 'Accept'
}

/**
 * The OIDCClient as which tokens are exchanged that no session holds: needed where `authenticate`
 * takes any but `session`. It is registered with the provider of those tokens. Unset, none are.
 */
export interface ProtectedRouteRuleUpstreamExchangeClientRef {
  /** The name of the OIDCClient. */
  readonly name: string
  /**
   * Its namespace. Unset, that of this object. Another one works only if `allowedNamespaces` of the
   * OIDCClient says so.
   */
  readonly namespace?: string
}

/**
 * Who acts for whoever is calling (RFC 8693 section 1.1): its access token goes along as
 * `actor_token`, and the new token has to name it in `act`. Unset, nobody does.
 */
export interface ProtectedRouteRuleUpstreamExchangeActor {
  /**
   * The OIDCClient that acts, with the token that its provider gives to itself
   * (`client_credentials`). It is registered with the provider that exchanges, and has credentials.
   */
  readonly clientRef: ProtectedRouteRuleUpstreamExchangeActorClientRef
}

/**
 * The OIDCClient that acts, with the token that its provider gives to itself
 * (`client_credentials`). It is registered with the provider that exchanges, and has credentials.
 */
export interface ProtectedRouteRuleUpstreamExchangeActorClientRef {
  /** The name of the OIDCClient. */
  readonly name: string
  /**
   * Its namespace. Unset, that of this object. Another one works only if `allowedNamespaces` of the
   * OIDCClient says so.
   */
  readonly namespace?: string
}

/**
 * It replaces that of the route. A JWT that says who is calling, signed by this service for the
 * upstream alone, which then need not trust the network: `iss` is `assertions.issuer` of the
 * process, `sub` and `sub_id` (RFC 9493) are the subject, and the keys are at
 * `/.well-known/jwks.json` of its http port. Unset, as the route says.
 */
export interface ProtectedRouteRuleUpstreamAssertion {
  /**
   * The header that carries it, the JWT alone. Whatever a caller sends under that name, in any
   * spelling, is removed. Unset, `x-sallyport-assertion`.
   */
  readonly header: string
  /**
   * `aud`: the name of the upstream, which must take no other. An assertion that one upstream was
   * sent is then of no use at another (RFC 8725 section 3.9).
   */
  readonly audience: string
  /**
   * The claims of the identity that it carries besides, each spelled as in `authorize` and in the
   * place that it has there. An absent one is left out.
   */
  readonly claims: readonly string[]
  /**
   * How long it is good for, from `10s` to `10m`, and never longer than the session or token that
   * it speaks for. It is used for several requests: one has at least half of this left.
   */
  readonly lifetime: string
}

/** What the downstream is told beside the answer of the upstream. */
export interface ProtectedRouteRuleResponse {
  /**
   * Headers that are put on the answers of the upstream to somebody who was let through, in place
   * of what it says under these names; whoever is not known gets none. Unset, as the route says;
   * `[]`: none.
   */
  readonly headers?: readonly ProtectedRouteRuleResponseHeader[]
}

/** One header, with exactly one of `claim` and `value`. */
export interface ProtectedRouteRuleResponseHeader {
  /**
   * Its name, in lower case. Names that frame the answer, hold a credential or are decided
   * elsewhere are refused.
   */
  readonly name: string
  /**
   * The claim whose value it gets, spelled as in `authorize`. Without the claim there is no header.
   */
  readonly claim?: string
  /** A value that is the same for everybody, of printable ASCII without blanks at its ends. */
  readonly value?: string
}

/** One key, with exactly one of `claim`, `value` and `cel`. */
export interface ProtectedRouteRuleMetadata {
  /** The key in Envoy. */
  readonly key: string
  /**
   * The claim whose value it gets, spelled as in `authorize`: a text, a number, a boolean, or a
   * list of them, at most 1 KiB, and 8 KiB in all; what is more, or an object, is left out and
   * named under `left_out`. In texts, `%` and characters that would end a line of a log or turn it
   * around are percent-encoded. Without the claim there is no key.
   */
  readonly claim?: string
  /**
   * The expression whose value it gets, in CEL, as in `authorize`; it looks at `claims` and
   * `identity` alone. Where it fails, there is no key.
   */
  readonly cel?: string
  /** A text that is the same for everybody. */
  readonly value?: string
}

/**
 * Which pages of other origins may read the answers to their scripts (Fetch Standard, CORS). A
 * preflight is answered here, by the rule that its request will fall under, before anybody is asked
 * who sends it; the headers are on 401, 403 and 503 as well, and take the place of what the
 * upstream says itself. It permits nothing else: whoever is not a browser sends what it likes. Of
 * our own paths, `session` beside the callback alone is shared so. Unset, as the route says.
 */
export interface ProtectedRouteRuleCors {
  /**
   * The origins of those pages, as browsers write them: `https://app.example.com`, with a port
   * unless it is 443; `https://*.example.com` for every host below a domain, one label deep or
   * more, and not the domain itself; `*` for any, without credentials. The opaque origin `null` is
   * none of them. An empty list turns off what the route says.
   */
  readonly allowOrigins: readonly string[]
  /** The methods that scripts may use besides GET, HEAD and POST. Unset, every method. */
  readonly allowMethods?: readonly string[]
  /**
   * The headers that scripts may set besides those that every page may, in lower case:
   * `content-type` for JSON, `authorization` for access tokens. Unset, none.
   */
  readonly allowHeaders: readonly string[]
  /**
   * The headers of the answer that scripts may read besides those that every page may, in lower
   * case, such as `x-sallyport-reason`. Unset, none.
   */
  readonly exposeHeaders: readonly string[]
  /**
   * Whether the browser sends cookies along, and so the session. The listed pages then do whatever
   * their visitors may, so list none that you do not trust with that. The session cookie goes along
   * within a site alone, unless it has `sameSite: None`.
   */
  readonly allowCredentials: boolean
  /**
   * How long a browser may remember the answer to a preflight, from `0s` to `24h`. Browsers shorten
   * it, some to 2 hours.
   */
  readonly maxAge: string
}
