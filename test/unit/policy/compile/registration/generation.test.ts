import { describe, expect, test } from 'vitest'
import { clientOf, compiled } from '../../../../support/compiled.ts'
import {
  anIdentityProvider,
  anOidcClient,
  aProtectedRoute,
  aSecret,
  aShop,
} from '../../../../support/resources.ts'

const { provider, client, route, secret, shop } = aShop()

describe('generations and tenants', () => {
  const base = clientOf(compiled(shop))

  test('equal resources give equal generations, however their fields are ordered', () => {
    const { spec } = client
    const reordered = Object.fromEntries(Object.entries(spec).reverse()) as typeof spec
    const again = clientOf(compiled([provider, { ...client, spec: reordered }, secret, route]))
    expect(again.generation).toBe(base.generation)
    expect(again.provider.generation).toBe(base.provider.generation)
  })

  test('R13: a new secret is a new generation of the client, for the same tenant', () => {
    const rotated = aSecret('shop/shop-oidc', { 'client-secret': 'battery staple' })
    const next = clientOf(compiled([provider, client, rotated, route]))
    expect(next.generation).not.toBe(base.generation)
    expect(next.tenant).toBe(base.tenant)
    expect(next.provider.generation).toBe(base.provider.generation)
  })

  test('R13: edits of lifetimes and scopes keep the tenant', () => {
    const edited = anOidcClient('shop/shop', {
      scopes: ['openid'],
      session: { ...client.spec.session, idleTimeout: '5m' },
    })
    const next = clientOf(compiled([provider, edited, secret, route]))
    expect(next.generation).not.toBe(base.generation)
    expect(next.tenant).toBe(base.tenant)
  })

  test('R13: another issuer, client id, name or namespace is another tenant', () => {
    const issuer = anIdentityProvider('shop/keycloak', { issuer: 'https://sso.example.com/other' })
    const clientId = anOidcClient('shop/shop', { clientId: 'other' })
    const name = anOidcClient('shop/other')
    const namespaced = [
      anIdentityProvider('guest/keycloak'),
      anOidcClient('guest/shop'),
      aProtectedRoute('guest/shop'),
      aSecret('guest/shop-oidc'),
    ]
    const tenants = [
      base,
      clientOf(compiled([issuer, client, secret, route])),
      clientOf(compiled([provider, clientId, secret, route])),
      clientOf(
        compiled([
          provider,
          name,
          secret,
          aProtectedRoute('shop/shop', { clientRef: { name: 'other' } }),
        ]),
      ),
      clientOf(compiled(namespaced)),
    ].map(({ tenant }) => tenant)
    expect(new Set(tenants).size).toBe(tenants.length)
  })

  test('R13: parts of a tenant cannot be moved into one another', () => {
    const one = anOidcClient('shop/shop', { clientId: 'a","b' })
    const two = anOidcClient('shop/shop', { clientId: 'a' })
    const tenants = [one, two].map((c) => clientOf(compiled([provider, c, secret, route])).tenant)
    expect(new Set(tenants).size).toBe(2)
  })

  test.each([
    ['clockSkew', { clockSkew: '31s' }],
    ['endpoints', { endpoints: { jwks: 'https://sso.example.com/jwks' } }],
    ['signingAlgorithms', { signingAlgorithms: ['ES256'] }],
  ] as const)('an edit of %s is a new generation of the provider and its clients', (_, spec) => {
    const next = clientOf(
      compiled([anIdentityProvider('shop/keycloak', spec), client, secret, route]),
    )
    expect(next.provider.generation).not.toBe(base.provider.generation)
    expect(next.generation).not.toBe(base.generation)
  })

  test('an edit of who may refer to a provider changes none of its generations', () => {
    const shared = anIdentityProvider('shop/keycloak', { allowedNamespaces: { from: 'All' } })
    expect(clientOf(compiled([shared, client, secret, route]))).toEqual(base)
  })
})
