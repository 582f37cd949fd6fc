import { describe, expect, it } from 'vitest'
import { checkAuthenticationContexts } from '../../../../../src/policy/compile/clause/authentication-context.ts'
import { createFindings } from '../../../../../src/policy/compile/object/findings.ts'
import type { ProtectedRouteSpec } from '../../../../../src/policy/resource/resource-specs.generated.ts'
import { compiled, policyOf } from '../../../../support/compiled.ts'
import {
  anIdentityProvider,
  anOidcClient,
  aProtectedRoute,
  aSecret,
} from '../../../../support/resources.ts'

type Clause = ProtectedRouteSpec['authorize'][number]
type Rule = ProtectedRouteSpec['rules'][number]

const compile = (spec: Partial<ProtectedRouteSpec>) =>
  compiled([anIdentityProvider(), anOidcClient(), aSecret(), aProtectedRoute('shop/shop', spec)])

const clauses = (...authorize: Clause[]) => policyOf(compile({ authorize })).fallback.authorize

const told = (spec: Partial<ProtectedRouteSpec>) =>
  compile(spec).problems.map(({ field, message }) => [
    field.slice(1).join('.'),
    message.replace('; its hosts answer 503 until it is mended.', ''),
  ])

const problems = (...authorize: Clause[]) => told({ authorize })

describe('clauses', () => {
  it('without regard to case, values are kept in lower case, and A to Z alone', () => {
    expect(
      clauses({ claim: 'a', anyOf: ['Ab', 1], noneOf: ['\u212aA'], ignoreCase: true }),
    ).toEqual([
      {
        kind: 'claim',
        path: ['a'],
        written: 'a',
        anyOf: ['ab', 1],
        noneOf: ['\u212aa'],
        ignoreCase: true,
      },
    ])
    expect(clauses({ claim: 'a', anyOf: ['Ab'], ignoreCase: false })).toMatchObject([
      { anyOf: ['Ab'] },
    ])
  })

  it('an e-mail domain must be verified unless it is said', () => {
    expect(clauses({ emailDomains: ['example.com', '*.example.org'] })).toEqual([
      { kind: 'email_domains', domains: ['example.com', '*.example.org'], allowUnverified: false },
    ])
  })

  it('alternatives are of every kind but their own', () => {
    expect(
      clauses({
        any: [
          { scopes: ['a'] },
          { claim: 'a', exists: true },
          { emailDomains: ['example.com'], allowUnverified: true },
          { sourceAddresses: ['10.0.0.0/8'] },
        ],
      }),
    ).toMatchObject([
      {
        kind: 'any',
        clauses: [
          { kind: 'scopes' },
          { kind: 'claim' },
          { kind: 'email_domains' },
          { kind: 'source_addresses' },
        ],
      },
    ])
  })
})

describe('what is wrong with a clause is told, all of it, in sentences', () => {
  it('C23: a literal `*@` means a domain, in whichever list, and within alternatives', () => {
    const sentence = expect.stringContaining('write a clause `emailDomains: [example.com]`')
    expect(
      problems(
        { claim: 'email', anyOf: ['a@example.com', '*@example.com'] },
        { claim: 'email', noneOf: ['*@example.com'] },
        { any: [{ claim: 'email', allOf: ['*@example.com'] }] },
      ),
    ).toEqual([
      ['authorize.0.anyOf.1', sentence],
      ['authorize.1.noneOf.0', sentence],
      ['authorize.2.any.0.allOf.0', sentence],
    ])
  })

  it('patterns that are none, or too large', () => {
    expect(
      problems({ claim: 'a', matches: ['a(?=b)', '', '(a{100}){100}', 'a'.repeat(513)] }),
    ).toEqual([
      ['authorize.0.matches.0', expect.stringMatching(/"a\(\?=b\)" is no RE2 pattern/)],
      ['authorize.0.matches.1', expect.stringMatching(/is empty/)],
      ['authorize.0.matches.2', expect.stringMatching(/\{100\}/)],
      ['authorize.0.matches.3', expect.stringMatching(/is longer than 512 characters/)],
    ])
    expect(problems({ claim: 'a', matches: [] })).toEqual([
      ['authorize.0.matches', 'The list has no pattern: add one'],
    ])
  })

  it('a case that is ignored where nothing is compared', () => {
    expect(problems({ claim: 'a', exists: true, ignoreCase: true })).toEqual([
      ['authorize.0.ignoreCase', expect.stringMatching(/^Nothing is compared/)],
    ])
  })

  it('domains that nobody owns, or that are none', () => {
    expect(
      problems({
        emailDomains: ['*.co.uk', '*.github.io', 'gmail', 'a..b', '*.example.com', 'github.io'],
      }),
    ).toEqual([
      ['authorize.0.emailDomains.0', expect.stringMatching(/public suffix/)],
      ['authorize.0.emailDomains.1', expect.stringMatching(/public suffix/)],
      ['authorize.0.emailDomains.2', expect.stringMatching(/has one label/)],
      ['authorize.0.emailDomains.3', expect.stringMatching(/is no host name/)],
    ])
  })

  it('networks that are none, or have bits behind their prefix', () => {
    expect(problems({ sourceAddresses: ['10.0.0.0/33', '10.1.0.0/8', '2001:db8::1/32'] })).toEqual([
      ['authorize.0.sourceAddresses.0', expect.stringMatching(/is no network in CIDR notation/)],
      ['authorize.0.sourceAddresses.1', expect.stringMatching(/write `10\.0\.0\.0\/8`/)],
      ['authorize.0.sourceAddresses.2', expect.stringMatching(/write `2001:db8:0:0:0:0:0:0\/32`/)],
    ])
  })

  it('empty lists, several kinds, none, and fields of another kind', () => {
    const one = 'The clause has not exactly one of'
    expect(
      problems(
        { emailDomains: [] },
        { sourceAddresses: [] },
        { any: [] },
        {},
        { scopes: ['a'], emailDomains: ['example.com'] },
        { scopes: ['a'], matches: ['b'], exists: true, allowUnverified: true },
        { any: [{}, { scopes: ['a'], claim: 'b', exists: true }] },
      ),
    ).toEqual([
      ['authorize.0.emailDomains', 'The list names no domain: add one'],
      ['authorize.1.sourceAddresses', 'The list names no network: add one'],
      ['authorize.2.any', 'The list has no alternative: add one'],
      ['authorize.3', expect.stringContaining(one)],
      ['authorize.4', expect.stringContaining(one)],
      ['authorize.5.exists', 'This is for `claim` alone: add `claim`, or remove it'],
      ['authorize.5.matches', 'This is for `claim` alone: add `claim`, or remove it'],
      [
        'authorize.5.allowUnverified',
        'This is for `emailDomains` alone: add `emailDomains`, or remove it',
      ],
      ['authorize.6.any.0', expect.stringContaining(one)],
      ['authorize.6.any.1', expect.stringContaining(one)],
    ])
  })
})

const ruled = (rule: Partial<Rule>): Partial<ProtectedRouteSpec> => ({
  rules: [{ name: 'one', match: [], public: false, ...rule }],
})

describe('rules that are chosen by headers and addresses', () => {
  it('are compiled', () => {
    const { rules, pathSensitive } = policyOf(
      compile(
        ruled({
          match: [
            {
              headers: [
                { name: 'x-kind', value: 'a' },
                { name: 'accept', pattern: '.*json' },
              ],
            },
            { sourceAddresses: ['10.0.0.0/8'] },
          ],
        }),
      ),
    )
    expect(pathSensitive).toBe(false)
    expect(rules[0]?.matches).toMatchObject([
      {
        headers: [
          { name: 'x-kind', kind: 'value', value: 'a' },
          { name: 'accept', kind: 'pattern', source: '.*json' },
        ],
      },
      { sourceAddresses: [{ written: '10.0.0.0/8', bits: 8 }] },
    ])
  })

  it('R7: are not public by headers alone, in any member', () => {
    const headers = [{ name: 'x-health', value: '1' }]
    expect(
      told(
        ruled({
          public: true,
          match: [
            { path: { exact: '/a' } },
            { headers },
            { headers, methods: ['OPTIONS'] },
            { headers, path: { exact: '/b' } },
            { headers, sourceAddresses: ['10.0.0.0/8'] },
            { sourceAddresses: ['10.0.0.0/8'] },
            { headers, path: { prefix: '/' } },
          ],
        }),
      ),
    ).toEqual([
      ['rules.0.match.1.headers', expect.stringContaining('anybody can send a header')],
      ['rules.0.match.2.headers', expect.stringContaining('anybody can send a header')],
      ['rules.0.match.6.headers', expect.stringContaining('a `path` other than the prefix')],
    ])
  })

  it.each([
    ['/.*', true],
    ['.*', true],
    ['/healthz|/.*', true],
    ['/(healthz|.*)', true],
    ['/healthz', false],
    ['(?i)/health/.*|/ready', false],
  ])(
    'R7: are not public with the pattern %s, which may match every path: %s',
    (pattern, refused) => {
      const match = [{ headers: [{ name: 'x-health', value: '1' }], path: { pattern } }]
      const sentence = expect.stringContaining('pattern has `/` and a letter or digit first')
      const wrong = [['rules.0.match.0.headers', sentence]]
      expect(told(ruled({ public: true, match }))).toEqual(refused ? wrong : [])
      expect(told(ruled({ match }))).toEqual([])
      const office = match.map((one) => ({ ...one, sourceAddresses: ['10.0.0.0/8'] }))
      expect(told(ruled({ public: true, match: office }))).toEqual([])
    },
  )

  it('what is wrong with them is told, all of it, in sentences', () => {
    expect(
      told(
        ruled({
          match: [
            {},
            { headers: [] },
            {
              headers: [
                { name: 'a' },
                { name: 'b', value: 'c', pattern: 'd' },
                { name: 'c', pattern: 'd(' },
                { name: 'authorization', value: 'a' },
                { name: 'd', value: 'a' },
                { name: 'd', value: 'b' },
              ],
            },
            { sourceAddresses: ['all'] },
            { sourceAddresses: [] },
          ],
        }),
      ),
    ).toEqual([
      ['rules.0.match.0', expect.stringContaining('would match everything')],
      ['rules.0.match.1.headers', 'The list names no header: add one'],
      ['rules.0.match.2.headers.0', expect.stringContaining('exactly one of `value`')],
      ['rules.0.match.2.headers.1', expect.stringContaining('exactly one of `value`')],
      ['rules.0.match.2.headers.2.pattern', expect.stringContaining('is no RE2 pattern')],
      ['rules.0.match.2.headers.3.name', expect.stringContaining('carries a credential')],
      ['rules.0.match.2.headers.5.name', 'The header "d" is listed twice'],
      ['rules.0.match.3.sourceAddresses.0', expect.stringContaining('is no network')],
      ['rules.0.match.4.sourceAddresses', 'The list names no network: add one'],
    ])
  })

  it('R8: are not chosen by a header that the route sets, in whichever rule', () => {
    const match = [{ headers: [{ name: 'x-roles', value: 'admin' }] }]
    const upstream = { headers: [{ name: 'x-roles', claim: 'roles' }] }
    const sentence = expect.stringContaining('"x-roles" is set for the upstream by this route')
    expect(told({ ...ruled({ match }), upstream: { accessToken: 'None', ...upstream } })).toEqual([
      ['rules.0.match.0.headers', sentence],
    ])
    expect(told(ruled({ match, upstream }))).toEqual([['rules.0.match.0.headers', sentence]])
  })
})

describe('what is asked of an authentication', () => {
  const context = (asked: NonNullable<Clause['authenticationContext']>): Clause => ({
    authenticationContext: asked,
  })

  it('is read as it is written', () => {
    expect(clauses(context({ acrValues: ['mfa', 'phr'], maxAge: '1m30s' }))).toEqual([
      { kind: 'authentication_context', acrValues: ['mfa', 'phr'], maxAgeMs: 90_000 },
    ])
    expect(clauses({ any: [context({ maxAge: '10s' })] })).toEqual([
      { kind: 'any', clauses: [{ kind: 'authentication_context', maxAgeMs: 10_000 }] },
    ])
  })

  it.each<[string, string, Clause]>([
    ['authenticationContext', 'Nothing is asked of the authentication', context({})],
    [
      'authenticationContext.acrValues',
      'names no authentication context',
      context({ acrValues: [] }),
    ],
    [
      'authenticationContext.acrValues.0',
      'is not one authentication context',
      context({ acrValues: ['a b'] }),
    ],
    [
      'authenticationContext.maxAge',
      'is not one between 10s and 2592000s',
      context({ maxAge: '9s' }),
    ],
    ['authenticationContext.maxAge', 'has a part of a second', context({ maxAge: '10s500ms' })],
  ])('%s: %s', (field, message, clause) => {
    const [found, ...others] = problems(clause)
    expect(others).toEqual([])
    expect(found).toEqual([`authorize.0.${field}`, expect.stringContaining(message)])
  })

  it('must be something that one authentication can be', () => {
    const [found] = problems(context({ acrValues: ['mfa'] }), context({ acrValues: ['pwd'] }))
    expect(found).toEqual([
      'authorize',
      expect.stringContaining('is in every list of `acrValues` that is asked for here (mfa; pwd)'),
    ])
    expect(problems(context({ acrValues: ['a', 'b'] }), context({ acrValues: ['b'] }))).toEqual([])
  })

  it('needs somebody who authenticated: not anonymous', () => {
    const authenticate = [{ session: {} }, { anonymous: {} }]
    const messages = told({ authenticate, authorize: [context({ maxAge: '10s' })] })
    expect(messages.map(([field]) => field)).toEqual(['authorize'])
  })
})

describe('a rule that takes nothing that tells of an authentication', () => {
  it('is refused where one is asked for, alternatives included', () => {
    const clause = { kind: 'authentication_context', maxAgeMs: 10_000 } as const
    const findings = createFindings()
    const asking = { authorize: [{ kind: 'any', clauses: [clause] } as const] }
    checkAuthenticationContexts({ ...asking, takesAuthenticated: false }, ['authorize'], findings)
    expect(findings.list()).toMatchObject([
      {
        field: ['authorize', 0, 'authenticationContext'],
        message: expect.stringContaining('neither sessions nor tokens'),
      },
    ])
    const none = createFindings()
    checkAuthenticationContexts({ ...asking, takesAuthenticated: true }, ['authorize'], none)
    expect(none.list()).toEqual([])
  })
})
