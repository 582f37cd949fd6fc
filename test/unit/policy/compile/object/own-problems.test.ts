import { describe, expect, test } from 'vitest'
import type { Compilation } from '../../../../../src/policy/compile.ts'
import { compiled, find, messages } from '../../../../support/compiled.ts'
import {
  anIdentityProvider,
  anOidcClient,
  aProtectedRoute,
  aSecret,
} from '../../../../support/resources.ts'

const provider = anIdentityProvider()
const client = anOidcClient()
const route = aProtectedRoute()
const secret = aSecret()

describe('what is wrong with an object by itself', () => {
  const routeWith = (spec: Parameters<typeof aProtectedRoute>[1]): Compilation =>
    compiled([provider, client, secret, aProtectedRoute('shop/shop', spec)])
  const clientWith = (spec: Parameters<typeof anOidcClient>[1]): Compilation =>
    compiled([provider, anOidcClient('shop/shop', spec), secret, route])
  const providerWith = (spec: Parameters<typeof anIdentityProvider>[1]): Compilation =>
    compiled([anIdentityProvider('shop/keycloak', spec), client, secret, route])
  const rule = (changes: object) => ({
    rules: [{ name: 'r', match: [{ methods: ['GET'] }], public: false, ...changes }],
  })
  const { session, logout } = client.spec

  const cases: readonly (readonly [string, () => Compilation, readonly (string | number)[]])[] = [
    [
      'a pattern that is none',
      () => routeWith(rule({ match: [{ path: { pattern: '(' } }] })),
      ['spec', 'rules', 0, 'match', 0, 'path', 'pattern'],
    ],
    [
      'a path that no request has',
      () => routeWith(rule({ match: [{ path: { prefix: '/a%2f' } }] })),
      ['spec', 'rules', 0, 'match', 0, 'path', 'prefix'],
    ],
    [
      'two kinds of path in one match',
      () => routeWith(rule({ match: [{ path: { prefix: '/a', exact: '/a' } }] })),
      ['spec', 'rules', 0, 'match', 0, 'path'],
    ],
    [
      'a match that matches everything',
      () => routeWith(rule({ match: [{}] })),
      ['spec', 'rules', 0, 'match', 0],
    ],
    [
      'two rules of one name',
      () => routeWith({ rules: [...rule({}).rules, ...rule({}).rules] }),
      ['spec', 'rules', 1, 'name'],
    ],
    [
      'a public rule that asks for something',
      () => routeWith(rule({ public: true, authorize: [] })),
      ['spec', 'rules', 0],
    ],
    [
      'forms kept for a login that nothing starts',
      () => routeWith(rule({ keepForms: { maxBytes: 1 }, onUnauthenticated: 'Challenge' })),
      ['spec', 'rules', 0, 'keepForms'],
    ],
    [
      'a public rule that keeps forms',
      () => routeWith(rule({ public: true, keepForms: { maxBytes: 1 } })),
      ['spec', 'rules', 0],
    ],
    [
      'a header of Envoy',
      () => routeWith(rule({ upstream: { headers: [{ name: 'x-envoy-a', claim: 'a' }] } })),
      ['spec', 'rules', 0, 'upstream', 'headers', 0, 'name'],
    ],
    [
      'a header that is listed twice',
      () =>
        routeWith(
          rule({
            upstream: {
              headers: [
                { name: 'x-user', claim: 'a' },
                { name: 'x-user', claim: 'b' },
              ],
            },
          }),
        ),
      ['spec', 'rules', 0, 'upstream', 'headers', 1, 'name'],
    ],
    [
      'a claim that is compared with nothing',
      () => routeWith({ authorize: [{ claim: 'a', anyOf: [] }] }),
      ['spec', 'authorize', 0, 'anyOf'],
    ],
    [
      'a claim that is no path',
      () => routeWith({ authorize: [{ claim: 'a..b', exists: true }] }),
      ['spec', 'authorize', 0, 'claim'],
    ],
    [
      'a claim without a comparison',
      () => routeWith({ authorize: [{ claim: 'a' }] }),
      ['spec', 'authorize', 0],
    ],
    [
      'a clause that is both',
      () => routeWith({ authorize: [{ claim: 'a', exists: true, scopes: ['x'] }] }),
      ['spec', 'authorize', 0],
    ],
    ['a clause that is neither', () => routeWith({ authorize: [{}] }), ['spec', 'authorize', 0]],
    [
      'a method that is neither',
      () => routeWith({ authenticate: [{}] }),
      ['spec', 'authenticate', 0],
    ],
    [
      'a bearer method without an audience',
      () =>
        routeWith({
          authenticate: [
            { bearer: { providerRef: { name: 'keycloak' }, audiences: [], maxBytes: 65_536 } },
          ],
        }),
      ['spec', 'authenticate', 0, 'bearer', 'audiences'],
    ],
    [
      'a host that is none',
      () => routeWith({ hosts: ['ok.example', 'a:1'] }),
      ['spec', 'hosts', 1],
    ],
    ['a host listed twice', () => routeWith({ hosts: ['a.b', 'a.b'] }), ['spec', 'hosts', 1]],
    [
      'a duration that is none',
      () => clientWith({ session: { ...session, absoluteTimeout: 'long' } }),
      ['spec', 'session', 'absoluteTimeout'],
    ],
    [
      'an idle timeout beyond the absolute one',
      () => clientWith({ session: { ...session, idleTimeout: '13h' } }),
      ['spec', 'session', 'idleTimeout'],
    ],
    [
      'R11: a session cookie without __Host-',
      () =>
        clientWith({
          session: { ...session, cookie: { name: 'sid', sameSite: 'Lax', partitioned: false } },
        }),
      ['spec', 'session', 'cookie', 'name'],
    ],
    [
      'R11: a session cookie that is taken for one of a login',
      () =>
        clientWith({
          session: {
            ...session,
            cookie: { name: '__Host-sallyport-login-x', sameSite: 'Lax', partitioned: false },
          },
        }),
      ['spec', 'session', 'cookie', 'name'],
    ],
    [
      'R11: a session cookie that is taken for the one of the sign-out',
      () =>
        clientWith({
          session: {
            ...session,
            cookie: { name: '__Host-sallyport-logout', sameSite: 'Lax', partitioned: false },
          },
        }),
      ['spec', 'session', 'cookie', 'name'],
    ],
    [
      'one path for callback and sign-out',
      () => clientWith({ logout: { ...logout, path: '/oauth2/callback' } }),
      ['spec', 'logout', 'path'],
    ],
    [
      'a callback path that no request has',
      () => clientWith({ callback: { path: '/a/../b' } }),
      ['spec', 'callback', 'path'],
    ],
    [
      'a place after sign-out that leads elsewhere',
      () => clientWith({ logout: { ...logout, redirectURL: '//evil.example' } }),
      ['spec', 'logout', 'redirectURL'],
    ],
    [
      'a method with a secret without one',
      () => clientWith({ authentication: { method: 'client_secret_post' } }),
      ['spec', 'authentication', 'secretRef'],
    ],
    [
      'a method with a key without one',
      () => clientWith({ authentication: { method: 'private_key_jwt' } }),
      ['spec', 'authentication', 'privateKeyRef'],
    ],
    [
      'R25: an issuer without TLS',
      () => providerWith({ issuer: 'http://sso.example.com' }),
      ['spec', 'issuer'],
    ],
    [
      'R25: an endpoint without TLS',
      () => providerWith({ endpoints: { jwks: 'http://sso.example.com/jwks' } }),
      ['spec', 'endpoints', 'jwks'],
    ],
    [
      'an issuer with a fragment',
      () => providerWith({ issuer: 'https://sso.example.com/#a' }),
      ['spec', 'issuer'],
    ],
    ['an issuer that is no URL', () => providerWith({ issuer: 'https://:' }), ['spec', 'issuer']],
    [
      'R23: a clock skew beyond a minute',
      () => providerWith({ clockSkew: '61s' }),
      ['spec', 'clockSkew'],
    ],
  ]

  test.each(cases)('%s is a problem at its field, and the host answers 503', (_, make, field) => {
    const compilation = make()
    expect(compilation.problems).toMatchObject([{ field, reason: 'Invalid' }])
    expect(messages(compilation)[0]).toMatch(/answer 503 until it is mended\.$/)
    const host = compilation.routes[0]?.hosts[0]?.host
    expect(find(compilation, host).kind).toBe('broken')
  })

  test('without a client, sessions and logins are problems where they were written', () => {
    const { clientRef: _, ...spec } = aProtectedRoute('shop/shop', {
      onUnauthenticated: 'Login',
      ...rule({ authenticate: [{ session: {} }] }),
    }).spec
    const compilation = compiled([{ ...route, spec }])
    expect(compilation.problems.map(({ field }) => field.join('.'))).toEqual([
      'spec.authenticate',
      'spec.onUnauthenticated',
      'spec.rules.0.authenticate',
      'spec.rules.0.onUnauthenticated',
    ])
  })

  test('values of a claim that are no text, number or boolean are a problem', () => {
    const values: readonly unknown[] = ['a', null]
    const anyOf = values as readonly string[]
    const compilation = routeWith({ authorize: [{ claim: 'a', anyOf }] })
    expect(compilation.problems).toMatchObject([{ field: ['spec', 'authorize', 0, 'anyOf'] }])
  })

  test('all problems of an object are told at once', () => {
    const compilation = clientWith({
      session: { ...session, idleTimeout: 'x', absoluteTimeout: 'y' },
      callback: { path: 'z' },
    })
    expect(compilation.problems.map(({ field }) => field.at(-1))).toEqual([
      'path',
      'idleTimeout',
      'absoluteTimeout',
    ])
  })

  test('http providers work where the process allows them', () => {
    const local = anIdentityProvider('shop/keycloak', {
      issuer: 'http://localhost:8080',
      endpoints: { token: 'http://localhost:8080/token' },
    })
    const options = { allowInsecureIssuers: true }
    expect(compiled([local, client, secret, route], { options }).problems).toEqual([])
  })

  test('R31: a password in a URL is not repeated in the problem', () => {
    const compilation = providerWith({ issuer: 'https://u:hunter2@sso.example.com' })
    expect(messages(compilation)).toHaveLength(1)
    expect(JSON.stringify(compilation.problems)).not.toContain('hunter2')
  })
})
