import { describe, expect, it } from 'vitest'
import { inquiryFindings } from '../../../src/cli/doctor/inquiry-findings.ts'
import type { IntrospectionMethod } from '../../../src/core/provider/token-inquiry.ts'
import type { Verification } from '../../../src/core/provider/token-verifier.ts'
import { Fault } from '../../../src/core/reason/fault.ts'
import { offlineInquiry } from '../../../src/explain/offline/offline-inquiry.ts'
import { jwtOf } from '../../../src/explain/offline/standing-token.ts'
import { aClient, aPolicy, aProvider, aRule } from '../../support/builders.ts'
import { unlimited } from '../../support/check-ports.ts'
import { handSetClock } from '../../support/hand-set-clock.ts'
import { seededRandom } from '../../support/seeded-random.ts'

const method: IntrospectionMethod = {
  kind: 'credential',
  way: 'introspection',
  provider: aProvider(),
  client: aClient(),
  settings: {
    audiences: ['api'],
    audienceClaim: 'aud',
    signed: 'Auto',
    maxBytes: 65_536,
    ttlMs: 30_000,
  },
}

const userinfo = {
  kind: 'credential',
  way: 'userinfo',
  provider: aProvider(),
  settings: { maxBytes: 65_536, ttlMs: 30_000 },
} as const

const inactive: Verification = { kind: 'rejected', reason: 'token_inactive', detail: 'No.' }
const audience: Verification = { kind: 'rejected', reason: 'token_audience_mismatch', detail: '' }

describe('what doctor finds of providers that are asked about tokens', () => {
  const findings = (answer: () => Verification, triesCredentials = true, isOfInterest = true) => {
    const interest = { triesCredentials, isAsked: () => isOfInterest }
    const tokens: string[] = []
    const ask = (token: string) => {
      tokens.push(token)
      return answer()
    }
    const policy = aPolicy({ fallback: aRule({ authenticate: [method, method, userinfo] }) })
    const found = inquiryFindings(policy, interest, {
      inquiry: { introspect: ask, userinfo: ask },
      random: seededRandom('doctor'),
      newBudget: () => unlimited,
    })
    return { found, tokens }
  }

  it('is well where a made-up token is inactive, with what Keycloak needs besides', async () => {
    const { found, tokens } = findings(() => inactive)
    expect((await found).map(({ state }) => state)).toEqual(['well', 'well'])
    expect((await found)[0]?.message).toContain('audience mapper')
    expect(tokens).toHaveLength(2)
  })

  it('is a problem where it is vouched for, or nobody answers', async () => {
    const vouching = await findings(() => audience).found
    expect(vouching.map(({ state }) => state)).toEqual(['problem', 'problem'])
    const away = await findings(() => {
      throw new Fault('provider_misconfigured', 'invalid_client.')
    }).found
    expect(away.map(({ state }) => state)).toEqual(['problem', 'problem'])
    expect(away[0]?.message).toContain('invalid_client')
  })

  it('is unknown where nobody is to be asked', async () => {
    const { found, tokens } = findings(() => inactive, false)
    expect((await found).map(({ state }) => state)).toEqual(['unknown', 'unknown'])
    expect(tokens).toEqual([])
  })

  it('is nothing of a provider that is of no interest, which is not asked', async () => {
    const { found, tokens } = findings(() => inactive, true, false)
    expect([await found, tokens]).toEqual([[], []])
  })
})

describe('what explain says offline of tokens that a provider would be asked about', () => {
  const clock = handSetClock()
  const inquiry = offlineInquiry(clock)
  const { issuer } = method.provider
  const exp = Math.floor(clock.nowMs() / 1_000) + 60
  const jwt = (claims: Readonly<Record<string, string | number>>) =>
    jwtOf('at+jwt', { iss: issuer, sub: 'alice', aud: 'api', exp, ...claims })

  it('takes a JWT for one that is vouched for, and judges what it says', () => {
    const asked = (claims = {}) => inquiry.introspect(jwt(claims), [method], unlimited)
    expect(asked()).toMatchObject({ kind: 'verified', subject: 'alice' })
    expect(asked({ aud: 'other' })).toMatchObject({ reason: 'token_audience_mismatch' })
    expect(asked({ iss: 'https://other.example.com' })).toMatchObject({
      reason: 'token_issuer_mismatch',
    })
    expect(inquiry.userinfo(jwt({}), [userinfo], unlimited)).toMatchObject({ kind: 'verified' })
  })

  it('reads what binds one, as the service would have it proven', () => {
    const jkt = 'A'.repeat(43)
    const bound = jwtOf('at+jwt', { iss: issuer, sub: 'alice', aud: 'api', exp, cnf: { jkt } })
    const asked = (token: string, proof?: 'MutualTLS') =>
      inquiry.introspect(token, [proof === undefined ? method : { ...method, proof }], unlimited)
    expect(asked(bound)).toMatchObject({ kind: 'verified', binding: { jkt } })
    expect(asked(bound, 'MutualTLS')).toMatchObject({ reason: 'token_unbound' })
    expect(inquiry.userinfo(bound, [userinfo], unlimited)).toMatchObject({
      reason: 'token_type_invalid',
    })
  })

  it('refuses at userinfo, as the service does, what a provider of many tenants would be shown', () => {
    const tenants = ['t1']
    const provider = aProvider({ issuer: 'https://sso.example.com/{tenantid}', tenants })
    const iss = 'https://sso.example.com/t1'
    const asked = inquiry.userinfo(jwt({ iss, tid: 't1' }), [{ ...userinfo, provider }], unlimited)
    expect(asked).toMatchObject({
      reason: 'token_issuer_mismatch',
      detail: expect.stringContaining('many tenants'),
    })
  })

  it('says who would be asked about one that says nothing', () => {
    expect(() => inquiry.introspect('opaque', [method], unlimited)).toThrow(
      /the introspection endpoint of .*, as OIDCClient shop\/shop, would be shown the token/,
    )
    expect(() => inquiry.userinfo('opaque', [userinfo], unlimited)).toThrow(/userinfo endpoint/)
  })
})
