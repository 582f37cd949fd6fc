import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { KONG_SETTINGS } from '../../../src/migrate/kong/settings/kong-settings.ts'
import { describeEffects, type Effect } from './effects.ts'
import { isClosed, type Migrated, migratedFrom, roadOf, specOf, specsOf } from './migrated.ts'

type Settings = Readonly<Record<string, unknown>>

const BASE = {
  issuer: 'https://sso.example.com',
  client_id: ['shop'],
  client_secret: ['a-secret'],
}

const routed = (config: Settings, route: Settings = {}, more: Settings = {}) => ({
  _format_version: '3.0',
  services: [
    {
      name: 'shop',
      plugins: [{ name: 'openid-connect', config }],
      routes: [{ name: 'shop', hosts: ['shop.example.com'], paths: ['/'], ...route }],
    },
  ],
  ...more,
})

const from = (document: unknown): Promise<Migrated> =>
  migratedFrom('kong', JSON.stringify(document))

const migrated = (config: Settings): Promise<Migrated> => from(routed(config))

const BEARER = { auth_methods: ['bearer'], audience_required: ['api'] }
const REDIS = { session_storage: 'redis' }

const EFFECTS: Readonly<Record<string, Effect>> = {
  audience_claim: [['client_id'], BEARER],
  audience_required: [['api']],
  auth_methods: [['bearer'], { audience_required: ['api'] }],
  bearer_token_cookie_name: ['token', { ...BEARER, bearer_token_param_type: ['cookie'] }],
  bearer_token_param_type: [['query'], BEARER],
  claims_forbidden: [['guest']],
  consumer_claim: [['azp']],
  domains: [['example.com']],
  dpop_use_nonce: [true, BEARER],
  groups_claim: [['roles'], { groups_required: ['a'] }],
  groups_required: [['a']],
  introspection_endpoint: ['https://sso.example.com/introspect'],
  issuers_allowed: [['https://sso.example.com', 'https://old.example.com']],
  leeway: [10],
  proof_of_possession_dpop: ['strict', BEARER],
  proof_of_possession_mtls: ['strict', BEARER],
  refresh_token_param_name: ['x-refresh', { auth_methods: ['session', 'refresh_token'] }],
  roles_claim: [['groups'], { roles_required: ['a'] }],
  roles_required: [['a']],
  run_on_preflight: [false],
  scopes_claim: [['permissions'], { scopes_required: ['a'] }],
  scopes_required: [['a']],
  search_user_info: [true],
  authorization_endpoint: ['https://sso.example.com/authorize'],
  authorization_query_args_client: [['login_hint']],
  client_alg: [['ES256'], { client_auth: ['private_key_jwt'] }],
  client_auth: [['client_secret_post']],
  client_id: [['other']],
  end_session_endpoint: ['https://sso.example.com/logout'],
  https_proxy: ['http://proxy.example.com:3128'],
  issuer: ['https://other.example.com'],
  logout_redirect_uri: [['https://www.example.com/bye']],
  logout_revoke: [false],
  logout_uri_suffix: ['/bye'],
  max_age: [3600],
  pushed_authorization_request_endpoint: ['https://sso.example.com/par'],
  redirect_uri: [['https://shop.example.com/cb']],
  refresh_tokens: [false],
  require_pushed_authorization_requests: [true],
  require_signed_request_object: [false],
  response_mode: ['form_post'],
  revocation_endpoint: ['https://sso.example.com/revoke'],
  scopes: [['email']],
  session_absolute_timeout: [3600],
  session_bind: [['ip']],
  session_cookie_domain: ['example.com'],
  session_cookie_same_site: ['Strict'],
  session_idling_timeout: [600],
  session_remember: [true],
  session_remember_absolute_timeout: [86_400, { session_remember: true }],
  timeout: [2000],
  token_endpoint: ['https://sso.example.com/token'],
  token_endpoint_auth_method: ['client_secret_post'],
  upstream_access_token_header: ['authorization:bearer', { upstream_id_token_header: '' }],
  upstream_id_token_header: ['authorization:bearer'],
  userinfo_endpoint: ['https://sso.example.com/userinfo'],
  using_pseudo_issuer: [true],
  redis: [{ host: 'redis.example.com' }, REDIS],
  session_storage: ['redis'],
}

/** What has its effect in pairs, or stays what has to be made anyway. */
const ELSEWHERE = [
  ...['client_secret', 'client_jwk', 'tls_client_auth_cert_id', 'consumer_by'],
  ...['authorization_query_args_names', 'authorization_query_args_values'],
  ...['downstream_headers_claims', 'downstream_headers_names'],
  ...['upstream_headers_claims', 'upstream_headers_names'],
]

describeEffects('Kong', {
  table: KONG_SETTINGS,
  effects: Object.fromEntries(
    Object.entries(EFFECTS).filter(
      ([name]) => !['consumer_claim', 'upstream_access_token_header'].includes(name),
    ),
  ),
  elsewhere: [...ELSEWHERE, 'consumer_claim', 'upstream_access_token_header'],
  base: BASE,
  migrated,
})

it('writes pairs of names and values', async () => {
  const one = await migrated({
    ...BASE,
    authorization_query_args_names: ['ui_locales'],
    authorization_query_args_values: ['de'],
    upstream_headers_names: ['X-User'],
    upstream_headers_claims: ['email'],
    downstream_headers_names: ['X-Name'],
    downstream_headers_claims: ['name'],
  })
  expect(specOf(one, 'OIDCClient').authorizationRequest).toEqual({
    parameters: { ui_locales: 'de' },
  })
  expect(specOf(one, 'ProtectedRoute')).toMatchObject({
    upstream: { headers: [{ name: 'x-user', claim: 'email' }] },
    response: { headers: [{ name: 'x-name', claim: 'name' }] },
  })
  const odd = await migrated({
    ...BASE,
    upstream_headers_names: ['a', 'b'],
    upstream_headers_claims: ['c'],
  })
  const { settings } = odd
  expect(settings.find(({ setting }) => setting.endsWith('headers_names'))?.goes).toBe('none')
})

it('tells every setting of a plugin once', async () => {
  const names = [...KONG_SETTINGS.keys()]
  const value = fc.oneof(
    fc.boolean(),
    fc.integer({ min: 0, max: 100_000 }),
    fc.constantFrom('redis', 'strict', 'https://a.example.com/x', '/logout', 'a b'),
    fc.array(fc.constantFrom('a', 'a b', 'session', 'bearer', 'https://a.example.com'), {
      maxLength: 3,
    }),
  )
  const plugin = fc.dictionary(
    fc.oneof(fc.constantFrom(...names), fc.stringMatching(/^[a-z]{4,9}$/)),
    value,
    { minKeys: 1, maxKeys: 12 },
  )
  const check = async (config: Settings) => {
    const { settings, manifests } = await migrated(config)
    const told = settings.map(({ setting }) => setting.replace('openid-connect of shop: ', ''))
    expect(told.toSorted()).toEqual(Object.keys(config).toSorted())
    expect(manifests.some(({ object }) => object.kind === 'ProtectedRoute')).toBe(true)
  }
  await fc.assert(fc.asyncProperty(plugin, check), { numRuns: 60 })
})

describe('who gets in', () => {
  const routeOf = async (document: unknown) => specOf(await from(document), 'ProtectedRoute')

  it('is whoever has one of the groups, and all that stand in one text', async () => {
    const { authorize } = await routeOf(routed({ ...BASE, groups_required: ['a b', 'c'] }))
    expect(authorize).toEqual([
      {
        any: [
          { claim: 'groups', allOf: ['a', 'b'] },
          { claim: 'groups', allOf: ['c'] },
        ],
      },
    ])
  })

  it('is nobody with a session where an audience is asked for', async () => {
    const { authorize } = await routeOf(routed({ ...BASE, audience_required: ['api'] }))
    expect(authorize?.[0]?.cel).toContain('identity.via != "session"')
  })

  it('is nobody by a token whose audience nobody asks for', async () => {
    const { authenticate } = await routeOf(routed({ ...BASE, auth_methods: ['session', 'bearer'] }))
    expect(authenticate).toEqual([{ session: {} }])
  })

  it('is nobody where the audience stands within another claim', async () => {
    const config = { ...BASE, ...BEARER, audience_claim: ['resource', 'aud'] }
    expect(isClosed(await routeOf(routed(config)))).toBe(true)
  })

  it('is told by claims at the top of a token, also with a dot in their name', async () => {
    const config = {
      ...BASE,
      claims_forbidden: ['user.suspended'],
      groups_claim: ['org.groups'],
      groups_required: ['a'],
      upstream_headers_names: ['x-team'],
      upstream_headers_claims: ['org/team.name'],
    }
    const { authorize, upstream } = await routeOf(routed(config))
    expect(authorize).toEqual([
      { claim: '/org.groups', anyOf: ['a'] },
      { claim: '/user.suspended', exists: false },
    ])
    expect(upstream).toMatchObject({ headers: [{ name: 'x-team', claim: '/org~1team.name' }] })
  })

  it('is asked by what deck shares between plugins, and nobody where that is not there', async () => {
    const shared = (name: string) => ({
      _format_version: '3.0',
      _plugin_configs: { shared: { ...BASE, groups_required: ['admins'], domains: ['a'] } },
      plugins: [{ name: 'openid-connect', _config: name, config: { domains: ['b'] } }],
      routes: [{ name: 'shop', hosts: ['shop.example.com'] }],
    })
    expect((await routeOf(shared('shared'))).authorize).toEqual([
      { claim: 'groups', anyOf: ['admins'] },
      { claim: 'hd', anyOf: ['b'] },
    ])
    expect(isClosed(await routeOf(shared('other')))).toBe(true)
  })

  it('is a Consumer of the same file, or nobody', async () => {
    const config = { ...BASE, consumer_claim: ['azp'], consumer_by: ['username'] }
    expect(isClosed(await routeOf(routed(config)))).toBe(true)
    const consumers = [{ username: 'billing', custom_id: 'x' }]
    const { authorize } = await routeOf(routed(config, {}, { consumers }))
    expect(authorize).toEqual([{ claim: 'azp', anyOf: ['billing'] }])
    const waived = await routeOf(routed({ ...config, consumer_optional: true }))
    expect(waived.authorize).toBe(undefined)
  })

  test.each(['acl', 'ip-restriction', 'key-auth', 'pre-function', 'a-plugin-of-ours'])(
    'is nobody where %s restricts it, or may do so',
    async (name) => {
      const plugins = [{ name, route: 'shop', config: {} }]
      expect(isClosed(await routeOf(routed(BASE, {}, { plugins })))).toBe(true)
    },
  )

  it('is whoever the plugin lets in where others only count, log or rewrite', async () => {
    const plugins = [{ name: 'rate-limiting' }, { name: 'file-log' }, { name: 'cors' }]
    expect(isClosed(await routeOf(routed(BASE, {}, { plugins })))).toBe(false)
  })

  it('is whom acl allows by the groups of the token', async () => {
    const plugins = [{ name: 'acl', config: { allow: ['staff'], deny: ['guests'] } }]
    const config = { ...BASE, authenticated_groups_claim: ['groups'] }
    const { authorize } = await routeOf(routed(config, {}, { plugins }))
    expect(authorize).toEqual([
      { claim: 'groups', anyOf: ['staff'] },
      { claim: 'groups', noneOf: ['guests'], exists: true },
    ])
  })

  it('is nobody where the route is chosen by what has no like', async () => {
    for (const route of [{ headers: { a: ['b'] } }, { snis: ['x'] }, { paths: ['~/(?!a)'] }]) {
      expect(isClosed(await routeOf(routed(BASE, route)))).toBe(true)
    }
  })

  it('is nobody on paths that no route with the plugin names', async () => {
    const one = await from(routed(BASE, { paths: ['/app'] }))
    expect(isClosed(specOf(one, 'ProtectedRoute'))).toBe(true)
    expect(await roadOf(one, 'https://shop.example.com/else')).toBe('protected')
  })

  it('is asked by the plugin that is nearest to the route', async () => {
    const near = { ...BASE, issuer: 'https://near.example.com' }
    const plugins = [{ name: 'openid-connect', config: near }]
    const one = await from(routed(BASE, { plugins }))
    const { settings } = one
    expect(settings.some(({ setting }) => setting.includes('issuer'))).toBe(true)
    expect(specsOf(one, 'ProtectedRoute')).toHaveLength(1)
    expect(specsOf(one, 'IdentityProvider')).toEqual([{ issuer: 'https://near.example.com' }])
    expect(settings).toContainEqual(
      expect.objectContaining({ setting: 'openid-connect of shop', goes: 'none' }),
    )
  })
})

it('passes over a plugin of the cluster that is disabled', async () => {
  const plugin = (name: string, disabled: boolean) => ({
    apiVersion: 'configuration.konghq.com/v1',
    kind: 'KongPlugin',
    metadata: { name, namespace: 'shop' },
    plugin: 'openid-connect',
    config: BASE,
    disabled,
  })
  const documents = [plugin('off', true), plugin('on', false)].map((one) => JSON.stringify(one))
  const { manifests } = await migratedFrom('kong', documents.join('\n---\n'))
  expect(new Set(manifests.map(({ object }) => object.metadata.name))).toEqual(new Set(['on']))
})
