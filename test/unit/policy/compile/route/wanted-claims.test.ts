import { expect, it } from 'vitest'
import type { Policy } from '../../../../../src/core/policy/policy.ts'
import { finish } from '../../../../../src/core/time/steps.ts'
import { wantedClaims } from '../../../../../src/policy/compile/route/wanted-claims.ts'
import { aBearerMethod, aClient, aPolicy, aRule } from '../../../../support/builders.ts'
import { aDecisionPoint } from '../../../../support/decision-points.ts'

const CLIENT = aClient({ scopes: ['openid'] })

const wanted = (changes: Partial<Policy>): readonly string[] =>
  (finish(wantedClaims([aPolicy({ clients: [CLIENT], ...changes })])).get(CLIENT.name) ?? []).map(
    ({ name }) => name,
  )

const upstream = {
  authorization: 'Remove',
  headers: [
    {
      name: 'x-roles',
      told: { kind: 'claim', path: ['realm_access', 'roles'] },
      format: 'JSON',
      encoding: 'Percent',
    },
  ],
} as const

it('B12: claims are wanted by headers, and by rules that ask for something, each once', () => {
  const authorize = [
    { kind: 'claim', path: ['groups'], written: 'groups', anyOf: ['admins'] },
    { kind: 'claim', path: ['groups'], written: 'groups', allOf: ['staff'] },
    { kind: 'claim', path: ['vip'], written: 'vip', exists: true },
    { kind: 'scopes', scopes: ['orders:read'] },
  ] as const
  const rules = [aRule({ upstream })]
  expect(wanted({ rules, fallback: aRule({ authorize }) })).toEqual([
    'realm_access.roles',
    'groups',
    'vip',
  ])
})

it('B12: what a decision point is told is wanted', () => {
  const claims = [
    { name: 'email', path: ['email'] },
    { name: 'realm_access.roles', path: ['realm_access', 'roles'] },
  ]
  const decisionPoint = aDecisionPoint({ claims })
  expect(wanted({ fallback: aRule({ decisionPoint }) })).toEqual(['email', 'realm_access.roles'])
  const ofTokens = aRule({ decisionPoint, authenticate: [aBearerMethod()] })
  expect(wanted({ fallback: ofTokens })).toEqual([])
})

it('B12: a claim that may not be there is not wanted', () => {
  const authorize = [
    { kind: 'claim', path: ['blocked'], written: 'blocked', exists: false },
    { kind: 'claim', path: ['groups'], written: 'groups', noneOf: ['guests'] },
  ] as const
  expect(wanted({ fallback: aRule({ authorize }) })).toEqual([])
})

it('B12: a rule without sessions, or that is public, wants nothing of them', () => {
  const rules = [
    aRule({ upstream, authenticate: [aBearerMethod()] }),
    aRule({ upstream, public: true }),
  ]
  expect(wanted({ rules })).toEqual([])
})

it('B12: the e-mail is wanted of a client that requests it, by every client of its own', () => {
  const clients = [aClient({ name: 'a/a', scopes: ['openid', 'email'] }), CLIENT]
  const found = finish(wantedClaims([aPolicy({ clients }), aPolicy({ clients })]))
  expect([...found]).toEqual([
    ['a/a', [{ name: 'email', path: ['email'] }]],
    [CLIENT.name, []],
  ])
})

it('B12: patterns, domains and alternatives want the claims that they look at', () => {
  const email = { kind: 'email_domains', domains: ['example.com'] } as const
  const authorize = [
    { kind: 'claim', path: ['department'], written: 'department', matches: [] },
    { ...email, allowUnverified: true },
    {
      kind: 'any',
      clauses: [
        { kind: 'claim', path: ['groups'], written: 'groups', anyOf: ['staff'] },
        { ...email, allowUnverified: false },
        { kind: 'scopes', scopes: ['orders:read'] },
        { kind: 'source_addresses', ranges: [] },
      ],
    },
  ] as const
  expect(wanted({ fallback: aRule({ authorize }) })).toEqual([
    'department',
    'email',
    'groups',
    'email_verified',
  ])
})
