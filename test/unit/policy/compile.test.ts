import { describe, expect, test } from 'vitest'
import { compiled, find, policyOf } from '../../support/compiled.ts'
import { aProtectedRoute, aShop } from '../../support/resources.ts'

const { provider, client, secret, shop } = aShop()

describe('the smallest useful set', () => {
  const compilation = compiled(shop)

  test('compiles without a problem into one policy for its host', () => {
    expect(compilation.problems).toEqual([])
    expect(policyOf(compilation).name).toBe('shop/shop')
    expect(find(compilation, 'other.example.com')).toEqual({ kind: 'none' })
    expect(compilation.providers.map(({ name }) => name)).toEqual(['shop/keycloak'])
    expect(compilation.clients.map(({ name }) => name)).toEqual(['shop/shop'])
  })

  test('a session is needed everywhere, by default, and the access token is forwarded', () => {
    const { fallback, rules, pathSensitive } = policyOf(compilation)
    expect(rules).toEqual([])
    expect(pathSensitive).toBe(false)
    expect(fallback).toMatchObject({
      public: false,
      authenticate: [{ kind: 'session' }],
      onUnauthenticated: 'Auto',
      authorize: [],
      upstream: { authorization: 'AccessToken', headers: [] },
    })
  })

  test('the default identity headers are stripped and set', () => {
    expect([...policyOf(compilation).identityHeaders]).toEqual([
      'x-auth-subject',
      'x-auth-issuer',
      'x-auth-email',
      'x-auth-scopes',
    ])
  })

  test('the order of the resources decides nothing', () => {
    const turned = compiled([...shop].reverse())
    expect(turned.problems).toEqual(compilation.problems)
    expect(policyOf(turned)).toEqual(policyOf(compilation))
  })

  test('what comes out is frozen to its last level', () => {
    const policy = policyOf(compilation)
    expect(Object.isFrozen(policy.clients[0]?.session.cookie)).toBe(true)
    expect(Object.isFrozen(policy.fallback.authenticate)).toBe(true)
    const alone = compiled([provider])
    expect(Object.isFrozen(alone.providers[0]?.signingAlgorithms)).toBe(true)
  })

  test('what went in is left as it was, and is not frozen', () => {
    const anyFrozen = (value: unknown): boolean =>
      typeof value === 'object' &&
      value !== null &&
      (Object.isFrozen(value) || Object.values(value).some(anyFrozen))
    const before = structuredClone(shop)
    compiled(shop)
    expect(shop).toEqual(before)
    expect(anyFrozen(shop)).toBe(false)
  })

  test('the summary names every host and its state', () => {
    expect(compilation.routes).toEqual([
      {
        name: 'shop/shop',
        inForce: 'current',
        hosts: [{ state: 'Programmed', host: 'shop.example.com' }],
      },
    ])
  })
})

test('a thousand routes of three hosts each compile, and each host has its own policy', () => {
  const routes = Array.from({ length: 1_000 }, (_, n) =>
    aProtectedRoute(`shop/r${n}`, {
      hosts: [`a${n}.example`, `b${n}.example`, `*.c${n}.example`],
      rules: [{ name: 'x', match: [{ path: { pattern: `/x${n}/[0-9]+` } }], public: true }],
    }),
  )
  const compilation = compiled([provider, client, secret, ...routes])
  expect(compilation.problems).toEqual([])
  for (const n of [0, 1, 500, 999]) {
    expect(policyOf(compilation, `deep.down.c${n}.example`).name).toBe(`shop/r${n}`)
  }
})
