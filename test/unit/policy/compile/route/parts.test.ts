import { describe, expect, test } from 'vitest'
import type { OIDCClient, ProtectedRoute } from '../../../../../src/policy/resource/resource.ts'
import { formatField } from '../../../../../src/resources/schema/field-path.ts'
import { compiled, policyOf } from '../../../../support/compiled.ts'
import { anOidcClient, aProtectedRoute, aShop } from '../../../../support/resources.ts'

type Spec = Partial<ProtectedRoute['spec']>

const { provider, client, secret } = aShop()

const staff = (spec: Partial<OIDCClient['spec']> = {}): OIDCClient =>
  anOidcClient('shop/staff', {
    callback: { path: '/admin/callback' },
    logout: { ...client.spec.logout, path: '/admin/logout' },
    session: {
      ...client.spec.session,
      cookie: { name: '__Host-admin', sameSite: 'Lax', partitioned: false },
    },
    scopes: ['openid', 'admin'],
    ...spec,
  })

const ADMIN = {
  name: 'admin',
  match: [{ path: { prefix: '/admin' } }],
  public: false,
  clientRef: { name: 'staff' },
}

const withRoute = (spec: Spec, ...more: readonly OIDCClient[]) =>
  compiled([provider, client, secret, ...more, aProtectedRoute('shop/shop', spec)])

const names = (clients: readonly { readonly name: string }[] | undefined) =>
  clients?.map(({ name }) => name)

describe('C22: `clientRef` of a rule', () => {
  test('is the client of that part, and one of the host', () => {
    const policy = policyOf(withRoute({ rules: [ADMIN] }, staff()))
    expect(names(policy.clients)).toEqual(['shop/shop', 'shop/staff'])
    expect(names(policy.rules[0]?.clients)).toEqual(['shop/staff'])
    expect(names(policy.fallback.clients)).toEqual(['shop/shop'])
  })

  test('without one, no rule has clients of its own', () => {
    const { clientRef: _, ...plain } = ADMIN
    const { rules, fallback } = policyOf(withRoute({ rules: [plain] }))
    expect([...rules, fallback].map(({ clients }) => clients)).toEqual([undefined, undefined])
  })

  test('two rules, or a rule and the route, may name the same', () => {
    const again = { ...ADMIN, name: 'reports', match: [{ path: { prefix: '/reports' } }] }
    const own = { ...again, name: 'own', clientRef: { name: 'shop' } }
    const compilation = withRoute({ rules: [ADMIN, again, own] }, staff())
    expect(compilation.problems).toEqual([])
    expect(names(policyOf(compilation).clients)).toEqual(['shop/shop', 'shop/staff'])
  })

  test.each([
    ['callback.path', { callback: client.spec.callback }],
    ['logout.path', { logout: client.spec.logout }],
    ['session.cookie.name', { session: client.spec.session }],
    ['displayName', { displayName: 'shop' }],
  ])('R17: one that shares %s with the client of the route is refused', (mark, spec) => {
    const { problems } = withRoute({ rules: [ADMIN] }, staff(spec))
    expect(problems.map(({ field, message }) => [formatField(field), message])).toEqual([
      ['spec.rules[0].clientRef', expect.stringContaining(`\`${mark}\` of both`)],
    ])
  })

  test('is registered on the hosts of the route', () => {
    const { registrations } = withRoute({ rules: [ADMIN] }, staff())
    expect(registrations.map(({ redirectUris, routes }) => [redirectUris, routes])).toEqual([
      [['https://shop.example.com/oauth2/callback'], ['shop/shop']],
      [['https://shop.example.com/admin/callback'], ['shop/shop']],
    ])
  })

  test('serves a callback host of that client', () => {
    const called = staff({ callback: { path: '/admin/callback', host: 'shop.example.com' } })
    const compilation = withRoute({ rules: [ADMIN] }, called)
    expect(compilation.problems).toEqual([])
    expect(policyOf(compilation).name).toBe('shop/shop')
  })

  test('what the rule asks for is wanted of its client alone', () => {
    const authorize = [{ claim: 'groups', anyOf: ['admins'] }]
    const { wantedClaims } = withRoute({ rules: [{ ...ADMIN, authorize }] }, staff())
    const wanted = [...wantedClaims].map(([name, claims]) => [name, names(claims)])
    expect(wanted).toEqual([
      ['shop/shop', ['email']],
      ['shop/staff', ['groups']],
    ])
  })

  test('E4: scopes are warned of by what the client of the part asks for, inherited ones too', () => {
    const warned = (spec: Spec) =>
      withRoute(spec, staff()).warnings.map(({ field, message }) => [formatField(field), message])
    const admin = [{ scopes: ['admin'] }]
    expect(warned({ rules: [{ ...ADMIN, authorize: admin }] })).toEqual([])
    expect(warned({ rules: [{ ...ADMIN, authorize: [{ scopes: ['email'] }] }] })).toEqual([
      [
        'spec.rules[0].authorize[0].scopes',
        expect.stringMatching(
          /^No client .*"email" \(OIDCClient shop\/staff asks for openid admin\)/,
        ),
      ],
    ])
    expect(warned({ authorize: admin, rules: [ADMIN] })).toEqual([
      ['spec.authorize[0].scopes', expect.stringMatching(/OIDCClient shop\/shop asks for/)],
    ])
    expect(warned({ authorize: [{ scopes: ['email'] }], rules: [ADMIN] })).toEqual([
      ['spec.authorize[0].scopes', expect.stringMatching(/OIDCClient shop\/staff asks for/)],
    ])
  })

  test('a rule that is public or takes no sessions has none', () => {
    const messages = (rule: object) =>
      withRoute({ rules: [{ ...ADMIN, ...rule }] }, staff()).problems.map(({ message }) => message)
    expect(messages({ public: true })).toEqual([expect.stringMatching(/^The rule is public and/)])
    const authenticate = [
      { bearer: { providerRef: { name: 'keycloak' }, audiences: ['api'], maxBytes: 9_000 } },
    ]
    expect(messages({ authenticate })).toEqual([expect.stringMatching(/takes no sessions/)])
  })

  test('a route without a client may have a part with one', () => {
    const bearer = { providerRef: { name: 'keycloak' }, audiences: ['api'], maxBytes: 9_000 }
    const session = [{ session: {} }]
    const route = (rule: object) => {
      const { clientRef: _, ...spec } = aProtectedRoute().spec
      const rules = [{ ...ADMIN, ...rule }]
      const tokens = { ...aProtectedRoute(), spec: { ...spec, rules, authenticate: [{ bearer }] } }
      return compiled([provider, client, secret, staff(), tokens])
    }
    const part = route({ authenticate: session, onUnauthenticated: 'Login' })
    expect(part.problems).toEqual([])
    expect(names(policyOf(part).fallback.clients)).toEqual([])
    expect(route({ authenticate: session, clientRef: undefined }).problems).toMatchObject([
      { field: ['spec', 'rules', 0, 'authenticate'] },
    ])
  })
})
