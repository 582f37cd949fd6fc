import { describe, expect, it, test } from 'vitest'
import { sallyportIn } from '../cli/run.ts'
import { isClosed, type Migrated, migratedFrom, specOf, specsOf } from './migrated.ts'

type Settings = Readonly<Record<string, unknown>>

const stream = (documents: readonly unknown[]): string =>
  documents.map((one) => JSON.stringify(one)).join('\n---\n')

/** Who a request is asked to be: the groups of the rule that it falls under, or that it is closed. */
const askedAt = async (
  { manifests }: Migrated,
  path: string,
  method = 'GET',
  host = 'shop.example.com',
): Promise<string> => {
  const stdin = stream(manifests.map(({ object }) => object))
  const url = `https://${host}${path}`
  const argv = ['explain', '--resources', '-', '--url', url, '-X', method, '-o', 'json']
  const { out } = await sallyportIn({ stdin }, ...argv)
  const { requires = [] } = JSON.parse(out) as { readonly requires?: readonly unknown[] }
  const text = JSON.stringify(requires)
  if (text.includes('Closed by the migration')) return 'closed'
  return /admins|staff/.exec(text)?.[0] ?? text
}

const asking = (group: string): Settings => ({
  issuer: 'https://sso.example.com',
  auth_methods: ['bearer'],
  audience_required: ['api'],
  groups_required: [group],
})

interface RouteOfKong extends Settings {
  readonly name: string
}

const guarded = (group: string, route: Settings): RouteOfKong => ({
  name: group,
  hosts: ['shop.example.com'],
  plugins: [{ name: 'openid-connect', config: asking(group) }],
  ...route,
})

const kong = (...routes: readonly RouteOfKong[]): Promise<Migrated> =>
  migratedFrom(
    'kong',
    JSON.stringify({ _format_version: '3.0', services: [{ name: 'all', routes }] }),
  )

describe('a request that several routes of Kong match', () => {
  test.each<readonly [string, Settings, Settings, string, string, string]>([
    [
      'the longer path, whatever else its route names',
      { paths: ['/api', '/some/very/long/other/path'] },
      { paths: ['/api/admin'] },
      '/api/admin/x',
      'GET',
      'admins',
    ],
    [
      'more fields, before the longer path',
      { paths: ['/files/shared'] },
      { paths: ['/files'], methods: ['DELETE'] },
      '/files/shared/x',
      'DELETE',
      'admins',
    ],
    [
      'a pattern before a text',
      { paths: ['/very/long'] },
      { paths: ['~/v'] },
      '/very/long',
      'GET',
      'admins',
    ],
    [
      'the pattern of the higher priority',
      { paths: ['~/a.*'] },
      { paths: ['~/ab'], regex_priority: 1 },
      '/ab',
      'GET',
      'admins',
    ],
    [
      'nobody of two equal patterns',
      { paths: ['~/a.*'] },
      { paths: ['~/ab'] },
      '/ab',
      'GET',
      'closed',
    ],
    ['nobody of two equal paths', { paths: ['/a'] }, { paths: ['/a'] }, '/a', 'GET', 'closed'],
    [
      'the path, and not what the same route says of every other',
      { paths: ['/api'] },
      { paths: ['/', '/api/admin'] },
      '/api/admin',
      'GET',
      'admins',
    ],
    [
      'a path for every host before a host',
      {},
      { hosts: undefined, paths: ['/admin'], methods: ['GET'] },
      '/admin',
      'GET',
      'admins',
    ],
    [
      'a path on a wildcard before a host',
      {},
      { hosts: ['*.example.com'], paths: ['/admin'] },
      '/admin',
      'GET',
      'admins',
    ],
    [
      'nobody by a path that cannot be read',
      { paths: ['/'] },
      { paths: ['~/(?!a)', '~/b'] },
      '/c',
      'GET',
      'closed',
    ],
  ])('falls under %s', async (_, lax, strict, path, method, expected) => {
    const one = await kong(guarded('staff', lax), guarded('admins', strict))
    expect(await askedAt(one, path, method)).toBe(expected)
    const turned = await kong(guarded('admins', strict), guarded('staff', lax))
    expect(await askedAt(turned, path, method)).toBe(expected)
  })

  it('is refused where only a route without the plugin was restricted', async () => {
    const bare = { ...guarded('x', { paths: ['/admin'] }), plugins: [{ name: 'key-auth' }] }
    const one = await kong(guarded('staff', { paths: ['/'] }), bare)
    expect(await askedAt(one, '/admin/x')).toBe('closed')
    expect(await askedAt(one, '/else')).toBe('staff')
  })

  it('is told where the order is not known', async () => {
    const one = await kong(
      guarded('staff', { paths: ['/a'] }),
      guarded('admins', { paths: ['/a'] }),
    )
    expect(one.settings).toContainEqual(
      expect.objectContaining({
        setting: 'the order of admins and staff for the same requests',
        closes: true,
      }),
    )
  })
})

const pluginOfKong = (name: string, group: string, more: Settings = {}) => ({
  apiVersion: 'configuration.konghq.com/v1',
  kind: 'KongPlugin',
  metadata: { name, namespace: 'shop' },
  plugin: 'openid-connect',
  config: asking(group),
  ...more,
})

const GLOBAL = {
  kind: 'KongClusterPlugin',
  metadata: { name: 'everywhere', labels: { global: 'true' } },
}

const annotated = (plugins: string, more: Settings = {}) => ({
  name: 'shop',
  namespace: 'shop',
  annotations: { 'konghq.com/plugins': plugins, ...more },
})

const ingress = (metadata: Settings, ...paths: readonly Settings[]) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata,
  spec: {
    rules: [
      {
        host: 'shop.example.com',
        http: {
          paths: paths.map((one) => ({
            pathType: 'Prefix',
            backend: { service: { name: 'shop' } },
            ...one,
          })),
        },
      },
    ],
  },
})

const serviceOfKong = (plugins: string) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: annotated(plugins),
})

const cluster = (...documents: readonly unknown[]): Promise<Migrated> =>
  migratedFrom('kong', stream(documents))

describe('the plugin of a cluster', () => {
  it('is that of the Ingress, and neither that of its Service nor that of all', async () => {
    const one = await cluster(
      pluginOfKong('everywhere', 'staff', GLOBAL),
      pluginOfKong('behind', 'staff'),
      pluginOfKong('near', 'admins'),
      serviceOfKong('behind'),
      ingress(annotated('near'), { path: '/' }),
    )
    expect(await askedAt(one, '/x')).toBe('admins')
  })

  it('is that of the Service, and not that of all', async () => {
    const one = await cluster(
      pluginOfKong('everywhere', 'staff', GLOBAL),
      pluginOfKong('behind', 'admins'),
      serviceOfKong('behind'),
      ingress(annotated(''), { path: '/app' }),
    )
    expect(await askedAt(one, '/app')).toBe('admins')
  })

  it('is that of a rule of an HTTPRoute, by whatever its paths are matched', async () => {
    const extensionRef = { group: 'configuration.konghq.com', kind: 'KongPlugin', name: 'near' }
    const route = {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata: { name: 'shop', namespace: 'shop' },
      spec: {
        hostnames: ['shop.example.com'],
        rules: [
          {
            matches: [{ path: { type: 'RegularExpression', value: '/v[0-9]' } }],
            filters: [{ type: 'ExtensionRef', extensionRef }],
          },
        ],
      },
    }
    const one = await cluster(pluginOfKong('near', 'admins'), route)
    expect(await askedAt(one, '/v2/x')).toBe('admins')
  })

  it('is nobody’s word where two of one Ingress say different things', async () => {
    const one = await cluster(
      pluginOfKong('first', 'staff'),
      pluginOfKong('second', 'admins'),
      ingress(annotated('first,second'), { path: '/app' }),
    )
    expect(await askedAt(one, '/app')).toBe('closed')
  })

  it('holds for the methods that an Ingress names, before a longer path', async () => {
    const one = await cluster(
      pluginOfKong('first', 'staff'),
      pluginOfKong('second', 'admins'),
      ingress({ ...annotated('first'), name: 'lax' }, { path: '/app/shared' }),
      ingress(
        { ...annotated('second', { 'konghq.com/methods': 'DELETE' }), name: 'strict' },
        { path: '/app' },
      ),
    )
    expect(await askedAt(one, '/app/shared', 'DELETE')).toBe('admins')
    expect(await askedAt(one, '/app/shared')).toBe('staff')
  })

  it('lets nobody in beside a plugin that is not among the files', async () => {
    const one = await cluster(
      pluginOfKong('near', 'staff'),
      ingress(annotated('near, only-at-night'), { path: '/' }),
    )
    expect(isClosed(specOf(one, 'ProtectedRoute'))).toBe(true)
  })
})

const policy = (name: string, group: string, targetRef: Settings) => ({
  apiVersion: 'gateway.envoyproxy.io/v1alpha1',
  kind: 'SecurityPolicy',
  metadata: { name, namespace: 'shop' },
  spec: {
    targetRefs: [targetRef],
    jwt: {
      providers: [
        {
          name: 'sso',
          issuer: 'https://sso.example.com',
          audiences: ['api'],
          remoteJWKS: { uri: 'https://sso.example.com/keys' },
        },
      ],
    },
    authorization: {
      defaultAction: 'Deny',
      rules: [
        {
          action: 'Allow',
          principal: {
            jwt: {
              provider: 'sso',
              claims: [{ name: 'groups', valueType: 'StringArray', values: [group] }],
            },
          },
        },
      ],
    },
  },
})

const httpRoute = (name: string, ...rules: readonly Settings[]) => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name, namespace: 'shop' },
  spec: { hostnames: ['shop.example.com'], parentRefs: [{ name: 'public' }], rules },
})

const path = (type: string, value: string, more: Settings = {}) => ({
  path: { type, value },
  ...more,
})

const ofRoute = (name: string, sectionName?: string) => ({ kind: 'HTTPRoute', name, sectionName })

const gateway = (...documents: readonly unknown[]): Promise<Migrated> =>
  migratedFrom('envoy-gateway', stream(documents))

describe('a request that several HTTPRoutes of Envoy Gateway match', () => {
  const LONG = path('Exact', '/healthz')

  test.each<readonly [string, readonly Settings[], readonly Settings[], string, string]>([
    [
      'the longer prefix, whatever else its route names',
      [LONG, path('PathPrefix', '/api')],
      [path('PathPrefix', '/api/admin')],
      '/api/admin/x',
      'admins',
    ],
    [
      'the whole path',
      [path('PathPrefix', '/a/long')],
      [path('Exact', '/a/long')],
      '/a/long',
      'admins',
    ],
    [
      'a pattern before a prefix',
      [path('PathPrefix', '/a/long')],
      [path('RegularExpression', '/a.*')],
      '/a/long',
      'admins',
    ],
    [
      'the same prefix with a method',
      [path('PathPrefix', '/a')],
      [path('PathPrefix', '/a', { method: 'GET' })],
      '/a',
      'admins',
    ],
    [
      'nobody of two equal ones',
      [path('PathPrefix', '/a')],
      [path('PathPrefix', '/a')],
      '/a',
      'closed',
    ],
    [
      'nobody where a parameter chooses',
      [path('PathPrefix', '/a')],
      [path('PathPrefix', '/a', { queryParams: [{ name: 'a', value: 'b' }] })],
      '/a',
      'closed',
    ],
  ])('falls under %s', async (_, lax, strict, asked, expected) => {
    const one = await gateway(
      httpRoute('lax', { matches: lax }),
      httpRoute('strict', { matches: strict }),
      policy('lax', 'staff', ofRoute('lax')),
      policy('strict', 'admins', ofRoute('strict')),
    )
    expect(await askedAt(one, asked)).toBe(expected)
  })

  it('falls under a header that the caller sends', async () => {
    const headers = [{ name: 'X-Admin', value: 'yes' }]
    const one = await gateway(
      httpRoute('lax', { matches: [path('PathPrefix', '/a')] }),
      httpRoute('strict', { matches: [path('PathPrefix', '/a', { headers })] }),
      policy('lax', 'staff', ofRoute('lax')),
      policy('strict', 'admins', ofRoute('strict')),
    )
    const [first] = specsOf(one, 'ProtectedRoute')[0]?.rules ?? []
    expect(first?.match).toEqual([
      { path: { prefix: '/a' }, headers: [{ name: 'x-admin', value: 'yes' }] },
    ])
    expect(JSON.stringify(first?.authorize)).toContain('admins')
  })

  it('falls under the policy of its rule, and only then under that of its route', async () => {
    const one = await gateway(
      httpRoute(
        'shop',
        { name: 'admin', matches: [path('PathPrefix', '/admin')] },
        { name: 'else', matches: [path('PathPrefix', '/else')] },
      ),
      policy('lax', 'staff', ofRoute('shop')),
      policy('strict', 'admins', ofRoute('shop', 'admin')),
    )
    expect(await askedAt(one, '/admin')).toBe('admins')
    expect(await askedAt(one, '/else')).toBe('staff')
  })

  it('falls under a policy that chooses its routes by labels', async () => {
    const { targetRefs: _, ...spec } = policy('strict', 'admins', {}).spec
    const labelled = httpRoute('strict', { matches: [path('PathPrefix', '/api/admin')] })
    const one = await gateway(
      httpRoute('lax', { matches: [path('PathPrefix', '/api')] }),
      { ...labelled, metadata: { ...labelled.metadata, labels: { team: 'admin' } } },
      policy('lax', 'staff', ofRoute('lax')),
      {
        ...policy('strict', 'admins', {}),
        spec: { ...spec, targetSelectors: [{ kind: 'HTTPRoute', matchLabels: { team: 'admin' } }] },
      },
    )
    expect(await askedAt(one, '/api/admin')).toBe('admins')
    expect(await askedAt(one, '/api/x')).toBe('staff')
  })

  test.each([
    ['a method', { service: 'shop.Orders', method: 'Delete' }],
    ['a service', { service: 'shop.Orders' }],
    ['a method of whichever service', { method: 'Delete' }],
  ])('falls under a GRPCRoute by %s', async (_, method) => {
    const one = await gateway(
      httpRoute('lax', { matches: [path('PathPrefix', '/')] }),
      { ...httpRoute('strict', { matches: [{ method }] }), kind: 'GRPCRoute' },
      policy('lax', 'staff', ofRoute('lax')),
      policy('strict', 'admins', { kind: 'GRPCRoute', name: 'strict' }),
    )
    expect(await askedAt(one, '/shop.Orders/Delete', 'POST')).toBe('admins')
    expect(await askedAt(one, '/else', 'POST')).toBe('staff')
  })

  it('is told to be left to others where its route is not among the files', async () => {
    const one = await gateway(
      httpRoute('lax', { matches: [path('PathPrefix', '/api')] }),
      policy('lax', 'staff', ofRoute('lax')),
      policy('strict', 'admins', ofRoute('not-there')),
    )
    expect(one.settings).toContainEqual(
      expect.objectContaining({
        setting: 'SecurityPolicy strict: target HTTPRoute not-there',
        goes: 'none',
      }),
    )
  })

  it('falls under the policy of the Gateway on a route that has none', async () => {
    const one = await gateway(
      {
        apiVersion: 'gateway.networking.k8s.io/v1',
        kind: 'Gateway',
        metadata: { name: 'public', namespace: 'shop' },
        spec: { listeners: [{ name: 'a', hostname: 'shop.example.com' }] },
      },
      httpRoute('lax', { matches: [path('PathPrefix', '/api')] }),
      httpRoute('bare', { matches: [path('PathPrefix', '/api/admin')] }),
      policy('lax', 'staff', ofRoute('lax')),
      policy('strict', 'admins', { kind: 'Gateway', name: 'public' }),
    )
    expect(await askedAt(one, '/api/admin')).toBe('admins')
    expect(await askedAt(one, '/api/x')).toBe('staff')
    expect(await askedAt(one, '/')).toBe('admins')
  })
})
