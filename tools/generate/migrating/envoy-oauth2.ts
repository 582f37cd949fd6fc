import { tableOf } from '../../../src/migrate/model/setting-table.ts'

const NO_TOKEN = 'no cookie holds a token'
const COOKIES =
  'one cookie, `session.cookie`: `sameSite`, `partitioned`, always `Path=/`, `Secure` and `HttpOnly`'
const CLOSING =
  'headers are what the caller says: a public rule needs a path, or networks (docs/authorization.md)'

/** Every field of the filter `envoy.filters.http.oauth2` of Envoy, API of July 2026. */
export const ENVOY_OAUTH2_SETTINGS = tableOf({
  manifest: {
    auth_scopes: '`scopes` of the OIDCClient, with `openid`; unset, Envoy asks for `user`',
    auth_type:
      '`authentication.method`: `URL_ENCODED_BODY` is `client_secret_post`, `BASIC_AUTH` `client_secret_basic`, `TLS_CLIENT_AUTH` `tls_client_auth`, `PRIVATE_KEY_JWT` `private_key_jwt`',
    authorization_endpoint:
      '`endpoints.authorization` of the IdentityProvider; the metadata of the issuer have it',
    'credentials.client_id': '`clientId` of the OIDCClient',
    'credentials.cookie_domain': '`session.cookie.domain`',
    'credentials.token_secret': '`authentication.secretRef`: a Secret with the key `client-secret`',
    csrf_token_expires_in: '`authorizationRequest.lifetime`',
    end_session_endpoint: '`endpoints.endSession`; the metadata of the issuer have it',
    forward_bearer_token: '`upstream.authorization: AccessToken`',
    forward_id_token: '`upstream.authorization: IDToken`, if its header is `Authorization`',
    pass_through_matcher:
      'for `:path` or `:method` a public rule; a request with `Authorization` is `bearer` in `authenticate`, where Envoy lets it pass unseen',
    post_logout_redirect_uri: '`logout.redirectURL`',
    preserve_authorization_header: '`upstream.authorization: Keep`',
    private_key_jwt_config: '`authentication.method: private_key_jwt` with `privateKeyRef`',
    redirect_path_matcher: '`callback.path`',
    redirect_uri: '`callback.path`, and `callback.host` where it is one host for several',
    resources: '`resources` of the OIDCClient',
    signout_path: '`logout.path`',
    token_endpoint: '`endpoints.token`; the metadata of the issuer have it',
    use_refresh_token: '`session.refresh.disabled` where it is false',
    allow_failed_matcher: '`anonymous` as the last member of `authenticate` of a rule',
    original_request_uri: '`publicHosts` of the route',
  },
  'built-in': {
    allowed_redirect_domains: 'a login returns to its own host alone',
    code_verifier_token_expires_in: 'PKCE is part of the sealed state of the login',
    cookie_configs: COOKIES,
    'credentials.cookie_names': 'the cookie has a name of ours, so that both work side by side',
    'credentials.hmac_secret': 'sessions are sealed with `keys.files`: make a new key',
    default_expires_in: 'a token without a lifetime is taken; the session ends by its own',
    default_refresh_token_expires_in: 'a session ends by `session.absoluteTimeout`',
    deny_redirect_matcher:
      'what is no navigation of a browser is answered with 401 (`onUnauthenticated`)',
    disable_access_token_set_cookie: NO_TOKEN,
    disable_id_token_set_cookie: NO_TOKEN,
    disable_refresh_token_set_cookie: NO_TOKEN,
    disable_token_encryption: NO_TOKEN,
    retry_policy: 'a refused connection to the provider is tried once more where nothing was sent',
    stat_prefix: 'docs/reference/metrics.md',
    use_access_token_expiry_for_id_token_cookie: NO_TOKEN,
  },
  none: {
    'pass_through_matcher (other headers)': CLOSING,
  },
})
