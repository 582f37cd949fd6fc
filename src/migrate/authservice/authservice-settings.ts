import { type SettingTable, tableOf } from '../model/setting-table.ts'

const VERIFIED =
  'certificates are always verified: trust the authority of the provider by `tls.caRef`'

const OIDC = {
  manifest: {
    absolute_session_timeout:
      '`session.absoluteTimeout`, at most 720h; unset or 0, a session never ends there, and after 12 hours here',
    'access_token.header':
      '`upstream.authorization: AccessToken`, if it is `Authorization` and the ID token goes elsewhere',
    authorization_uri: '`endpoints.authorization`',
    callback_uri:
      '`callback.path`, and a host of the route; `callback.host` where it is another one',
    client_authentication_method: '`authentication.method`',
    client_id: '`clientId` of the OIDCClient',
    client_secret: 'a Secret that you make; it is never printed',
    client_secret_ref:
      '`authentication.secretRef`, key `client-secret`: the same Secret, if it is in the namespace',
    configuration_uri:
      '`issuer`: what stands before `/.well-known/`. It has to be, to the letter, what the metadata say',
    'cookie_attributes.domain': '`session.cookie.domain`',
    'cookie_attributes.partitioned': '`session.cookie.partitioned`',
    'cookie_attributes.same_site': '`session.cookie.sameSite`',
    'id_token.header': '`upstream.authorization: IDToken`, if it is `Authorization`',
    idle_session_timeout:
      '`session.idleTimeout`, at most `absoluteTimeout`; unset or 0, idleness ends no session there, and 30 minutes of it here',
    'jwks_fetcher.jwks_uri': '`endpoints.jwks`',
    'jwks_fetcher.periodic_fetch_interval_sec': '`refreshInterval.keys`',
    'logout.path': '`logout.path`',
    'logout.redirect_uri':
      '`logout.redirectURL`; one at the provider is left out, as sign-out goes there by itself',
    proxy_uri: '`proxy.url` of the IdentityProvider',
    scopes: '`scopes`, with `openid`',
    token_uri: '`endpoints.token`',
    trusted_certificate_authority: '`tls.caRef`: a ConfigMap that is written along',
    trusted_certificate_authority_file: '`tls.caRef`: a ConfigMap that you make',
  },
  configuration: {
    'redis_session_store_config.password':
      '`sessions.redis.passwordFile`: a file that you write; it is never printed',
    'redis_session_store_config.password_file': '`sessions.redis.passwordFile`',
    'redis_session_store_config.server_uri': '`sessions.redis.url`',
    'redis_session_store_config.tls_config.client_cert_file': '`sessions.redis.tls.certFile`',
    'redis_session_store_config.tls_config.client_key_file': '`sessions.redis.tls.keyFile`',
    'redis_session_store_config.tls_config.trusted_ca_file': '`sessions.redis.tls.caFile`',
    'redis_session_store_config.username': '`sessions.redis.usernameFile`: a file that you write',
  },
  'built-in': {
    'access_token.preamble': 'a token stands behind `Bearer`',
    cookie_name_prefix:
      'the cookie has a name of ours, so that both products work side by side; two clients of one host need `session.cookie.name`',
    'id_token.preamble': 'a token stands behind `Bearer`',
    trusted_certificate_authority_refresh_interval:
      'certificates are read again when the object changes',
  },
  none: {
    jwks: 'keys are read from an endpoint alone: `endpoints.jwks`',
    'jwks_fetcher.skip_verify_peer_cert': VERIFIED,
    'redis_session_store_config.tls_config.client_cert_pem':
      'write it to a file: `sessions.redis.tls.certFile`',
    'redis_session_store_config.tls_config.client_key_pem':
      'write it to a file: `sessions.redis.tls.keyFile`',
    'redis_session_store_config.tls_config.skip_verify_peer_cert':
      'certificates are always verified: `sessions.redis.tls.caFile`',
    'redis_session_store_config.tls_config.trusted_ca_pem':
      'write it to a file: `sessions.redis.tls.caFile`',
    skip_verify_peer_cert: VERIFIED,
    token_exchange:
      '`upstream.authorization: Exchange` asks the token endpoint of the provider (docs/token-exchange.md)',
  },
} as const

const CHAINS = {
  manifest: {
    'chains[].match': 'the host for `:authority`, a rule for `:path` and other headers',
    'chains[].name': 'the name of the objects',
    default_oidc_config: 'what each `oidc_override` leaves unset',
    trigger_rules:
      'public rules for `excluded_paths`; with `included_paths` all others are public. More than one rule is not carried over, and nothing is public',
  },
  configuration: {
    log_level: '`log.level`: `trace` is `debug`, `critical` is `error`',
  },
  gateway: {
    listen_address: 'the gateway asks at `grpc.listen`; `sallyport attach istio` prints how',
    listen_port: 'the gateway asks at `grpc.listen`; `sallyport attach istio` prints how',
  },
  'built-in': {
    threads: 'one process is one thread: run several replicas',
  },
  none: {
    allow_unmatched_requests:
      'a host that no route names is denied: attach the gateway for the hosts that you protect',
    'chains[].filters[].mock': 'a mock lets in everybody or nobody: its hosts are closed',
  },
} as const

/** The settings of `oidc`, without the place where they stand. */
export const OIDC_FILTER_SETTINGS: SettingTable = tableOf(OIDC)

const filter = (rows: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(rows).map(([name, words]) => [`chains[].filters[].oidc.${name}`, words]),
  )

/** Every setting of authservice, configuration `v1` of 2025. */
export const AUTHSERVICE_SETTINGS: SettingTable = tableOf(
  CHAINS,
  Object.fromEntries(Object.entries(OIDC).map(([goes, rows]) => [goes, filter(rows)])),
)
