import { describe, expect, test } from 'vitest'
import { finish } from '../../../../../src/core/time/steps.ts'
import { createCompiler } from '../../../../../src/policy/compile.ts'
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

const assertion = {
  header: 'x-sallyport-assertion',
  audience: 'shop',
  claims: ['email'],
  lifetime: '1m',
}

const withUpstream = (changes: object, rule: object = {}) => {
  const base = { accessToken: 'Forward', headers: [] } as const
  const spec = {
    upstream: { ...base, ...changes },
    rules: [
      { name: 'a', match: [{ path: { prefix: '/a' } }], public: false, upstream: { ...rule } },
    ],
  }
  return [provider, client, secret, aProtectedRoute('shop/shop', spec)]
}

const problemsOf = (changes: Partial<typeof assertion>, more: object = {}) =>
  compiled(withUpstream({ assertion: { ...assertion, ...changes }, ...more })).problems.map(
    ({ field, message }) => [field?.slice(2).join('.'), message],
  )

describe('an assertion', () => {
  test('is inherited by rules, and replaced as a whole', () => {
    const own = { ...assertion, header: 'x-jwt', audience: 'a', claims: [], lifetime: '10s' }
    const inherited = policyOf(compiled(withUpstream({ assertion })))
    expect(inherited.rules[0]?.upstream).toEqual(inherited.fallback.upstream)
    const replaced = policyOf(compiled(withUpstream({ assertion }, { assertion: own })))
    expect(replaced.rules[0]?.upstream.assertion).toEqual({
      header: 'x-jwt',
      audience: 'a',
      claims: [],
      lifetimeMs: 10_000,
    })
  })

  test('R8: its header is taken off every request of the route, and of its siblings', () => {
    const resources = withUpstream({}, { assertion: { ...assertion, header: 'x-jwt' } })
    const policy = policyOf(compiled(resources))
    expect(policy.identityHeaders).toContain('x-jwt')
    expect(policy.siblingHeaders).toContain('x-jwt')
  })

  test.each([
    'iss',
    'sub',
    'aud',
    'exp',
    'nbf',
    'iat',
    'jti',
    'sub_id',
    'cnf',
    'events',
    'nonce',
    '/iss',
    'sub_id.iss',
    '/aud/0',
  ])('never says %s of the identity in the place of its own', (claim) => {
    expect(problemsOf({ claims: ['email', claim] })).toEqual([
      [
        'assertion.claims.1',
        expect.stringMatching(
          /says itself, or that would make it a token of another kind: remove it/,
        ),
      ],
    ])
  })

  test('every other mistake is told, all at once', () => {
    const changes = {
      header: 'authorization',
      claims: ['a..b', 'email', '/email'],
      lifetime: '11m',
    }
    expect(problemsOf(changes)).toEqual([
      ['assertion.header', expect.stringMatching(/is reserved: choose a name of your own/)],
      ['assertion.claims.0', expect.stringMatching(/has an empty level/)],
      ['assertion.claims.2', expect.stringMatching(/is listed twice: remove one/)],
      ['assertion.lifetime', expect.stringMatching(/is not one between 10s and 600s/)],
    ])
  })

  test('stands in no header that a claim is set in', () => {
    const more = { headers: [{ name: 'x-jwt', claim: 'email' }] }
    expect(problemsOf({ header: 'x-jwt' }, more)[0]).toEqual([
      'assertion.header',
      expect.stringMatching(/carries the assertion and is in `upstream.headers` as well/),
    ])
  })

  test('stands in no header of the product that was here before', () => {
    const more = { compatibility: 'Kong' }
    expect(problemsOf({ header: 'x-id-token' }, more)[0]).toEqual([
      'assertion.header',
      expect.stringMatching(/is set by `compatibility: Kong` as well: choose another name/),
    ])
    expect(problemsOf({}, more)).toEqual([])
  })

  test('is refused, with the field to set, by a process that has no name as an issuer', () => {
    const options = { allowInsecureIssuers: false, lacksAssertionIssuer: true }
    const compiler = createCompiler({ hash: (text) => text, options })
    const resources = withUpstream({ assertion }, { assertion })
    const { problems } = finish(compiler.steps({ resources, invalid: [] }))
    expect(problems.map(({ field }) => field?.join('.'))).toEqual(
      expect.arrayContaining(['spec.upstream.assertion', 'spec.rules.0.upstream.assertion']),
    )
    expect(problems[0]?.message).toMatch(/set `assertions.issuer` of its configuration to a URL/)
    const without = finish(
      createCompiler({ hash: (text) => text, options }).steps({
        resources: withUpstream({}),
        invalid: [],
      }),
    )
    expect(without.problems).toEqual([])
  })

  test('R23: is refused to every other route where its audience lets administrators in', () => {
    const problemsFor = (route: string, audience = assertion.audience) => {
      const keptAudience = { audience, route }
      const options = { allowInsecureIssuers: false, keptAudience }
      const compiler = createCompiler({ hash: (text) => text, options })
      const resources = withUpstream({ assertion }, { assertion })
      return finish(compiler.steps({ resources, invalid: [] })).problems
    }
    expect(problemsFor('sallyport/console').map(({ field }) => field?.join('.'))).toEqual(
      expect.arrayContaining([
        'spec.upstream.assertion.audience',
        'spec.rules.0.upstream.assertion.audience',
      ]),
    )
    expect(problemsFor('sallyport/console')[0]?.message).toMatch(
      /only the ProtectedRoute sallyport\/console may have it: choose another one/,
    )
    expect(problemsFor('shop/shop')).toEqual([])
    expect(problemsFor('sallyport/console', 'another')).toEqual([])
  })
})
