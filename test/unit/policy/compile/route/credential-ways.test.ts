import { describe, expect, test } from 'vitest'
import type { CompilerOptions } from '../../../../../src/policy/compile.ts'
import type { ProtectedRoute } from '../../../../../src/policy/resource/resource.ts'
import { compiled, policyOf } from '../../../../support/compiled.ts'
import {
  anIdentityProvider,
  anOidcClient,
  aProtectedRoute,
  aSecret,
} from '../../../../support/resources.ts'

type Members = ProtectedRoute['spec']['authenticate']
type Authorization = 'AccessToken' | 'IDToken' | 'Keep' | 'Remove'

const clientCredentials = {
  clientCredentials: {
    providerRef: { name: 'keycloak' },
    audiences: ['api'],
    scopes: ['read'],
    cache: { ttl: '90s' },
  },
}
const password = { password: { clientRef: { name: 'shop' } } }
const refreshToken = {
  refreshToken: { clientRef: { name: 'shop' }, from: [{ header: 'refresh-token' }] },
}

const resourcesWith = (route: Members, rule?: Members, authorization?: Authorization) => {
  const upstream = authorization === undefined ? {} : { upstream: { authorization, headers: [] } }
  const inherited = rule === undefined ? upstream : { authenticate: rule, ...upstream }
  const spec = {
    authenticate: route,
    rules: [{ name: 'a', match: [{ path: { prefix: '/a' } }], public: false, ...inherited }],
  }
  return [anIdentityProvider(), anOidcClient(), aSecret(), aProtectedRoute('shop/shop', spec)]
}

const problemsOf = (
  resources: ReturnType<typeof resourcesWith>,
  options: Partial<CompilerOptions['options']> = {},
) =>
  compiled(resources, { options: { allowInsecureIssuers: false, ...options } }).problems.map(
    ({ field, message }) => [field?.join('.'), message],
  )

describe('ways in whose credential the provider alone can judge', () => {
  test('are compiled with what they say, and with what is left to their client', () => {
    const { fallback, rules } = policyOf(
      compiled(resourcesWith([clientCredentials, refreshToken], [password])),
    )
    expect(fallback.authenticate).toMatchObject([
      {
        way: 'clientCredentials',
        provider: { name: 'shop/keycloak' },
        settings: { audiences: ['api'], scopes: ['read'], keptMs: 90_000 },
      },
      {
        way: 'refreshToken',
        provider: { name: 'shop/keycloak' },
        client: { name: 'shop/shop' },
        from: [{ kind: 'header', name: 'refresh-token' }],
      },
    ])
    expect(fallback.tokenNames?.headers).toEqual(new Set(['refresh-token']))
    expect(rules[0]?.authenticate).toMatchObject([
      { way: 'password', client: { name: 'shop/shop' }, settings: { keptMs: 300_000 } },
    ])
    expect(rules[0]?.authenticate[0]).not.toHaveProperty('settings.scopes')
  })

  test.each([
    ['both read Basic', [clientCredentials, password]],
    ['two are of clients', [clientCredentials, clientCredentials]],
    ['two read refresh tokens', [refreshToken, refreshToken]],
  ])('are refused where %s, once for each place', (_, members) => {
    const message = expect.stringContaining('keep one of them here')
    const problems = problemsOf(resourcesWith(members, members))
    expect(problems).toContainEqual(['spec.authenticate', message])
    expect(problems).toContainEqual(['spec.rules.0.authenticate', message])
    expect(problems).toHaveLength(2)
    expect(problemsOf(resourcesWith([clientCredentials, refreshToken]))).toEqual([])
  })

  test('are refused where the upstream would be sent the secret', () => {
    const [first] = problemsOf(resourcesWith([clientCredentials], undefined, 'Keep'))
    expect(first).toEqual([
      'spec.rules.0.upstream.authorization',
      expect.stringContaining('choose `AccessToken`'),
    ])
    expect(problemsOf(resourcesWith([{ session: {} }], [password], 'Keep'))[0]?.[0]).toBe(
      'spec.rules.0.upstream.authorization',
    )
    for (const authorization of ['AccessToken', 'IDToken', 'Remove'] as const) {
      expect(problemsOf(resourcesWith([clientCredentials], undefined, authorization))).toEqual([])
    }
    expect(problemsOf(resourcesWith([refreshToken], undefined, 'Keep'))).toEqual([])
  })

  test('take no refresh token from where access tokens are', () => {
    const from = [{ header: 'authorization' }]
    const members = [{ refreshToken: { clientRef: { name: 'shop' }, from } }]
    expect(problemsOf(resourcesWith(members))[0]).toEqual([
      'spec.authenticate.0.refreshToken.from.0.header',
      expect.stringContaining('holds access tokens: choose another, as in `refresh-token`'),
    ])
  })

  test('hold a ttl that is one', () => {
    const cache = { ttl: '61m' }
    const members = [{ clientCredentials: { ...clientCredentials.clientCredentials, cache } }]
    expect(problemsOf(resourcesWith(members))[0]?.[0]).toBe(
      'spec.authenticate.0.clientCredentials.cache.ttl',
    )
  })
})

describe('passwords of people', () => {
  test('are refused by a process that does not allow them, with the field to set', () => {
    const resources = resourcesWith([password], [password])
    const message = expect.stringContaining('set `credentials.allowPasswordGrant`')
    expect(problemsOf(resources, { forbidsPasswordGrant: true }).slice(0, 2)).toEqual([
      ['spec.authenticate.0.password', message],
      ['spec.rules.0.authenticate.0.password', message],
    ])
    const others = resourcesWith([clientCredentials, refreshToken])
    expect(problemsOf(others, { forbidsPasswordGrant: true })).toEqual([])
  })

  test('are warned about, and taken, where no process is known', () => {
    const { warnings, problems } = compiled(resourcesWith([password], [clientCredentials]))
    expect(problems).toEqual([])
    expect(warnings.map(({ field, message }) => [field.join('.'), message])).toEqual([
      ['spec.authenticate.0.password', expect.stringContaining('RFC 9700 section 2.4 forbids')],
    ])
  })
})
