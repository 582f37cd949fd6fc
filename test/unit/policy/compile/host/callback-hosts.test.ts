import { describe, expect, test } from 'vitest'
import type { Resource } from '../../../../../src/policy/resource/resource.ts'
import { compiled, find, messages } from '../../../../support/compiled.ts'
import {
  anIdentityProvider,
  anOidcClient,
  aProtectedRoute,
  aSecret,
} from '../../../../support/resources.ts'

const HOST = 'login.example.com'
const provider = anIdentityProvider('shop/keycloak', { allowedNamespaces: { from: 'All' } })
const secret = aSecret()

const clientAt = (path: string, created: number, callbackPath = '/oauth2/callback') =>
  anOidcClient(
    path,
    {
      providerRef: { name: 'keycloak', namespace: 'shop' },
      authentication: { method: 'none' },
      callback: { path: callbackPath, host: HOST },
    },
    created,
  )

const routeAt = (path: string, created: number, hosts: string[], client = 'shop') =>
  aProtectedRoute(path, { hosts, clientRef: { name: client } }, created)

const world = (...resources: readonly Resource[]) => compiled([provider, secret, ...resources])

const clientsAt = (compilation: ReturnType<typeof compiled>): readonly string[] | string => {
  const found = find(compilation, HOST)
  return found.kind === 'callbacks' ? found.clients.map(({ name }) => name) : found.kind
}

describe('the host where clients are called back', () => {
  test('answers for the clients that name it, and owns no path besides', () => {
    const both = world(clientAt('shop/shop', 1), clientAt('shop/blog', 2, '/blog'))
    expect(messages(both)).toEqual([])
    expect(clientsAt(both)).toEqual(['shop/blog', 'shop/shop'])
  })

  test('R28: keeps out a younger route that does not use the client', () => {
    for (const route of [
      routeAt('shop/other', 2, [HOST], 'other'),
      routeAt('blog/other', 2, [HOST], 'other'),
    ]) {
      const other = anOidcClient(`${route.metadata.namespace}/other`, {
        providerRef: { name: 'keycloak', namespace: 'shop' },
        authentication: { method: 'none' },
      })
      const compilation = world(clientAt('shop/shop', 1), other, route)
      expect(clientsAt(compilation)).toEqual(['shop/shop'])
      expect(messages(compilation)).toEqual([
        expect.stringContaining('belongs to OIDCClient shop/shop as its `callback.host`'),
      ])
    }
  })

  test('R28: is lost to an older route of somebody else, and then nobody may sign in with the client', () => {
    const foreign = aProtectedRoute('blog/all', { hosts: ['*.example.com'] }, 0)
    const compilation = world(
      clientAt('shop/shop', 1),
      routeAt('shop/shop', 1, ['shop.test']),
      foreign,
    )
    expect(find(compilation, 'shop.test')).toMatchObject({
      kind: 'broken',
      detail: expect.stringContaining('belongs to ProtectedRoute blog/all'),
    })
  })

  test('is a host of the route that uses the client, however old, by name and by wildcard', () => {
    for (const host of [HOST, '*.example.com']) {
      const compilation = world(clientAt('shop/shop', 1), routeAt('shop/shop', 2, [host]))
      expect(messages(compilation)).toEqual([])
      expect(find(compilation, HOST)).toMatchObject({
        kind: 'found',
        policy: { name: 'shop/shop' },
      })
    }
  })

  test('a route of another namespace that may use the client serves it where it came first, and takes nothing', () => {
    const lent = { ...clientAt('shop/shop', 2) }
    const client = { ...lent, spec: { ...lent.spec, allowedNamespaces: { from: 'All' as const } } }
    const guest = (created: number) =>
      aProtectedRoute(
        'blog/guest',
        { hosts: [HOST], clientRef: { name: 'shop', namespace: 'shop' } },
        created,
      )
    expect(messages(world(client, guest(1)))).toEqual([])
    expect(clientsAt(world(client, guest(1)))).toBe('found')
    expect(clientsAt(world(client, guest(3)))).toEqual(['shop/shop'])
  })

  test('R17: one redirect URI is that of one client, the older', () => {
    const compilation = world(clientAt('shop/shop', 2), clientAt('shop/older', 1))
    expect(clientsAt(compilation)).toEqual(['shop/older'])
    expect(messages(compilation)).toEqual([
      expect.stringContaining(
        'https://login.example.com/oauth2/callback is that of OIDCClient shop/older',
      ),
    ])
  })

  test('a client that cannot be used keeps its host, which says why', () => {
    const compilation = compiled([clientAt('shop/shop', 1)])
    expect(find(compilation, HOST)).toMatchObject({
      kind: 'callbacks',
      clients: [],
      broken: [expect.stringContaining('IdentityProvider shop/keycloak was not found')],
    })
  })

  test('R3: a gateway that names a route there is mistaken; nobody is told that the host was asked about', () => {
    const { table } = world(clientAt('shop/shop', 1))
    const contextExtensions = { 'sallyport.dev/route': 'shop/shop' }
    expect(table.find({ host: HOST, contextExtensions })).toMatchObject({ kind: 'conflict' })
    expect(table.find({ host: HOST, contextExtensions: {} })).toMatchObject({ kind: 'callbacks' })
    expect(table.takeAsked()).toEqual([])
  })
})
