import { describe, expect, it } from 'vitest'
import {
  tokenNamesOf,
  tokenPlacesOf,
} from '../../../../../src/policy/compile/applications/token-places.ts'
import { createFindings } from '../../../../../src/policy/compile/object/findings.ts'
import type { ProtectedRoute } from '../../../../../src/policy/resource/resource.ts'
import { formatField } from '../../../../../src/resources/schema/field-path.ts'
import { compiled, policyOf } from '../../../../support/compiled.ts'
import { anOidcClient, aProtectedRoute, aShop } from '../../../../support/resources.ts'

type Places = NonNullable<Parameters<typeof tokenPlacesOf>[0]>

const read = (from: Places) => {
  const findings = createFindings()
  const places = tokenPlacesOf(from, ['from'], findings).from
  return {
    places,
    told: findings.list().map(({ field, message }) => [formatField(field), message]),
  }
}

describe('`bearer.from`', () => {
  it('is nothing where it is not written', () => {
    expect(tokenPlacesOf(undefined, [], createFindings())).toEqual({})
  })

  it('is a list of places, of which the same name in another kind is another', () => {
    const { places, told } = read([{ header: 'token' }, { cookie: 'token' }, { query: 'token' }])
    expect(told).toEqual([])
    expect(places?.map(({ kind }) => kind)).toEqual(['header', 'cookie', 'query'])
  })

  it.each(['header', 'cookie', 'query'] as const)('names no %s twice', (kind) => {
    const other = { [kind]: 'b' }
    expect(read([{ [kind]: 'a' }, other, { [kind]: 'a' }]).told).toEqual([
      ['from[2]', `The ${kind} "a" is listed twice: remove one`],
    ])
  })

  it('names each repetition, and tells `authorization` apart no more than others', () => {
    const one = { header: 'authorization' }
    expect(read([one, one, one]).told.map(([field]) => field)).toEqual(['from[1]', 'from[2]'])
  })

  it('has exactly one place in a member', () => {
    expect(read([{}, { header: 'a', query: 'b' }]).told.map(([field]) => field)).toEqual([
      'from[0]',
      'from[1]',
    ])
  })

  it.each([
    [{ header: 'cookie' }, 'is reserved'],
    [{ header: 'x-auth-subject' }, 'is reserved'],
    [{ header: 'sec-websocket-key' }, 'is reserved'],
    [{ cookie: '__Host-sallyport-logout' }, 'is one of ours'],
    [{ query: 'sallyport_provider' }, 'is one of ours'],
  ])('takes no place that belongs to somebody else: %j', (place, words) => {
    expect(read([place]).told).toEqual([[expect.any(String), expect.stringContaining(words)]])
  })

  it('takes nothing off `authorization` by itself', () => {
    expect(tokenNamesOf([{ kind: 'header', name: 'authorization' }])).toEqual({})
  })
})

describe('a cookie that holds a token', () => {
  const { provider, client, secret } = aShop()
  const named = (name: string) =>
    anOidcClient('shop/shop', {
      session: { ...client.spec.session, cookie: { ...client.spec.session.cookie, name } },
    })
  const bearing = (cookie: string) => [
    {
      bearer: {
        providerRef: { name: 'keycloak' },
        audiences: ['api'],
        maxBytes: 65_536,
        from: [{ header: 'authorization' }, { cookie }],
      },
    },
    { session: {} },
  ]
  const found = (spec: Partial<ProtectedRoute['spec']>, name = '__Host-app') =>
    compiled([provider, named(name), secret, aProtectedRoute('shop/shop', spec)])
  const told = (spec: Partial<ProtectedRoute['spec']>, name?: string) =>
    found(spec, name).problems.map(({ field, message }) => [formatField(field ?? []), message])
  const RULE = { name: 'api', match: [{ path: { prefix: '/api' } }], public: false }
  const SENTENCE =
    'The cookie "__Host-app" holds the sessions of OIDCClient shop/shop (`session.cookie.name`) and cannot hold a token: name the cookie that does, or rename that of the sessions'

  it('is not that of the sessions, in the route or in a rule, and is told once', () => {
    const authenticate = bearing('__Host-app')
    const place = '.bearer.from[1].cookie'
    expect(told({ authenticate, rules: [RULE] })).toEqual([
      [`spec.authenticate[0]${place}`, expect.stringContaining(SENTENCE)],
    ])
    expect(told({ rules: [{ ...RULE, authenticate }] })).toEqual([
      [`spec.rules[0].authenticate[0]${place}`, expect.stringContaining(SENTENCE)],
    ])
  })

  it('is any other, and taken off what the upstream gets', () => {
    const compilation = found({ authenticate: bearing('__Host-token') })
    expect(compilation.problems).toEqual([])
    expect(policyOf(compilation).fallback.tokenNames?.cookies).toEqual(new Set(['__Host-token']))
    expect(told({ authenticate: bearing('__Host-app') }, '__Host-other')).toEqual([])
  })
})
