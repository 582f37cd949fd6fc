/** What restricts who gets in, or says where that is read from: unread, it closes the route. */
export const RESTRICTING: ReadonlySet<string> = new Set([
  'acr_values',
  'allowed_groups',
  'allowed_roles',
  'azure_tenant',
  'bitbucket_repository',
  'bitbucket_team',
  'bitbucket_workspace',
  'email_domains',
  'entra_id_allowed_tenants',
  'github_org',
  'github_repo',
  'github_team',
  'gitlab_groups',
  'gitlab_projects',
  'google_group',
  'google_groups',
  'keycloak_groups',
  'oidc_audience_claims',
  'oidc_email_claim',
  'oidc_enabled_signing_algs',
  'oidc_groups_claim',
  'oidc_issuer_url',
  'provider',
  'user_id_claim',
])

/** What lets more in: where values of it contradict each other, none of them counts. */
export const OPENING: ReadonlySet<string> = new Set([
  'authenticated_emails_file',
  'extra_jwt_issuers',
  'insecure_oidc_allow_unverified_email',
  'oidc_extra_audiences',
  'skip_auth_preflight',
  'skip_auth_regex',
  'skip_auth_routes',
  'skip_jwt_bearer_tokens',
])
