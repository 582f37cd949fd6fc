/** What oauth2-proxy 7.15 knows of sessions, cookies and sign-out, and where it goes. */
export const SESSION_SETTINGS = {
  manifest: {
    cookie_csrf_expire: '`authorizationRequest.lifetime` of the OIDCClient',
    cookie_domains: '`session.cookie.domain`: one, above all hosts',
    cookie_expire: '`session.absoluteTimeout` and `session.idleTimeout`, at most 720h',
    cookie_samesite: '`session.cookie.sameSite`',
    proxy_prefix: '`callback.path` and `logout.path`: `<prefix>/callback`, `<prefix>/sign_out`',
    redirect_url:
      '`callback.path`, and `callback.host` where it is another host than those that are protected',
  },
  configuration: {
    redis_ca_path: '`sessions.redis.tls.caFile`',
    redis_cluster_connection_urls: '`sessions.redis.cluster.addresses`',
    redis_connection_url: '`sessions.redis.url`, without a password that it holds',
    redis_password:
      '`sessions.redis.passwordFile`: a file that you write; the password is never printed',
    redis_sentinel_connection_urls: '`sessions.redis.sentinel.addresses`',
    redis_sentinel_master_name: '`sessions.redis.sentinel.primaryName`',
    redis_sentinel_password: '`sessions.redis.sentinel.passwordFile`: a file that you write',
    redis_use_cluster: '`sessions.redis.cluster`',
    redis_use_sentinel: '`sessions.redis.sentinel`',
    redis_username: '`sessions.redis.usernameFile`: a file that you write',
    session_store_type:
      '`sessions.store: redis`. With `cookie` sessions are kept in the memory of one replica here, until `redis` is set up',
  },
  'built-in': {
    cookie_csrf_per_request: 'each login has a cookie of its own',
    cookie_csrf_per_request_limit: 'the cookies of logins are bounded',
    cookie_csrf_samesite: 'the cookies of logins suit the way back from the provider',
    cookie_httponly: 'cookies are always `HttpOnly`',
    cookie_name:
      'the cookie has a name of ours, so that both products work side by side; `session.cookie.name` changes it',
    cookie_refresh:
      'a session is renewed before its access token expires (`session.refresh.before`)',
    cookie_secret:
      'sessions are sealed with `keys.files`: make a new key (`openssl rand -base64 32`), not that one',
    cookie_secret_file:
      'sessions are sealed with `keys.files`: make a new key (`openssl rand -base64 32`), not that one',
    cookie_secure: 'cookies are always `Secure`',
    encode_state: 'the state of a login is sealed and safe in URLs',
    redis_connection_idle_timeout: 'connections to Redis are kept alive',
    relative_redirect_url: 'unless `callback.host` is set, each host has a redirect URI of its own',
    session_cookie_minimal: 'no cookie holds a token',
  },
  none: {
    cookie_path: 'cookies always have `Path=/`',
    redis_insecure_skip_tls_verify:
      'certificates are always verified: set `sessions.redis.tls.caFile`',
    whitelist_domains:
      'a login returns to its own host alone; what `rd` may name at sign-out is listed whole in `logout.redirectURLs`',
  },
} as const
