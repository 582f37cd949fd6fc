import { describe, expect, it } from 'vitest'
import { createCheck } from '../../../src/check/check.ts'
import type { Claims } from '../../../src/core/identity/identity.ts'
import type { Requirement } from '../../../src/core/policy/requirement.ts'
import { parseAddressRange } from '../../../src/core/request/source-address.ts'
import { aPolicy, aRequest, aRule, aSession, someTokens } from '../../support/builders.ts'
import { fakePorts, unlimited } from '../../support/check-ports.ts'
import { allowed, denied, headersOf } from '../../support/verdicts.ts'

const range = parseAddressRange('10.0.0.0/8')
if ('kind' in range) throw new Error('10.0.0.0/8 is a network.')

const office = { kind: 'source_addresses', ranges: [range] } as const
const staff = { kind: 'claim', path: ['groups'], written: 'groups', anyOf: ['staff'] } as const
const write = { kind: 'scopes', scopes: ['write'] } as const
const domain = {
  kind: 'email_domains',
  domains: ['example.com'],
  allowUnverified: false,
} as const

/** Somebody with these claims, who asks again and again from wherever it is. */
const asking = (claims: Claims, ...authorize: readonly Requirement[]) => {
  const ports = fakePorts(aPolicy({ fallback: aRule({ authorize }) }))
  const tokens = someTokens(ports.nowMs, { claims: { sub: 'alice', ...claims } })
  const cookie = `__Host-sallyport=${ports.keep(aSession(ports.nowMs, { tokens }))}`
  const check = createCheck(ports)
  return (address?: string) => {
    const headers = { cookie }
    return check(aRequest(address === undefined ? { headers } : { headers, address }), unlimited)
  }
}

describe('an identity that a clause does not permit', () => {
  it.each<[string, string, Claims, readonly Requirement[]]>([
    [
      'email_domain_mismatch',
      'The domain of the claim email is none of example.com.',
      { email: 'a@example.org', email_verified: true },
      [domain],
    ],
    [
      'source_address_refused',
      'The connection to the gateway came from 192.0.2.1, which is not in 10.0.0.0/8.',
      {},
      [office],
    ],
    [
      'no_alternative_holds',
      'No alternative holds: (1) The claim groups does not satisfy the rule. (2) The connection to the gateway came from 192.0.2.1, which is not in 10.0.0.0/8. (3) Missing: write; granted: openid email.',
      { groups: ['guests'] },
      [{ kind: 'any', clauses: [staff, office, write] }],
    ],
    [
      'claim_mismatch',
      'The claim groups is an object, and only texts, numbers, booleans and lists of those can be compared.',
      { groups: { staff: true } },
      [staff],
    ],
    [
      'claim_mismatch',
      'The claim groups is a list that holds objects or lists, and only texts, numbers and booleans can be compared.',
      { groups: [{ name: 'staff' }] },
      [staff],
    ],
  ])('%s: %s', async (reason, detail, claims, authorize) => {
    const verdict = denied(await asking(claims, ...authorize)('192.0.2.1'))
    expect(verdict).toMatchObject({ status: 403, reason, about: { subject: 'alice' } })
    expect(verdict.detail).toBe(detail)
    expect(headersOf(verdict, 'www-authenticate')).toEqual([])
  })

  it('lacks scopes alone, and is told those of the first alternative', async () => {
    const admin = { kind: 'scopes', scopes: ['admin', 'openid'] } as const
    const verdict = denied(await asking({}, { kind: 'any', clauses: [write, admin] })())
    expect(verdict).toMatchObject({ status: 403, reason: 'insufficient_scope' })
    expect(verdict.detail).toBe('Missing: write, or admin; granted: openid email.')
    expect(headersOf(verdict, 'www-authenticate')).toEqual([
      'Bearer realm="shop.example.com", error="insufficient_scope", scope="write"',
    ])
  })
})

describe('what looks at the request', () => {
  it.each<[string, Requirement]>([
    ['an address', office],
    ['alternatives with an address', { kind: 'any', clauses: [staff, office] }],
  ])('%s is asked at every check, of one and the same identity', async (_what, clause) => {
    const ask = asking({ groups: ['guests'] }, clause)
    allowed(await ask('10.1.2.3'))
    denied(await ask('192.0.2.1'))
    denied(await ask())
    allowed(await ask('10.9.9.9'))
  })

  it('what the identity alone decides is known from the first check on', async () => {
    const ask = asking({ groups: ['staff'] }, { kind: 'any', clauses: [write, staff] })
    const first = allowed(await ask())
    expect(allowed(await ask('192.0.2.1')).prepared).toBe(first.prepared)
    expect(first.prepared).toBeDefined()
  })

  it('holds beside what the identity decides: neither opens for the other', async () => {
    denied(await asking({ groups: ['guests'] }, staff, office)('10.1.2.3'))
    denied(await asking({ groups: ['staff'] }, staff, office)('192.0.2.1'))
    allowed(await asking({ groups: ['staff'] }, staff, office)('10.1.2.3'))
  })
})
