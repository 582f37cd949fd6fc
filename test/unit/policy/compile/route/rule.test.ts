import { describe, expect, test } from 'vitest'
import type { Compilation } from '../../../../../src/policy/compile.ts'
import { compiled, policyOf } from '../../../../support/compiled.ts'
import {
  anIdentityProvider,
  anOidcClient,
  aProtectedRoute,
  aSecret,
} from '../../../../support/resources.ts'

const provider = anIdentityProvider()
const client = anOidcClient()
const secret = aSecret()

describe('rules', () => {
  const bearer = {
    providerRef: { name: 'keycloak' },
    audiences: ['https://api.example.com'],
    maxBytes: 20_000,
  }

  const withRules = (spec: Parameters<typeof aProtectedRoute>[1]): Compilation =>
    compiled([provider, client, secret, aProtectedRoute('shop/shop', spec)])

  test('A6: a number beyond 2^53 in a rule is refused with the fix, its digits in quotes are not', () => {
    const rules = (value: unknown) =>
      withRules({
        rules: [
          {
            name: 'a',
            match: [{ path: { prefix: '/' } }],
            public: false,
            authorize: [{ claim: 'id', anyOf: [1, value as string] }],
          },
        ],
      }).problems
    expect(rules('9007199254740993')).toEqual([])
    expect(rules(Number.MAX_SAFE_INTEGER)).toEqual([])
    expect(rules(0.5)).toEqual([])
    expect(rules(2 ** 53)).toMatchObject([
      {
        field: ['spec', 'rules', 0, 'authorize', 0, 'anyOf', 1],
        message: expect.stringMatching(
          /is beyond 2\^53, where digits are lost: write its digits in quotes/,
        ),
      },
    ])
  })

  test('what a rule leaves unset it has from the route, field by field of upstream too', () => {
    const { rules } = policyOf(
      withRules({
        onUnauthenticated: 'Challenge',
        authorize: [{ scopes: ['read'] }],
        upstream: { accessToken: 'None', headers: [{ name: 'x-user', claim: 'email' }] },
        rules: [
          { name: 'plain', match: [{ path: { prefix: '/a' } }], public: false },
          {
            name: 'own',
            match: [{ path: { prefix: '/b' } }],
            public: false,
            authorize: [],
            upstream: { accessToken: 'Forward' },
          },
        ],
      }),
    )
    const headers = [{ name: 'x-user', told: { kind: 'claim', path: ['email'] } }]
    expect(rules).toMatchObject([
      {
        name: 'plain',
        authenticate: [{ kind: 'session' }],
        onUnauthenticated: 'Challenge',
        authorize: [{ kind: 'scopes', scopes: ['read'] }],
        upstream: { authorization: 'Remove', headers },
      },
      { name: 'own', authorize: [], upstream: { authorization: 'AccessToken', headers } },
    ])
  })

  test('a public rule asks for nothing and forwards nothing', () => {
    const { rules } = policyOf(
      withRules({
        authorize: [{ scopes: ['read'] }],
        rules: [{ name: 'assets', match: [{ path: { prefix: '/assets' } }], public: true }],
      }),
    )
    expect(rules[0]).toMatchObject({
      public: true,
      authenticate: [],
      authorize: [],
      upstream: { authorization: 'Keep', headers: [] },
    })
  })

  test('the headers of every rule are stripped on all paths of the host', () => {
    const policy = policyOf(
      withRules({
        rules: [
          {
            name: 'api',
            match: [{ methods: ['GET'] }],
            public: false,
            upstream: { headers: [{ name: 'x-roles', claim: '/realm_access/roles' }] },
          },
        ],
      }),
    )
    expect(policy.identityHeaders).toContain('x-roles')
    expect(policy.identityHeaders).toContain('x-auth-subject')
    expect(policy.rules[0]?.upstream.headers).toEqual([
      {
        name: 'x-roles',
        told: { kind: 'claim', path: ['realm_access', 'roles'] },
        format: 'JSON',
        encoding: 'Percent',
      },
    ])
  })

  test('R8: a policy knows the headers of every route of its namespace, and of no other', () => {
    const setting = (path: string, host: string, header: string) =>
      aProtectedRoute(path, {
        hosts: [host],
        upstream: { accessToken: 'Forward', headers: [{ name: header, claim: 'roles' }] },
      })
    const compilation = compiled([
      provider,
      client,
      secret,
      aProtectedRoute(),
      setting('shop/admin', 'admin.example.com', 'x-roles'),
      setting('blog/blog', 'blog.example.com', 'x-writers'),
    ])
    expect([...policyOf(compilation).siblingHeaders]).toEqual(['x-roles'])
  })

  test('a policy looks at paths only where a rule has one', () => {
    const byMethod = { name: 'm', match: [{ methods: ['GET'] }], public: false }
    const byPath = { name: 'p', match: [{ path: { exact: '/x' } }], public: false }
    expect(policyOf(withRules({ rules: [byMethod] })).pathSensitive).toBe(false)
    expect(policyOf(withRules({ rules: [byMethod, byPath] })).pathSensitive).toBe(true)
  })

  test('a bearer method carries its provider; a host that takes tokens only has no client', () => {
    const tokenOnly = aProtectedRoute('shop/api', {
      hosts: ['api.example.com'],
      authenticate: [{ bearer }],
    })
    const { clientRef: _, ...spec } = tokenOnly.spec
    const policy = policyOf(compiled([provider, { ...tokenOnly, spec }]), 'api.example.com')
    expect(policy.clients).toEqual([])
    expect(policy.fallback.authenticate).toMatchObject([
      {
        kind: 'bearer',
        provider: { name: 'shop/keycloak' },
        audiences: ['https://api.example.com'],
        maxBytes: 20_000,
      },
    ])
  })

  test('claims are compiled with every list that was written', () => {
    const { fallback } = policyOf(
      withRules({
        authorize: [
          { claim: 'realm_access.roles', anyOf: ['a', 1], noneOf: [true], exists: true },
          { claim: '/https:~1~1example.com~1r', allOf: ['x'] },
        ],
      }),
    )
    expect(fallback.authorize).toEqual([
      {
        kind: 'claim',
        path: ['realm_access', 'roles'],
        written: 'realm_access.roles',
        anyOf: ['a', 1],
        noneOf: [true],
        exists: true,
      },
      {
        kind: 'claim',
        path: ['https://example.com/r'],
        written: '/https:~1~1example.com~1r',
        allOf: ['x'],
      },
    ])
  })
})
