import { describe, expect, it, test } from 'vitest'
import { AUTHSERVICE_SETTINGS } from '../../../src/migrate/authservice/authservice-settings.ts'
import { sallyportIn } from '../cli/run.ts'
import { describeEffects, type Effect, placed } from './effects.ts'
import { isClosed, type Migrated, migratedFrom, roadOf, specOf } from './migrated.ts'

type Settings = Readonly<Record<string, unknown>>

const FILTER = 'chains[].filters[].oidc'

const BASE = {
  'chains[].name': 'shop',
  [`${FILTER}.configuration_uri`]: 'https://sso.example.com/.well-known/openid-configuration',
  [`${FILTER}.callback_uri`]: 'https://shop.example.com/callback',
  [`${FILTER}.client_id`]: 'shop',
  [`${FILTER}.client_secret`]: 'a-secret',
}

const built = (settings: Settings): Settings =>
  Object.entries(settings).reduce<Settings>(
    (config, [path, value]) => placed(config, path, value),
    {},
  )

const migrated = (settings: Settings): Promise<Migrated> =>
  migratedFrom('authservice', JSON.stringify(built(settings)))

const REDIS = { [`${FILTER}.redis_session_store_config.server_uri`]: 'tcp://redis:6379' }

const OF_FILTER: Readonly<Record<string, Effect>> = {
  absolute_session_timeout: [3600],
  'access_token.header': ['Authorization'],
  authorization_uri: ['https://sso.example.com/authorize'],
  callback_uri: ['https://shop.example.com/cb'],
  client_authentication_method: ['client_secret_post'],
  client_id: ['other'],
  client_secret_ref: [{ name: 'shop-secret' }],
  configuration_uri: ['https://other.example.com/.well-known/openid-configuration'],
  'cookie_attributes.domain': ['example.com'],
  'cookie_attributes.partitioned': [true],
  'cookie_attributes.same_site': ['SAME_SITE_NONE'],
  'id_token.header': ['authorization'],
  idle_session_timeout: [600],
  'jwks_fetcher.jwks_uri': ['https://sso.example.com/keys'],
  'jwks_fetcher.periodic_fetch_interval_sec': [60],
  'logout.path': ['/bye'],
  'logout.redirect_uri': ['https://www.example.com/bye'],
  proxy_uri: ['http://proxy.example.com:3128'],
  scopes: [['email']],
  token_uri: ['https://sso.example.com/token'],
  trusted_certificate_authority: ['a certificate'],
  trusted_certificate_authority_file: ['/etc/ca.pem'],
  'redis_session_store_config.password': ['pw', REDIS],
  'redis_session_store_config.password_file': ['/etc/pw', REDIS],
  'redis_session_store_config.server_uri': ['rediss://redis:6379'],
  'redis_session_store_config.tls_config.client_cert_file': ['/etc/c.pem', REDIS],
  'redis_session_store_config.tls_config.client_key_file': ['/etc/k.pem', REDIS],
  'redis_session_store_config.tls_config.trusted_ca_file': ['/etc/ca.pem', REDIS],
  'redis_session_store_config.username': ['user', REDIS],
}

describeEffects('authservice', {
  table: AUTHSERVICE_SETTINGS,
  effects: {
    ...Object.fromEntries(
      Object.entries(OF_FILTER).map(([name, one]) => [`${FILTER}.${name}`, one]),
    ),
    'chains[].match': [{ header: ':path', prefix: '/app' }],
    log_level: ['debug'],
    trigger_rules: [[{ excluded_paths: [{ exact: '/healthz' }] }]],
  },
  elsewhere: [`${FILTER}.client_secret`, 'chains[].name', 'default_oidc_config'],
  base: BASE,
  migrated,
})

describe('paths without a session', () => {
  const road = async (trigger: unknown, path: string) =>
    roadOf(await migrated({ ...BASE, trigger_rules: trigger }), `https://shop.example.com${path}`)

  test.each([
    ['/healthz', 'public'],
    ['/healthz/x', 'protected'],
    ['/static/app.js', 'public'],
    ['/x.css', 'public'],
    ['/v1/public', 'public'],
    ['/v1/public/else', 'protected'],
    ['/orders', 'protected'],
  ])('%s is %s', async (path, expected) => {
    const excluded = [
      { exact: '/healthz' },
      { prefix: '/static/' },
      { suffix: '.css' },
      { regex: '/v[0-9]/public' },
    ]
    expect(await road([{ excluded_paths: excluded }], path)).toBe(expected)
  })

  test.each([
    ['/app/x', 'protected'],
    ['/x/app', 'public'],
    ['/app/open', 'public'],
    ['/deep/v2/secret', 'protected'],
  ])('but for those that are included, %s is %s', async (path, expected) => {
    const trigger = {
      included_paths: [{ prefix: '/app' }, { regex: 'v2' }],
      excluded_paths: [{ exact: '/app/open' }],
    }
    expect(await road([trigger], path)).toBe(expected)
  })

  it('are none where several rules, or a pattern that is no RE2, say which', async () => {
    const two = [{ excluded_paths: [{ exact: '/a' }] }, { excluded_paths: [{ exact: '/b' }] }]
    expect(await road(two, '/a')).toBe('protected')
    expect(await road([{ excluded_paths: [{ regex: '(?!a)' }] }], '/b')).toBe('protected')
  })
})

describe('chains', () => {
  const filter = (more: Settings) => ({
    configuration_uri: 'https://sso.example.com/.well-known/openid-configuration',
    client_id: 'shop',
    client_secret: 'a-secret',
    ...more,
  })
  const config = (...chains: readonly unknown[]) =>
    migratedFrom('authservice', JSON.stringify({ chains }))

  it('are routes of their own for hosts of their own', async () => {
    const of = (host: string) => ({
      name: host,
      match: { header: ':authority', equality: host },
      filters: [{ oidc: filter({ callback_uri: `https://${host}/cb` }) }],
    })
    const { manifests } = await config(of('a.example.com'), of('b.example.com'))
    const routes = manifests.filter(({ object }) => object.kind === 'ProtectedRoute')
    expect(routes.map(({ object }) => object.spec.hosts)).toEqual([
      ['a.example.com'],
      ['b.example.com'],
    ])
  })

  test.each([
    ['a mock', { filters: [{ mock: { allow: true } }] }],
    ['a second filter', { filters: [{ oidc: filter({}) }, { mock: { allow: false } }] }],
    [
      'half of a host',
      { match: { header: ':authority', prefix: 'shop' }, filters: [{ oidc: filter({}) }] },
    ],
    ['a setting that nobody knows', { filters: [{ oidc: filter({ later: true }) }] }],
  ])('are closed by %s', async (_, chain) => {
    expect(isClosed(specOf(await config({ name: 'shop', ...chain }), 'ProtectedRoute'))).toBe(true)
  })

  it('take what they leave unset from the defaults', async () => {
    const one = await migratedFrom(
      'authservice',
      JSON.stringify({
        defaultOidcConfig: filter({ callbackUri: 'https://shop.example.com/cb' }),
        chains: [{ name: 'shop', filters: [{ oidc_override: { client_id: 'other' } }] }],
      }),
    )
    expect(specOf(one, 'OIDCClient')).toMatchObject({
      clientId: 'other',
      callback: { path: '/cb' },
    })
  })

  const issuing = (name: string, match: unknown) => ({
    name,
    match,
    filters: [
      {
        oidc: filter({
          configuration_uri: `https://${name}.example.com/.well-known/openid-configuration`,
          callback_uri: `https://shop.example.com/${name}/cb`,
          logout: { path: `/${name}/out` },
        }),
      },
    ],
  })
  const rulesOf = async (...chains: readonly unknown[]) =>
    specOf(await config(...chains), 'ProtectedRoute').rules?.map(({ name }) => name)

  it('are tried in their order, whatever the length of their paths', async () => {
    const short = issuing('corp', { header: ':path', prefix: '/api' })
    const long = issuing('social', { header: ':path', prefix: '/api/v1/long' })
    expect(await rulesOf(short, long)).toEqual(['corp', 'social'])
    expect(await rulesOf(long, short)).toEqual(['social', 'corp'])
  })

  it('hold for the hosts of others where they name none, and then nothing after them does', async () => {
    const everywhere = issuing('corp', { header: ':path', prefix: '/admin' })
    const other = issuing('social', { header: ':authority', equality: 'b.example.com' })
    const { manifests } = await config(everywhere, other)
    const route = manifests.find(
      ({ object }) =>
        object.kind === 'ProtectedRoute' && JSON.stringify(object.spec.hosts).includes('b.example'),
    )?.object.spec
    expect(route?.clientRef).toEqual({ name: 'social' })
    expect(route?.rules?.map(({ clientRef }) => clientRef)).toEqual([{ name: 'corp' }])
    const all = await config(issuing('corp', undefined), other)
    const routes = all.manifests.filter(({ object }) => object.kind === 'ProtectedRoute')
    expect(routes.map(({ object }) => object.spec.clientRef)).toEqual([
      { name: 'corp' },
      { name: 'corp' },
    ])
    expect(JSON.stringify(routes)).toContain('others go before it for every request: social')
  })

  it('close the hosts of others that half of a host may be', async () => {
    const half = issuing('corp', { header: ':authority', prefix: 'b' })
    const other = issuing('social', { header: ':authority', equality: 'b.example.com' })
    const one = await config(half, other)
    const routes = one.manifests.filter(({ object }) => object.kind === 'ProtectedRoute')
    expect(routes.map(({ object }) => isClosed(object.spec))).toEqual(routes.map(() => true))
    expect(JSON.stringify(routes)).toContain('b.example.com')
  })

  it('hold for whichever host begins as they say', async () => {
    const begun = issuing('corp', { header: ':authority', prefix: 'b.ex' })
    const other = issuing('social', { header: ':authority', equality: 'b.example.com' })
    const { manifests } = await config(begun, other)
    const clients = manifests.flatMap(({ object }) =>
      object.kind === 'ProtectedRoute' ? [object.spec.clientRef] : [],
    )
    expect(clients.length).toBeGreaterThan(0)
    expect(clients).toEqual(clients.map(() => ({ name: 'corp' })))
  })

  it('are those of one configuration: of several none is read', async () => {
    const text = JSON.stringify({ chains: [issuing('corp', undefined)] })
    const map = (name: string) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name },
      data: { 'config.json': text },
    })
    const stdin = [map('a'), map('b')].map((one) => JSON.stringify(one)).join('\n---\n')
    const { code, out, err } = await sallyportIn({ stdin }, 'migrate', 'authservice', '-')
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toContain('config.json of the ConfigMap a, config.json of the ConfigMap b')
  })
})
