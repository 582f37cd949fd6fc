import type { SettingTable } from '../../model/setting-table.ts'
import { tableOf } from '../../model/setting-table.ts'
import { ACCESS_SETTINGS } from './access-settings.ts'
import { PROVIDER_SETTINGS } from './provider-settings.ts'
import { SESSION_SETTINGS } from './session-settings.ts'

const HELD =
  'what it names is read if that object is among the files given; else the route is closed, as it may restrict who gets in'

/** What a pod or the chart reads from another object, whole. */
export const HELD_ELSEWHERE: readonly string[] = [
  'envFrom[]',
  'config.existingConfig',
  'alphaConfig.existingConfig',
  'alphaConfig.existingSecret',
]

/** What the structured (alpha) configuration has besides the flags. */
const STRUCTURED_ONLY = {
  manifest: {
    'auth-url':
      'of an Ingress: `allowed_groups`, `allowed_emails` and `allowed_email_domains` of its query become `authorize` of a route of its hosts; hosts whose paths differ in it are closed',
    injectRequestHeaders:
      '`upstream.headers`: a header of one claim without a prefix; `Authorization` of a token is `upstream.authorization`',
    login_url_parameters:
      '`authorizationRequest.parameters`: those with one default and no `allow`',
  },
  'built-in': {
    additional_claims: 'every claim of the ID token is there for rules and headers',
    id: 'objects have names of their own',
    ...Object.fromEntries(HELD_ELSEWHERE.map((name) => [name, HELD])),
  },
  gateway: {
    server: 'the gateway takes requests; `grpc.listen` is where it asks',
    upstreamConfig: 'the routes at the gateway lead to the upstreams',
  },
  none: {
    adfs_skip_scope: 'a login always asks for scopes: set `scopes` of the OIDCClient',
    injectResponseHeaders:
      'what a proxy in front copied from these belongs into `upstream.headers`; what browsers read, into `response.headers`',
    metricsServer: '`/metrics` of `admin.listen`',
  },
} as const

/** Every setting of oauth2-proxy by its name in `oauth2-proxy.cfg`. */
export const OAUTH2_PROXY_SETTINGS: SettingTable = tableOf(
  PROVIDER_SETTINGS,
  SESSION_SETTINGS,
  ACCESS_SETTINGS,
  STRUCTURED_ONLY,
)

const OIDC = {
  issuerURL: 'oidc_issuer_url',
  insecureAllowUnverifiedEmail: 'insecure_oidc_allow_unverified_email',
  insecureSkipIssuerVerification: 'insecure_oidc_skip_issuer_verification',
  insecureSkipNonce: 'insecure_oidc_skip_nonce',
  skipDiscovery: 'skip_oidc_discovery',
  jwksURL: 'oidc_jwks_url',
  publicKeyFiles: 'oidc_public_key_files',
  emailClaim: 'oidc_email_claim',
  groupsClaim: 'oidc_groups_claim',
  userIDClaim: 'user_id_claim',
  audienceClaims: 'oidc_audience_claims',
  extraAudiences: 'oidc_extra_audiences',
  enabledSigningAlgs: 'oidc_enabled_signing_algs',
}

const GOOGLE = {
  group: 'google_groups',
  adminEmail: 'google_admin_email',
  serviceAccountJson: 'google_service_account_json',
  useApplicationDefaultCredentials: 'google_use_application_default_credentials',
  targetPrincipal: 'google_target_principal',
  useOrganizationID: 'google_use_organization_id',
  adminAPIUserScope: 'google_admin_api_user_scope',
}

const below = (parent: string, names: Readonly<Record<string, string>>) =>
  Object.entries(names).map(([name, flag]) => [`${parent}.${name}`, flag] as const)

/** The members of a provider of the structured configuration, by their names as flags. */
export const STRUCTURED_NAMES: ReadonlyMap<string, string> = new Map([
  ...Object.entries({
    clientID: 'client_id',
    clientSecret: 'client_secret',
    clientSecretFile: 'client_secret_file',
    id: 'id',
    provider: 'provider',
    name: 'provider_display_name',
    caFiles: 'provider_ca_files',
    useSystemTrustStore: 'use_system_trust_store',
    loginURL: 'login_url',
    loginURLParameters: 'login_url_parameters',
    authRequestResponseMode: 'auth_request_response_mode',
    redeemURL: 'redeem_url',
    profileURL: 'profile_url',
    skipClaimsFromProfileURL: 'skip_claims_from_profile_url',
    resource: 'resource',
    validateURL: 'validate_url',
    scope: 'scope',
    allowedGroups: 'allowed_groups',
    code_challenge_method: 'code_challenge_method',
    additionalClaims: 'additional_claims',
    backendLogoutURL: 'backend_logout_url',
  }),
  ...below('oidcConfig', OIDC),
  ...below('googleConfig', GOOGLE),
  ...below('keycloakConfig', { groups: 'keycloak_groups', roles: 'allowed_roles' }),
  ...below('azureConfig', { tenant: 'azure_tenant', graphGroupField: 'azure_graph_group_field' }),
  ...below('microsoftEntraIDConfig', {
    allowedTenants: 'entra_id_allowed_tenants',
    federatedTokenAuth: 'entra_id_federated_token_auth',
  }),
  ...below('ADFSConfig', { skipScope: 'adfs_skip_scope' }),
  ...below('bitbucketConfig', {
    team: 'bitbucket_team',
    workspace: 'bitbucket_workspace',
    repository: 'bitbucket_repository',
  }),
  ...below('githubConfig', {
    org: 'github_org',
    team: 'github_team',
    repo: 'github_repo',
    token: 'github_token',
    users: 'github_users',
  }),
  ...below('gitlabConfig', { group: 'gitlab_groups', projects: 'gitlab_projects' }),
  ...below('loginGovConfig', {
    jwtKey: 'jwt_key',
    jwtKeyFile: 'jwt_key_file',
    pubjwkURL: 'pubjwk_url',
  }),
])
