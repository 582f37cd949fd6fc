const LOGGING = 'the logs of oauth2-proxy end with it; docs/log.md says what there is'
const LISTENS = 'the gateway takes requests; `grpc.listen` is where it asks'

const FILE = 'give that file as well, under its name; without it the route is closed'

/** What oauth2-proxy 7.15 lets in, tells upstreams, serves and logs, and where it goes. */
export const ACCESS_SETTINGS = {
  manifest: {
    api_routes: 'a rule with `onUnauthenticated: Challenge`',
    authenticated_emails_file:
      '`authorize`: `claim: email` with `anyOf` and `ignoreCase`, and `claim: email_verified` with `noneOf: [false, "false"]`, for you to fill in: the file is not read',
    email_domains:
      '`authorize`: `emailDomains`, which wants `email_verified` to be true; `*` becomes "an address that is there". Unset, nobody is let in, as there',
    extra_jwt_issuers: 'an IdentityProvider and a `bearer` for each `issuer=audience`',
    force_json_errors: '`onUnauthenticated: Challenge`',
    pass_access_token: '`upstream.authorization: AccessToken` with `compatibility: OAuth2Proxy`',
    pass_authorization_header: '`upstream.authorization: IDToken`',
    pass_basic_auth: '`upstream.compatibility: OAuth2Proxy`, as `pass_user_headers`',
    pass_user_headers: '`upstream.compatibility: OAuth2Proxy`',
    prefer_email_to_user: '`upstream.headers`: `x-forwarded-user` of the claim `email`',
    set_authorization_header: '`upstream.authorization: IDToken`',
    set_xauthrequest: '`upstream.compatibility: OAuth2Proxy`',
    skip_auth_preflight:
      'a public rule for OPTIONS; `cors` of the route answers preflights without letting other OPTIONS pass',
    skip_auth_regex: 'a public rule for each pattern, found anywhere in the path as there',
    skip_auth_routes:
      'a public rule for each; one with `!=` becomes two rules, and more than one of those are not carried over',
    skip_jwt_bearer_tokens:
      '`authenticate`: `bearer` with the client as audience, before `session`',
  },
  gateway: {
    allow_query_semicolons: 'the gateway forwards queries as they are',
    disable_keep_alives: 'connections are those of the gateway',
    flush_interval: 'the gateway streams',
    force_https: 'redirect to https at the gateway',
    gcp_healthchecks: 'health checks of the gateway or of the Service',
    http_address: LISTENS,
    https_address: LISTENS,
    pass_host_header: 'the gateway keeps the host, or rewrites it',
    proxy_websockets: 'the gateway upgrades connections',
    real_client_ip_header: 'docs/authorization.md says whose address Sallyport sees',
    request_id_header: 'the gateway makes request ids, which the log repeats',
    reverse_proxy: 'docs/authorization.md says whose address Sallyport sees',
    ssl_upstream_insecure_skip_verify: 'TLS to the upstream is that of the gateway',
    tls_cert_file: LISTENS,
    tls_cipher_suites: LISTENS,
    tls_key_file: LISTENS,
    tls_min_version: LISTENS,
    trusted_proxy_ips: 'docs/authorization.md says whose address Sallyport sees',
    upstream_timeout: 'timeouts of the route at the gateway',
    upstreams:
      'the route at the gateway leads to the upstream; `sallyport attach --upstream` prints one',
  },
  configuration: {
    auth_logging: '`log.decisions: none` where it is false',
    custom_sign_in_logo: '`pages.logoFile`, with `pages.name`',
  },
  'built-in': {
    alpha_config: FILE,
    config: FILE,
    logging_compress: LOGGING,
    logging_filename: LOGGING,
    logging_local_time: LOGGING,
    logging_max_age: LOGGING,
    logging_max_backups: LOGGING,
    logging_max_size: LOGGING,
    metrics_address: '`/metrics` of `admin.listen`',
    metrics_secure_address: '`/metrics` of `admin.listen`, in plain HTTP',
    metrics_tls_cert_file: '`/metrics` of `admin.listen`, in plain HTTP',
    metrics_tls_key_file: '`/metrics` of `admin.listen`, in plain HTTP',
    ping_path: '`/livez` of `admin.listen`',
    ping_user_agent: '`/livez` of `admin.listen`',
    ready_path: '`/readyz` of `admin.listen`',
    request_logging: 'the decision log has a line for each check (`log.decisions`)',
    silence_ping_logging: 'probes are not logged',
    skip_auth_strip_headers: 'identity headers of callers are always removed',
    skip_provider_button:
      'a page leads to the provider at once; a page to choose from is there where `clientRefs` lists several',
    standard_logging: '`log.level`',
  },
  none: {
    auth_logging_format: LOGGING,
    banner: 'there is no page before the provider; texts of the others are `pages.messages`',
    basic_auth_password:
      'no password is sent to upstreams: have them believe `X-Forwarded-User`, or a signed assertion (docs/upstream.md)',
    bearer_token_login_fallback:
      'a bearer token that is refused is answered with 401, and never with a login',
    custom_templates_dir: 'pages have a name, a logo, a colour and texts (docs/pages.md)',
    display_htpasswd_form: 'there are no passwords of our own',
    errors_to_info_log: LOGGING,
    exclude_logging_paths: LOGGING,
    footer: 'pages have a name, a logo, a colour and texts (docs/pages.md)',
    htpasswd_file: 'there are no passwords of our own: whoever signed in by them is not let in',
    htpasswd_user_groups: 'there are no passwords of our own',
    request_logging_format: LOGGING,
    set_basic_auth: 'no password is sent to upstreams',
    show_debug_on_error: 'details of a failure are in the log alone',
    signature_key:
      'requests are not signed; `upstream.assertion` is a signed statement of who is calling',
    standard_logging_format: LOGGING,
    trusted_ips:
      'behind a gateway the address of the connection may be the same for everybody, so that this would open the hosts to all: docs/authorization.md says when `match.sourceAddresses` of a public rule is safe',
  },
} as const
