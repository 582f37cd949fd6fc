import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AuthenticationContextRequirement } from '../../../../src/core/policy/requirement.ts'
import { byNeed } from '../../../../src/policy/applying/by-need.ts'
import { evaluate } from '../../../../src/policy/applying/evaluate.ts'
import { clockSkewFor, evaluateContext } from '../../../../src/policy/applying/evaluate-context.ts'
import {
  aBearerMethod,
  aClient,
  anIdentity,
  aPolicy,
  aProvider,
  aRequest,
  aRule,
} from '../../../support/builders.ts'

const NOW_S = 1_700_000_000
const now = { request: aRequest(), nowMs: NOW_S * 1_000, clockSkewMs: 30_000 }

const contexts = fc.subarray(['pwd', 'mfa', 'phr'], { minLength: 1 })
const clause: fc.Arbitrary<AuthenticationContextRequirement> = fc
  .record(
    {
      kind: fc.constant('authentication_context' as const),
      acrValues: contexts,
      maxAgeMs: fc.constantFrom(10_000, 600_000, 3_600_000),
    },
    { requiredKeys: ['kind'] },
  )
  .filter(({ acrValues, maxAgeMs }) => acrValues !== undefined || maxAgeMs !== undefined)
const staff = { kind: 'claim', path: ['groups'], written: 'groups', anyOf: ['staff'] } as const
const requirement = fc.oneof(
  clause,
  clause.map((one) => ({ kind: 'platform', by: 'security', clause: one }) as const),
  fc
    .array(clause, { minLength: 1, maxLength: 3 })
    .map((some) => ({ kind: 'any', clauses: [staff, ...some] }) as const),
)

describe('what is asked of an authentication', () => {
  it('holds for an acr of the list, as text, and an auth_time of the last while, alone', () => {
    const asked = { acrValues: ['mfa'], maxAgeMs: 600_000 }
    fc.assert(
      fc.property(
        fc.oneof(fc.constantFrom('mfa', 'pwd', ['mfa'], null), fc.jsonValue()),
        fc.oneof(fc.integer({ min: NOW_S - 700, max: NOW_S + 100 }), fc.jsonValue()),
        (acr, authTime) => {
          const claims = JSON.parse(JSON.stringify({ acr, auth_time: authTime }))
          const holds = evaluateContext(asked, claims, now).kind === 'permitted'
          const isRecent =
            typeof authTime === 'number' && authTime >= NOW_S - 630 && authTime <= NOW_S + 30
          expect(holds).toBe(acr === 'mfa' && isRecent)
        },
      ),
    )
  })

  it('holds to the end of the second in which its age ends, as providers count', () => {
    const held = (ms: number) =>
      evaluateContext(
        { maxAgeMs: 600_000 },
        { auth_time: NOW_S - 600 },
        { nowMs: NOW_S * 1_000 + ms, clockSkewMs: 0 },
      ).kind
    expect([held(0), held(999), held(1_000)]).toEqual(['permitted', 'permitted', 'step_up'])
  })

  it('of an age nothing holds where nobody says what time it is', () => {
    const access = evaluateContext({ maxAgeMs: 600_000 }, { auth_time: NOW_S }, undefined)
    expect(access.kind).toBe('step_up')
  })

  it('is never asked for again of whoever has just done it: no loop', () => {
    const property = fc.property(
      fc.array(requirement, { minLength: 1, maxLength: 4 }),
      fc.constantFrom(undefined, 'pwd', 'mfa', 'phr'),
      fc.constantFrom(undefined, NOW_S - 10_000, NOW_S - 100, NOW_S),
      (authorize, acr, authTime) => {
        const before = {
          ...(acr === undefined ? {} : { acr }),
          ...(authTime === undefined ? {} : { auth_time: authTime }),
        }
        const access = evaluate(authorize, anIdentity({ claims: before }), now)
        if (access.kind !== 'step_up') return
        const [acrNow = acr] = access.asked.acrValues ?? []
        const claims = {
          ...(acrNow === undefined ? {} : { acr: acrNow }),
          auth_time: access.asked.maxAgeMs === undefined ? (authTime ?? 0) : NOW_S,
        }
        expect(evaluateContext(access.asked, claims, now).kind).toBe('permitted')
        expect(evaluate(authorize, anIdentity({ claims }), now).kind).toBe('permitted')
      },
    )
    fc.assert(property, { numRuns: 2_000 })
  })

  it('is asked last, so that nothing else is missing where it does not hold', () => {
    const context = { kind: 'authentication_context', acrValues: ['mfa'] } as const
    const any = { kind: 'any', clauses: [context, staff] } as const
    const source = { kind: 'source_addresses', ranges: [] } as const
    expect(byNeed({ authorize: [context, any, source, staff] })).toEqual({
      identity: [staff],
      request: [source, context, any],
      asksContext: true,
    })
    expect(byNeed({ authorize: [source, staff] }).asksContext).toBe(false)
  })
})

describe('how far a clock may differ', () => {
  const provider = (issuer: string, clockSkewMs: number) => aProvider({ issuer, clockSkewMs })

  it('is what the provider of the caller says, a minute at most, and the least of several', () => {
    const policy = aPolicy({ clients: [aClient({ provider: provider('https://a', 90_000) })] })
    const methods = [provider('https://b', 5_000), provider('https://c', 9_000)].map((one) =>
      aBearerMethod({ provider: one }),
    )
    const rule = aRule({ authenticate: methods })
    const client = aClient().name
    expect(clockSkewFor(policy, rule, { client, issuer: 'https://a' })).toBe(60_000)
    expect(clockSkewFor(policy, rule, { issuer: 'https://c' })).toBe(9_000)
    expect(clockSkewFor(policy, rule, { issuer: 'https://other' })).toBe(5_000)
    expect(clockSkewFor(policy, aRule(), { issuer: 'https://other' })).toBe(0)
  })
})
