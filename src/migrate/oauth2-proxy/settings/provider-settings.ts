/** What oauth2-proxy 7.15 knows of its provider and client, and where it goes. */
export const PROVIDER_SETTINGS = {
  manifest: {
    acr_values:
      '`authorizationRequest.acrValues` of the OIDCClient; the `acr` of the ID token has to be one of them',
    allowed_groups: '`authorize` of the route: a `claim` with `anyOf`',
    allowed_roles:
      '`authorize`: `realm_access.roles` and `resource_access.<client>.roles`, with `claims.accessToken: Merge` of the OIDCClient',
    auth_request_response_mode: '`authorizationRequest.responseMode`: `query` and `form_post`',
    azure_tenant:
      'the issuer of that tenant; for `common` and `organizations` list `tenants` of the IdentityProvider',
    client_id: '`clientId` of the OIDCClient',
    client_secret: 'a Secret that you make; it is never printed',
    client_secret_file: 'a Secret that you make of that file',
    entra_id_allowed_tenants: '`tenants` of the IdentityProvider',
    entra_id_federated_token_auth:
      '`authentication.method: service_account_token`; docs/client-authentication.md',
    insecure_oidc_allow_unverified_email: '`allowUnverified` beside `emailDomains`',
    keycloak_groups: '`authorize`: `claim: groups` with `anyOf`',
    login_url: '`endpoints.authorization` of the IdentityProvider',
    oidc_audience_claims:
      '`bearer.audienceClaim`, one of them; ID tokens at a login always have to name the client in `aud`',
    oidc_email_claim: 'the claim that the clauses for `email_domains` look at',
    oidc_enabled_signing_algs: '`signingAlgorithms` of the IdentityProvider',
    oidc_extra_audiences: '`bearer.audiences`, besides the client itself',
    oidc_groups_claim: 'the claim that `allowed_groups` and `X-Forwarded-Groups` look at',
    oidc_issuer_url: '`issuer` of the IdentityProvider',
    oidc_jwks_url: '`endpoints.jwks`',
    profile_url: '`endpoints.userinfo`, asked as `claims.userinfo` of the OIDCClient says',
    prompt: '`authorizationRequest.prompt`: `login`, `consent`, `select_account`',
    provider:
      'the issuer, where the provider has one and speaks OpenID Connect; else nothing serves until you choose one',
    provider_ca_files:
      '`tls.caRef` of the IdentityProvider: a ConfigMap that you make. It is trusted besides the authorities of Node.js, never in their place',
    provider_display_name: '`displayName` of the OIDCClient',
    redeem_url: '`endpoints.token`',
    resource: '`resources` of the OIDCClient, if it is a URI',
    scope: '`scopes` of the OIDCClient',
    skip_claims_from_profile_url:
      '`claims.userinfo: Never`; without it `AtLogin`, as oauth2-proxy asks for claims that the ID token lacks',
    skip_oidc_discovery: '`discovery: Disabled`',
    user_id_claim: 'the older name of `oidc_email_claim`',
  },
  'built-in': {
    code_challenge_method: 'every login uses PKCE with S256',
    force_code_challenge_method: 'every login uses PKCE with S256',
    insecure_oidc_skip_nonce: 'the nonce is always looked at',
    use_system_trust_store:
      'the authorities of Node.js are always trusted; `provider_ca_files` come on top',
    validate_url:
      'access tokens are verified by the keys of the provider; for opaque ones see `introspection` in docs/ways-in.md',
  },
  none: {
    approval_prompt: 'a parameter that Google had before OpenID Connect: use `prompt`',
    azure_graph_group_field: 'groups are what the token says; Microsoft Graph is not asked',
    backend_logout_url:
      'signing out leads the browser to the end-session endpoint of the provider (`logout.atProvider`), and takes tokens back',
    bitbucket_repository: 'Bitbucket speaks no OpenID Connect, and its API is not asked',
    bitbucket_team: 'Bitbucket speaks no OpenID Connect, and its API is not asked',
    bitbucket_workspace: 'Bitbucket speaks no OpenID Connect, and its API is not asked',
    github_org:
      'GitHub speaks no OpenID Connect towards applications; put Dex or Keycloak between, and ask for its groups',
    github_repo:
      'GitHub speaks no OpenID Connect towards applications; put Dex or Keycloak between, and ask for its groups',
    github_team:
      'GitHub speaks no OpenID Connect towards applications; put Dex or Keycloak between, and ask for its groups',
    github_token: 'the API of GitHub is not asked',
    github_users:
      'GitHub speaks no OpenID Connect towards applications; put Dex or Keycloak between, and ask for a claim',
    gitlab_groups:
      'the API of GitLab is not asked; its ID token has `groups_direct`, its userinfo `groups`: ask for that claim in `authorize`',
    gitlab_projects:
      'the API of GitLab is not asked, and no token of it says the access to a project',
    google_admin_api_user_scope: 'the directory of Google is not asked',
    google_admin_email: 'the directory of Google is not asked',
    google_group:
      'the directory of Google is not asked, and no token of Google names groups: use `claim: hd`, or a provider that names them',
    google_groups:
      'the directory of Google is not asked, and no token of Google names groups: use `claim: hd`, or a provider that names them',
    google_service_account_json: 'the directory of Google is not asked',
    google_target_principal: 'the directory of Google is not asked',
    google_use_application_default_credentials: 'the directory of Google is not asked',
    google_use_organization_id: 'the directory of Google is not asked',
    insecure_oidc_skip_issuer_verification:
      'the issuer is always verified; for Entra ID of several tenants list `tenants`',
    jwt_key:
      'make a Secret with the key for `authentication.method: private_key_jwt` and `privateKeyRef`',
    jwt_key_file:
      'make a Secret with the key for `authentication.method: private_key_jwt` and `privateKeyRef`',
    oidc_public_key_files: 'keys are read from a JWKS endpoint alone: set `endpoints.jwks`',
    pubjwk_url: 'of login.gov alone; keys are read from the JWKS endpoint of its metadata',
    ssl_insecure_skip_verify:
      'certificates are always verified; trust the authority of the provider by `tls.caRef`',
  },
} as const
