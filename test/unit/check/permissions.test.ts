import { describe, expect, it } from 'vitest'
import { createPermissions } from '../../../src/check/permissions.ts'
import { PLAIN_FORM } from '../../../src/core/decision/header-value.ts'
import type { Identity } from '../../../src/core/identity/identity.ts'
import type { Policy, Rule } from '../../../src/core/policy/policy.ts'
import { anIdentity, aPolicy, aRule } from '../../support/builders.ts'

const permitted = (identity: Identity) => ({ kind: 'authenticated', identity }) as const

const rule = aRule({
  authorize: [{ kind: 'claim', path: ['groups'], written: 'groups', anyOf: ['staff'] }],
  upstream: {
    authorization: 'Remove',
    headers: [{ ...PLAIN_FORM, name: 'x-user-groups', told: { kind: 'claim', path: ['groups'] } }],
  },
})
const policy = aPolicy({ fallback: rule })
const staff = () => anIdentity({ claims: { sub: 'alice', groups: ['staff'] } })

describe('what a rule makes of an identity', () => {
  it('is made once: the same object at every check', () => {
    const permissions = createPermissions()
    const identity = staff()
    const { prepared } = permissions.of(policy, rule, permitted(identity))
    expect(prepared?.setHeaders).toContainEqual(['x-user-groups', '["staff"]'])
    expect(permissions.of(policy, rule, permitted(identity)).prepared).toBe(prepared)
    expect(permissions.ofUnknown(policy, rule)).toBe(permissions.ofUnknown(policy, rule))
  })

  it('is made anew for another identity, however equal', () => {
    const permissions = createPermissions()
    const { prepared } = permissions.of(policy, rule, permitted(staff()))
    expect(permissions.of(policy, rule, permitted(staff())).prepared).not.toBe(prepared)
    const other = anIdentity({ claims: { sub: 'alice', groups: ['guests'] } })
    expect(permissions.of(policy, rule, permitted(other))).toMatchObject({ kind: 'claim_refused' })
  })

  it('is made anew for another policy, be its name and its rule the same', () => {
    const permissions = createPermissions()
    const identity = staff()
    const edited: Policy = { ...policy, identityHeaders: new Set(['x-team']) }
    const of = (one: Policy, under: Rule) =>
      permissions.of(one, under, permitted(identity)).prepared?.removeHeaders
    expect(of(policy, rule)).not.toContain('x-team')
    expect(of(edited, rule)).toContain('x-team')
    const open = { ...rule, public: true }
    expect(permissions.ofUnknown(edited, open).removeHeaders).toEqual(['x-team'])
    expect(permissions.ofUnknown(policy, open).removeHeaders).not.toContain('x-team')
  })

  it('is made anew for another rule of the same name', () => {
    const permissions = createPermissions()
    const identity = staff()
    const strict = aRule({ authorize: [{ kind: 'scopes', scopes: ['orders:read'] }] })
    expect(permissions.of(policy, rule, permitted(identity)).kind).toBe('permitted')
    expect(permissions.of(policy, strict, permitted(identity)).kind).toBe('scope_missing')
    expect(permissions.of(policy, rule, permitted(identity)).kind).toBe('permitted')
  })

  it('is nothing for somebody unknown', () => {
    const nobody = {
      kind: 'unauthenticated',
      reason: 'login_required',
      presented: 'none',
      clearCookies: [],
    } as const
    expect(createPermissions().of(policy, rule, nobody)).toEqual({ kind: 'permitted' })
  })
})

describe('what is kept of it', () => {
  const MAX = 1024 * 1024
  const heavy = (bytes: number) =>
    anIdentity({ claims: { sub: 'alice', groups: ['staff', 'x'.repeat(bytes)] } })

  it('never weighs more than is allowed, however many and however large the claims are', () => {
    const permissions = createPermissions(MAX)
    const rules = Array.from({ length: 20 }, (_, nth) => aRule({ ...rule, name: `rule-${nth}` }))
    let most = 0
    for (let nth = 0; nth < 100; nth += 1) {
      const identity = heavy(100 * nth)
      for (const one of rules) {
        permissions.of(policy, one, permitted(identity))
        most = Math.max(most, permissions.weight())
      }
    }
    expect(most).toBeLessThanOrEqual(MAX)
    expect(most).toBeGreaterThan(MAX * 0.9)
  })

  it('counts the texts twice, as they are kept encoded as well', () => {
    const permissions = createPermissions(MAX)
    permissions.of(policy, rule, permitted(heavy(4_000)))
    expect(permissions.weight()).toBeGreaterThan(8_000)
    expect(permissions.weight()).toBeLessThan(12_000)
  })

  it('is what is used: the rest gives way to what is new', () => {
    const permissions = createPermissions(MAX)
    const [used, unused] = [staff(), staff()]
    const first = permissions.of(policy, rule, permitted(used)).prepared
    const forgotten = permissions.of(policy, rule, permitted(unused)).prepared
    for (let nth = 0; nth < 300; nth += 1) {
      permissions.of(policy, rule, permitted(heavy(4_000)))
      expect(permissions.of(policy, rule, permitted(used)).prepared).toBe(first)
    }
    const again = permissions.of(policy, rule, permitted(unused)).prepared
    expect(again).toEqual(forgotten)
    expect(again).not.toBe(forgotten)
  })

  it('is not one that would take the place of too many others', () => {
    const permissions = createPermissions(MAX)
    const identity = heavy(20_000)
    const first = permissions.of(policy, rule, permitted(identity)).prepared
    expect(permissions.weight()).toBe(0)
    expect(permissions.of(policy, rule, permitted(identity)).prepared).not.toBe(first)
  })
})
