import { describe, expect, it } from 'vitest'
import type {
  ProtectedRouteRule,
  ProtectedRouteSpec,
} from '../../../../../src/policy/resource/resource-specs.generated.ts'
import { compiled, policyOf } from '../../../../support/compiled.ts'
import {
  anIdentityProvider,
  anOidcClient,
  aProtectedRoute,
  aSecret,
} from '../../../../support/resources.ts'

type Upstream = NonNullable<ProtectedRouteRule['upstream']>

const rulesOf = (...upstreams: readonly Upstream[]): readonly ProtectedRouteRule[] =>
  upstreams.map((upstream, index) => ({
    name: `rule-${index}`,
    match: [{ path: { prefix: `/${index}` } }],
    public: false,
    upstream,
  }))

const compiledWith = (changes: Partial<ProtectedRouteSpec>) =>
  compiled([
    anIdentityProvider(),
    anOidcClient('shop/shop'),
    aSecret(),
    aProtectedRoute('shop/shop', changes),
  ])

const problems = (route: Upstream, ...rules: readonly Upstream[]) =>
  compiledWith({ upstream: { headers: [], ...route }, rules: rulesOf(...rules) }).problems.map(
    ({ field = [], message }) => [field.slice(1).join('.'), message],
  )

const policy = (route: Upstream, ...rules: readonly Upstream[]) =>
  policyOf(compiledWith({ upstream: { headers: [], ...route }, rules: rulesOf(...rules) }))

describe('`authorization`', () => {
  it('is the access token, unless something is said', () => {
    expect(policy({}, {}).rules[0]?.upstream.authorization).toBe('AccessToken')
  })

  it.each([
    [{ accessToken: 'Forward' }, 'AccessToken'],
    [{ accessToken: 'None' }, 'Remove'],
    [{ accessToken: 'None', authorization: 'Remove' }, 'Remove'],
    [{ authorization: 'Keep' }, 'Keep'],
    [{ compatibility: 'AuthService' }, 'IDToken'],
    [{ compatibility: 'Kong' }, 'AccessToken'],
  ] as const)('by %j it is %s, on the route and on a rule', (written, kind) => {
    expect(policy(written).fallback.upstream.authorization).toBe(kind)
    expect(policy({}, written).rules[0]?.upstream.authorization).toBe(kind)
  })

  it('of a rule goes before that of its route, whichever name it has', () => {
    const { rules } = policy({ authorization: 'Keep' }, { accessToken: 'None' }, { headers: [] })
    expect(rules.map(({ upstream }) => upstream.authorization)).toEqual(['Remove', 'Keep'])
  })

  it('is refused beside an older name or a product that says something else', () => {
    expect(problems({ authorization: 'Keep', accessToken: 'Forward' })).toEqual([
      ['upstream.accessToken', expect.stringContaining('is an older name of')],
    ])
    expect(problems({}, { compatibility: 'AuthService', accessToken: 'None' })).toEqual([
      ['rules.0.upstream.accessToken', expect.stringContaining('sets `authorization: IDToken`')],
    ])
  })
})

describe('`compatibility`', () => {
  it('is inherited, and ended by `None`', () => {
    const { rules } = policy({ compatibility: 'Kong' }, { headers: [] }, { compatibility: 'None' })
    expect(rules.map(({ upstream }) => upstream.compatibility)).toEqual(['Kong', undefined])
  })

  it('R8: its names are removed on all paths of the host, as they are spelled and in common', () => {
    const { identityHeaders } = policy({}, { compatibility: 'ModAuthOpenIDC' })
    expect([...identityHeaders]).toEqual(
      expect.arrayContaining(['oidc_access_token', 'oidc-access-token']),
    )
  })

  it('is refused beside one of its names, inherited or not', () => {
    const headers = [{ name: 'x-userinfo', claim: 'sub' }]
    const message = expect.stringContaining('is set by `compatibility: Kong` already')
    expect(problems({ compatibility: 'Kong', headers })).toEqual([['upstream.headers', message]])
    expect(problems({ compatibility: 'Kong' }, { headers })).toEqual([
      ['rules.0.upstream.headers', message],
    ])
    const claim = [{ name: 'oidc_claim_sub', claim: 'sub' }]
    expect(problems({ compatibility: 'ModAuthOpenIDC', headers: claim })).not.toEqual([])
  })
})

describe('`passHeaders`', () => {
  it('is inherited by public rules as well', () => {
    const spec = {
      upstream: { headers: [], passHeaders: ['remote-user'] },
      rules: [{ name: 'open', match: [{ path: { prefix: '/open' } }], public: true }],
    }
    const { rules } = policyOf(compiledWith(spec))
    expect(rules[0]?.upstream.passHeaders).toEqual(new Set(['remote-user']))
  })

  it('R8: is refused for what no list names, and for what the route sets anywhere', () => {
    expect(problems({ passHeaders: ['x-user-name'] })).toEqual([
      ['upstream.passHeaders.0', expect.stringContaining('is no identity header')],
    ])
    const message = expect.stringContaining('is set for the upstream by this route')
    const passHeaders = ['x-forwarded-user']
    const headers = [{ name: 'x-forwarded-user', claim: 'sub' }]
    expect(problems({ passHeaders }, { compatibility: 'OAuth2Proxy' })).toEqual([
      ['upstream.passHeaders', message],
    ])
    expect(problems({ headers }, { passHeaders, headers: [] })).toEqual([
      ['rules.0.upstream.passHeaders', message],
    ])
    expect(
      problems({ compatibility: 'ModAuthOpenIDC' }, { passHeaders: ['oidc_claim_sub'] }),
    ).toEqual([['rules.0.upstream.passHeaders', message]])
  })
})

describe('names of headers', () => {
  it('may hold dots, and be those by which other products say who is calling', () => {
    const headers = [
      { name: 'x-user.name', claim: 'name' },
      { name: 'x-forwarded-groups', claim: 'groups' },
    ]
    const { identityHeaders } = policy({ headers })
    expect([...identityHeaders]).toEqual(
      expect.arrayContaining(['x-user.name', 'x-user-name', 'x-forwarded-groups']),
    )
  })

  it.each(['set-cookie', 'content-type', 'access-control-allow-origin', 'x_user', 'vary'])(
    'of a response may not be %s',
    (name) => {
      const response = { headers: [{ name, value: 'a' }] }
      const { problems: found } = compiledWith({ response })
      expect(found.map(({ field = [] }) => field.join('.'))).toEqual([
        'spec.response.headers.0.name',
      ])
    },
  )

  it('of a response are inherited by a rule, which may have none', () => {
    const response = { headers: [{ name: 'x-site', value: 'north' }] }
    const rules = [
      ...rulesOf({}),
      {
        name: 'none',
        match: [{ path: { prefix: '/n' } }],
        public: false,
        response: { headers: [] },
      },
    ]
    const { rules: read } = policyOf(compiledWith({ response, rules }))
    expect(read.map((rule) => rule.response?.headers.length)).toEqual([1, undefined])
  })
})

describe('headers whose expressions look at the request', () => {
  const asked = (count: number) => ({
    headers: Array.from({ length: count }, (_, at) => ({
      name: `x-asked-${at}`,
      cel: `request.method + "${at}"`,
    })),
  })
  const byIdentity = { headers: [{ name: 'x-team', cel: 'claims.team' }] }

  it('are marked, and only where there are any, inherited ones too', () => {
    const { fallback, rules } = policy(asked(1), byIdentity, { authorization: 'Keep' })
    expect(fallback.upstream.toldByRequest).toBe(true)
    expect(rules.map(({ upstream }) => upstream.toldByRequest)).toEqual([undefined, true])
    expect(policy(byIdentity).fallback.upstream.toldByRequest).toBeUndefined()
  })

  it('are eight at most, for each is evaluated at every check', () => {
    expect(problems(asked(8))).toEqual([])
    expect(problems(asked(9))).toEqual([
      ['upstream.headers', expect.stringContaining('Of the headers 9 have expressions')],
    ])
  })
})
