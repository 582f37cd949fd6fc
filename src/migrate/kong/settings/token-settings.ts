const REDIS = 'answers of providers are shared by way of `sessions.redis`'
const VERIFIED = 'tokens are always verified: signature, issuer, audience and times'
const CACHED = 'how long answers are kept follows from tokens, and from `cache.ttl` of a way in'
const ARGUMENTS = 'nothing is added to the requests to that endpoint'

/** What Kong's plugin looks for in requests and tokens, and where it goes. */
export const TOKEN_SETTINGS = {
  manifest: {
    audience_claim:
      '`bearer.audienceClaim`, if it is one name; within another claim it closes the route',
    audience_required:
      '`bearer.audiences` and `introspection.audiences`; several in one text become a `claim` with `allOf`. Sessions are closed by it, as the audience of their access token is not looked at',
    auth_methods:
      '`authenticate`: `session` for `session` and `authorization_code`; `bearer` and `introspection` if `audience_required` is there; `userinfo`, `client_credentials`, `refresh_token`, `password`. Unset, Kong takes all of them: written are `session` and `bearer`',
    bearer_token_cookie_name: '`bearer.from`: `cookie`',
    bearer_token_param_type: '`bearer.from`; a body is never looked into',
    claims_forbidden: '`authorize`: `exists: false`',
    consumer_by: 'which names of Consumers the claim is compared with',
    consumer_claim:
      '`authorize`: the claim with `anyOf` the Consumers of the same file; without any, the route is closed',
    domains: '`authorize`: `claim: hd`',
    dpop_use_nonce: '`bearer.dpop.nonce: Require`',
    groups_claim: 'the claim of `groups_required`',
    groups_required: '`authorize`: `anyOf`, and `allOf` for several in one text',
    introspection_endpoint: '`endpoints.introspection`',
    issuers_allowed: '`additionalIssuers`, besides the issuer itself',
    leeway: '`clockSkew`, at most 60s',
    proof_of_possession_dpop:
      '`bearer.proof: DPoP` for `strict`; a bound token is always to be proven',
    proof_of_possession_mtls:
      '`bearer.proof: MutualTLS` for `strict`; a bound token is always to be proven',
    refresh_token_param_name: '`refreshToken.from`',
    roles_claim: 'the claim of `roles_required`',
    roles_required: '`authorize`: `anyOf`, and `allOf` for several in one text',
    run_on_preflight:
      'false: a public rule for OPTIONS; `cors` answers preflights without letting other OPTIONS pass',
    scopes_claim: 'the claim of `scopes_required`, where it is another than `scope`',
    scopes_required: '`authorize`: `scopes`; several texts are alternatives',
    search_user_info: '`claims.userinfo: AtLogin`',
  },
  'built-in': {
    cache_introspection: CACHED,
    cache_token_exchange: CACHED,
    cache_tokens: CACHED,
    cache_ttl: CACHED,
    cache_ttl_max: CACHED,
    cache_ttl_min: CACHED,
    cache_ttl_neg: CACHED,
    cache_ttl_resurrect: CACHED,
    cache_user_info: CACHED,
    cluster_cache_redis: REDIS,
    cluster_cache_strategy: REDIS,
    credential_claim: 'the subject is who is calling',
    dpop_proof_lifetime: 'the time of a proof may be 60 seconds from the clock',
    expose_error_code: 'a challenge names its error (RFC 6750)',
    introspection_check_active: 'a token has to be active',
    introspection_hint: 'access tokens are asked about',
    proof_of_possession_auth_methods_validation:
      'what cannot be proven is refused when the route is written',
    reverify: 'access tokens are verified when they come',
    verify_claims: VERIFIED,
    verify_nonce: 'the nonce is always looked at',
    verify_parameters: '`sallyport doctor` compares the configuration with what the provider says',
    verify_signature: VERIFIED,
  },
  none: {
    anonymous:
      'who is refused does not pass as a Consumer; `anonymous` in `authenticate` lets in who shows nothing',
    authenticated_groups_claim:
      'the plugin ACL asks for it: write its groups as `claim` with `anyOf`',
    by_username_ignore_case: '`ignoreCase: true` beside the clause of the Consumers',
    cache_tokens_salt: CACHED,
    client_credentials_param_type: 'id and secret are taken from `Authorization` alone',
    consumer_groups_claim:
      'there are no groups of Consumers: the route is closed until you write who may pass as `claim`',
    consumer_groups_optional: 'there are no groups of Consumers',
    consumer_optional: 'there are no Consumers; whoever is authenticated passes',
    enable_hs_signatures: 'a signature by a shared secret is never taken',
    extra_jwks_uris: 'one set of keys belongs to one issuer: an IdentityProvider for each',
    hide_credentials: '`upstream.authorization: Remove`',
    id_token_param_name: 'an ID token in another parameter is not looked for',
    id_token_param_type: 'an ID token in another parameter is not looked for',
    ignore_signature: VERIFIED,
    introspect_jwt_tokens: 'put `introspection` before `bearer`, or in its place',
    introspection_accept: '`introspection.signed`',
    introspection_endpoint_auth_method:
      'a client has one method for all endpoints: `authentication.method`',
    introspection_headers_client: ARGUMENTS,
    introspection_headers_names: ARGUMENTS,
    introspection_headers_values: ARGUMENTS,
    introspection_post_args_client: ARGUMENTS,
    introspection_post_args_client_headers: ARGUMENTS,
    introspection_post_args_names: ARGUMENTS,
    introspection_post_args_values: ARGUMENTS,
    introspection_token_param_name: ARGUMENTS,
    jwt_session_claim:
      'a token is not compared with a cookie besides: the route is closed by `jwt_session_cookie`',
    jwt_session_cookie:
      'a token is not compared with a cookie besides: the route is closed until you decide',
    password_param_type: 'names and passwords are taken from `Authorization` alone',
    refresh_token_param_type:
      'refresh tokens are taken from a header alone, `refresh-token` unless named',
    resolve_distributed_claims: '`claimSources` of the IdentityProvider lists who may be asked',
    token_cache_key_include_scope: CACHED,
    token_exchange_endpoint: '`upstream.authorization: Exchange` (docs/token-exchange.md)',
    userinfo_accept: '`claims.userinfoSigned`',
    userinfo_headers_client: ARGUMENTS,
    userinfo_headers_names: ARGUMENTS,
    userinfo_headers_values: ARGUMENTS,
    userinfo_query_args_client: ARGUMENTS,
    userinfo_query_args_names: ARGUMENTS,
    userinfo_query_args_values: ARGUMENTS,
  },
} as const
