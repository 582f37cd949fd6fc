import { describe, expect, it } from 'vitest'
import { createCheck } from '../../../src/check/check.ts'
import type { Verdict } from '../../../src/core/decision/decision.ts'
import type { Rule } from '../../../src/core/policy/policy.ts'
import type { PlatformRequirement } from '../../../src/core/policy/requirement.ts'
import {
  aPolicy,
  aRequest,
  aRule,
  aSession,
  FETCH,
  type RequestSketch,
} from '../../support/builders.ts'
import { type FakePorts, fakePorts, unlimited } from '../../support/check-ports.ts'
import { allowed, denied, headerOf } from '../../support/verdicts.ts'

const checked = async (ports: FakePorts, sketch: RequestSketch): Promise<Verdict> =>
  createCheck(ports)(aRequest(sketch), unlimited)

const required = (clause: PlatformRequirement['clause']): PlatformRequirement => ({
  kind: 'platform',
  by: 'office',
  clause,
})

const ranges = [{ written: '10.0.0.0/8', groups: [2560, 0], bits: 8 }] as const
const OFFICE = required({ kind: 'source_addresses', ranges })
const STAFF = required({ kind: 'claim', path: ['groups'], written: 'groups', anyOf: ['staff'] })
const SCOPE = required({ kind: 'scopes', scopes: ['admin'] })

const under = (rule: Partial<Rule>): FakePorts => fakePorts(aPolicy({ fallback: aRule(rule) }))

const INSIDE = { address: '10.1.2.3', headers: FETCH }
const OUTSIDE = { address: '192.0.2.1', headers: FETCH }

describe('R1: what the platform requires of a request of nobody in particular', () => {
  it.each([
    ['public', { public: true, authorize: [OFFICE] }],
    ['anonymous', { authenticate: [{ kind: 'anonymous' }], authorize: [OFFICE] }],
  ] as [string, Partial<Rule>][])('holds on a rule that is %s', async (reason, rule) => {
    expect(allowed(await checked(under(rule), INSIDE)).reason).toBe(reason)
    const refused = denied(await checked(under(rule), OUTSIDE))
    expect(refused).toMatchObject({ status: 403, reason: 'source_address_refused', ways: [] })
    expect(refused.detail).toMatch(
      /^Required by the platform \(office\): The connection .* came from 192\.0\.2\.1/,
    )
    expect(refused.about).toEqual({ policy: 'shop/shop', rule: 'default' })
  })

  it('an address that the gateway does not name is none of those', async () => {
    const refused = await checked(under({ public: true, authorize: [OFFICE] }), { headers: FETCH })
    expect(denied(refused).reason).toBe('source_address_refused')
  })

  it('what an owner asks of the address holds likewise', async () => {
    const rule = { authenticate: [{ kind: 'anonymous' }], authorize: [OFFICE.clause] } as const
    expect(denied(await checked(under(rule), OUTSIDE)).detail).toMatch(/^The connection/)
  })

  it('of alternatives, one that needs nobody may hold', async () => {
    const any = required({ kind: 'any', clauses: [{ kind: 'source_addresses', ranges }] })
    const ports = under({ public: true, authorize: [any] })
    expect(await checked(ports, INSIDE)).toMatchObject({ kind: 'allow' })
    expect(await checked(ports, OUTSIDE)).toMatchObject({ kind: 'deny' })
  })

  it.each([
    ['a claim', STAFF],
    ['a scope', SCOPE],
    ['an e-mail address', { kind: 'email_domains', domains: ['a.b'], allowUnverified: true }],
  ] as [string, Rule['authorize'][number]][])(
    'what is asked of identities (%s) nobody fulfils',
    async (_what, clause) => {
      const refused = denied(await checked(under({ public: true, authorize: [clause] }), INSIDE))
      expect(refused).toMatchObject({ status: 403, reason: 'claim_mismatch' })
      expect(refused.detail).toMatch(/Nobody is signed in/)
    },
  )
})

describe('R1: what the platform requires of identities', () => {
  const asked = (clause: PlatformRequirement) => {
    const ports = under({ authorize: [clause] })
    const cookie = `__Host-sallyport=${ports.keep(aSession(ports.nowMs))}`
    return checked(ports, { ...OUTSIDE, headers: { ...FETCH, cookie } })
  }

  it('is refused with who requires it in the log alone', async () => {
    const refused = denied(await asked(STAFF))
    expect(refused).toMatchObject({ status: 403, reason: 'claim_mismatch' })
    expect(refused.detail).toMatch(
      /^Required by the platform \(office\): The claim groups is absent/,
    )
    expect(refused.ways[0]?.href).toBe('/oauth2/logout')
  })

  it('a missing scope is named in the challenge, as ever', async () => {
    const refused = denied(await asked(SCOPE))
    expect(refused).toMatchObject({ status: 403, reason: 'insufficient_scope' })
    expect(headerOf(refused, 'www-authenticate')).toMatch(/scope="admin"/)
    expect(refused.detail).toBe(
      'Required by the platform (office): Missing: admin; granted: openid email.',
    )
  })

  it('the address is asked for at every request', async () => {
    expect(denied(await asked(OFFICE)).reason).toBe('source_address_refused')
  })
})
