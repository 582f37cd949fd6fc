import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { OAUTH2_PROXY_SETTINGS } from '../../../src/migrate/oauth2-proxy/settings/structured-settings.ts'
import { describeEffects, type Effect } from './effects.ts'
import { isClosed, type Migrated, migratedFrom, roadOf, specOf } from './migrated.ts'

const BASE = {
  provider: 'oidc',
  oidc_issuer_url: 'https://sso.example.com',
  client_id: 'shop',
  client_secret: 'a-secret',
  email_domains: ['example.com'],
  redirect_url: 'https://shop.example.com/oauth2/callback',
}

type Settings = Readonly<Record<string, unknown>>

const toml = (settings: Settings): string =>
  Object.entries(settings)
    .map(([name, value]) => `${name} = ${JSON.stringify(value)}`)
    .join('\n')

const migrated = (settings: Settings, ...more: readonly string[]): Promise<Migrated> =>
  migratedFrom('oauth2-proxy', toml(settings), ...more)

const routeOf = async (settings: Settings) =>
  specOf(await migrated({ ...BASE, ...settings }), 'ProtectedRoute')

/** A value by which each setting that goes somewhere has an effect, and what has to stand beside it. */
const EFFECTS: Readonly<Record<string, Effect>> = {
  acr_values: ['urn:mfa'],
  allowed_groups: [['staff']],
  allowed_roles: [['buyer'], { provider: 'keycloak-oidc' }],
  auth_request_response_mode: ['form_post'],
  azure_tenant: ['my-tenant', { provider: 'azure', oidc_issuer_url: '' }],
  client_id: ['other'],
  client_secret_file: ['/run/secret'],
  entra_id_allowed_tenants: [
    ['11111111-1111-1111-1111-111111111111'],
    { provider: 'entra-id', oidc_issuer_url: 'https://login.microsoftonline.com/common/v2.0' },
  ],
  entra_id_federated_token_auth: [true],
  insecure_oidc_allow_unverified_email: [true],
  keycloak_groups: [['/staff']],
  login_url: ['https://sso.example.com/login'],
  oidc_audience_claims: [['client_id'], { skip_jwt_bearer_tokens: true }],
  oidc_email_claim: ['upn'],
  oidc_enabled_signing_algs: [['ES256']],
  oidc_extra_audiences: [['api'], { skip_jwt_bearer_tokens: true }],
  oidc_groups_claim: ['roles'],
  oidc_issuer_url: ['https://other.example.com'],
  oidc_jwks_url: ['https://sso.example.com/keys'],
  profile_url: ['https://sso.example.com/userinfo'],
  prompt: ['login'],
  provider: ['gitlab', { oidc_issuer_url: '' }],
  provider_ca_files: [['/etc/ca.pem']],
  provider_display_name: ['Staff'],
  redeem_url: ['https://sso.example.com/token'],
  resource: ['https://api.example.com'],
  scope: ['openid email'],
  skip_claims_from_profile_url: [true],
  skip_oidc_discovery: [true],
  user_id_claim: ['upn'],
  cookie_csrf_expire: ['5m'],
  cookie_domains: [['example.com']],
  cookie_expire: ['8h'],
  cookie_samesite: ['strict'],
  proxy_prefix: ['/auth'],
  redirect_url: ['https://shop.example.com/cb'],
  redis_ca_path: ['/etc/redis.pem', { session_store_type: 'redis' }],
  redis_cluster_connection_urls: [['redis://a:7000'], { session_store_type: 'redis' }],
  redis_connection_url: ['redis://a:6379', { session_store_type: 'redis' }],
  redis_password: ['pw', { session_store_type: 'redis', redis_connection_url: 'redis://a' }],
  redis_sentinel_connection_urls: [['redis://a:26379'], { session_store_type: 'redis' }],
  redis_sentinel_master_name: [
    'primary',
    { session_store_type: 'redis', redis_sentinel_connection_urls: ['redis://a:26379'] },
  ],
  redis_sentinel_password: [
    'pw',
    { session_store_type: 'redis', redis_sentinel_connection_urls: ['redis://a:26379'] },
  ],
  redis_use_cluster: [
    true,
    {
      session_store_type: 'redis',
      redis_cluster_connection_urls: ['redis://a:7000'],
      redis_sentinel_connection_urls: ['redis://b:26379'],
    },
  ],
  redis_use_sentinel: [true, { session_store_type: 'redis' }],
  redis_username: ['user', { session_store_type: 'redis', redis_connection_url: 'redis://a' }],
  session_store_type: ['redis'],
  api_routes: [['^/api']],
  email_domains: [['other.example.com']],
  extra_jwt_issuers: ['https://ci.example.com=ci', { skip_jwt_bearer_tokens: true }],
  force_json_errors: [true],
  pass_access_token: [true],
  pass_authorization_header: [true],
  pass_basic_auth: [false, { pass_user_headers: false }],
  pass_user_headers: [false, { pass_basic_auth: false }],
  prefer_email_to_user: [true],
  set_authorization_header: [true],
  set_xauthrequest: [true, { pass_basic_auth: false, pass_user_headers: false }],
  skip_auth_preflight: [true],
  skip_auth_regex: [['^/public']],
  skip_auth_routes: [['GET=^/public']],
  skip_jwt_bearer_tokens: [true],
  auth_logging: [false],
  custom_sign_in_logo: ['/etc/logo.svg'],
}

/** What has its effect as a structure, or stays the Secret that has to be made anyway. */
const ELSEWHERE = [
  'client_secret',
  'auth-url',
  'authenticated_emails_file',
  'injectRequestHeaders',
  'login_url_parameters',
]

describeEffects('oauth2-proxy', {
  table: OAUTH2_PROXY_SETTINGS,
  effects: EFFECTS,
  elsewhere: ELSEWHERE,
  base: BASE,
  migrated,
})

describe('whatever the file says', () => {
  const names = [...OAUTH2_PROXY_SETTINGS.keys()].filter((name) => /^[a-z_]+$/.test(name))
  const value = fc.oneof(
    fc.boolean(),
    fc.constantFrom('', '*', 'https://a.example.com/x', '/etc/file', '12h', 'a,b', '^/x(', 'none'),
    fc.array(fc.constantFrom('a', '*', 'GET=^/a', 'POST!=/b', 'https://i=a'), { maxLength: 3 }),
  )
  const file = fc.dictionary(
    fc.oneof(fc.constantFrom(...names), fc.stringMatching(/^[a-z]{3,9}$/)),
    value,
    {
      minKeys: 1,
      maxKeys: 12,
    },
  )

  it('every setting of it is told once, and what is written can be read', async () => {
    const check = async (settings: Settings) => {
      const { settings: told, manifests } = await migrated(settings)
      expect(told.map(({ setting }) => setting).toSorted()).toEqual(
        Object.keys(settings).toSorted(),
      )
      for (const { words } of told) expect(words).not.toBe('')
      expect(manifests.map(({ object }) => object.kind)).toContain('ProtectedRoute')
    }
    await fc.assert(fc.asyncProperty(file, check), { numRuns: 60 })
  })
})

describe('who gets in', () => {
  it('is nobody where email_domains is not set, as there', async () => {
    const { email_domains: _, ...rest } = BASE
    const route = specOf(await migrated(rest), 'ProtectedRoute')
    expect(isClosed(route)).toBe(true)
  })

  it('is whoever has an address where it is *, and no more', async () => {
    const { authorize } = await routeOf({ email_domains: ['*'] })
    expect(authorize).toEqual([
      { claim: 'email', matches: ['.+'] },
      { claim: 'email_verified', noneOf: [false, 'false'] },
    ])
  })

  test.each([
    ['example.com, *', [{ emailDomains: ['example.com'] }]],
    [['example.com', 'example.org '], [{ emailDomains: ['example.com'] }]],
  ])('is widened by no blank in the list %j', async (value, clauses) => {
    expect((await routeOf({ email_domains: value })).authorize).toEqual(clauses)
  })

  it('is nobody where no domain is without a blank', async () => {
    expect(isClosed(await routeOf({ email_domains: [' *'] }))).toBe(true)
  })

  it('keeps blanks around groups and patterns, which match nothing else there', async () => {
    const { authorize, rules } = await routeOf({
      allowed_groups: 'staff, admins',
      skip_auth_regex: '^/a, ^/b',
    })
    expect(authorize).toContainEqual({ claim: 'groups', anyOf: ['staff', ' admins'] })
    expect(JSON.stringify(rules)).not.toContain('"/b')
  })

  it('is nobody where the providers of a structured configuration are no list', async () => {
    const structured = { providers: { allowedGroups: ['staff'] } }
    const list = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      data: { 'a.cfg': toml(BASE), 'a.yaml': JSON.stringify(structured) },
    }
    const one = await migratedFrom('oauth2-proxy', JSON.stringify(list))
    expect(isClosed(specOf(one, 'ProtectedRoute'))).toBe(true)
  })

  it('keeps the groups beside the clause that closes', async () => {
    const { email_domains: _, ...rest } = BASE
    const route = specOf(await migrated({ ...rest, allowed_groups: ['staff'] }), 'ProtectedRoute')
    expect(route.authorize).toContainEqual({ claim: 'groups', anyOf: ['staff'] })
    expect(isClosed(route)).toBe(true)
  })

  it('is a listed address only if it is not said to be unverified', async () => {
    const values = {
      config: { clientID: 'x' },
      extraArgs: { provider: 'oidc', 'email-domain': 'example.com' },
      authenticatedEmailsFile: { enabled: true, restricted_access: 'A@example.org b@example.org' },
    }
    const one = await migratedFrom('oauth2-proxy', JSON.stringify(values))
    expect(specOf(one, 'ProtectedRoute').authorize).toEqual([
      {
        any: [
          { emailDomains: ['example.com'] },
          { claim: 'email', anyOf: ['a@example.org', 'b@example.org'], ignoreCase: true },
        ],
      },
      { claim: 'email_verified', noneOf: [false, 'false'] },
    ])
  })

  it('is widened by no list that oauth2-proxy passes over', async () => {
    const groups = { keycloak_groups: ['/all'], allowed_groups: ['/staff'] }
    const { authorize } = await routeOf(groups)
    expect(authorize).toContainEqual({ claim: 'groups', anyOf: ['/staff'] })
    expect(JSON.stringify(authorize)).not.toContain('/all')
  })

  test.each(['ALLOWED_GROUPS', 'PROVIDER', 'OIDC_GROUPS_CLAIM', 'GITHUB_ORG'])(
    'is nobody where %s of a pod is a reference',
    async (name) => {
      const reference = { configMapKeyRef: { name: 'sso', key: 'value' } }
      const env = [
        { name: 'OAUTH2_PROXY_EMAIL_DOMAINS', value: '*' },
        { name: `OAUTH2_PROXY_${name}`, valueFrom: reference },
      ]
      const containers = [{ name: 'oauth2-proxy', env }]
      const pod = { apiVersion: 'v1', kind: 'Pod', spec: { containers } }
      const one = await migratedFrom('oauth2-proxy', JSON.stringify(pod))
      expect(isClosed(specOf(one, 'ProtectedRoute'))).toBe(true)
      expect(one.settings[1]).toMatchObject({ goes: 'none', closes: true })
    },
  )

  it('is nobody where two values of a restriction contradict each other', async () => {
    const pod = (value: string) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      data: { OAUTH2_PROXY_ALLOWED_GROUPS: value, OAUTH2_PROXY_EMAIL_DOMAINS: '*' },
    })
    const list = { apiVersion: 'v1', kind: 'List', items: [pod('admins'), pod('staff')] }
    const one = await migratedFrom('oauth2-proxy', JSON.stringify(list))
    expect(isClosed(specOf(one, 'ProtectedRoute'))).toBe(true)
  })

  test.each([
    ['google_groups', ['eng@example.com']],
    ['github_org', 'example'],
    ['gitlab_groups', ['example']],
    ['bitbucket_team', 'example'],
  ])('is nobody until somebody decides about %s', async (name, value) => {
    expect(isClosed(await routeOf({ [name]: value }))).toBe(true)
  })

  it('takes no address for proof that is only trusted by its network', async () => {
    const { rules = [] } = await routeOf({ trusted_ips: ['10.0.0.0/8'] })
    expect(rules).toEqual([])
  })

  it('lists no more than 64 groups in a clause', async () => {
    const groups = Array.from({ length: 100 }, (_, index) => `g${index}`)
    const { authorize } = await routeOf({ allowed_groups: groups })
    expect(authorize?.[1]?.any?.map(({ anyOf }) => anyOf?.length)).toEqual([64, 36])
    const many = Array.from({ length: 600 }, (_, index) => `g${index}`)
    expect(isClosed(await routeOf({ allowed_groups: many }))).toBe(true)
  })
})

describe('paths that were public', () => {
  const roads = (settings: Settings, path: string, ...more: readonly string[]) =>
    migrated({ ...BASE, ...settings }).then((one) =>
      roadOf(one, `https://shop.example.com${path}`, ...more),
    )

  test.each([
    ['/assets/app.js', 'public'],
    ['/assets/', 'public'],
    ['/x/assets/app.js', 'protected'],
    ['/orders', 'protected'],
  ])('%s is %s by ^/assets/', async (path, road) => {
    expect(await roads({ skip_auth_regex: ['^/assets/'] }, path)).toBe(road)
  })

  it('are not public where another reading of them is not', async () => {
    const settings = { skip_auth_regex: ['^/assets/'] }
    for (const path of ['/assets/..%2forders', '/assets/%2e%2e/orders', '/orders;/assets/x']) {
      expect(await roads(settings, path), path).not.toBe('public')
    }
  })

  it('keep the method', async () => {
    const settings = { skip_auth_routes: ['GET=^/hooks$'] }
    expect(await roads(settings, '/hooks')).toBe('public')
    expect(await roads(settings, '/hooks', '--method', 'POST')).toBe('protected')
  })

  it('do not grow by an escape at the end of a pattern with !=', async () => {
    const settings = { skip_auth_routes: ['!=^/admin\\.*'] }
    expect(await roads(settings, '/admin/users')).toBe('protected')
    expect(await roads(settings, '/else')).toBe('public')
  })

  it('are none where the pattern with != is a variable', async () => {
    const settings = { skip_auth_routes: ['!=$(PRIVATE)'] }
    expect(await roads(settings, '/private')).toBe('protected')
  })

  it('are those that a pattern with != leaves out, and nothing of several such', async () => {
    const one = { skip_auth_routes: ['!=^/private'] }
    expect(await roads(one, '/private/x')).toBe('protected')
    expect(await roads(one, '/else')).toBe('public')
    const two = { skip_auth_routes: ['!=^/private', '!=^/else'] }
    expect(await roads(two, '/third')).toBe('protected')
  })
})
