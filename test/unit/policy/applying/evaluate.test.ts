import { describe, expect, it } from 'vitest'
import type { Claims } from '../../../../src/core/identity/identity.ts'
import type { Requirement } from '../../../../src/core/policy/requirement.ts'
import { evaluate } from '../../../../src/policy/applying/evaluate.ts'
import { anIdentity } from '../../../support/builders.ts'

type ClaimClause = Partial<Requirement & { kind: 'claim' }>

const permitted = (clause: ClaimClause, claims: Claims): boolean => {
  const requirement: Requirement = { kind: 'claim', path: ['roles'], written: 'roles', ...clause }
  return evaluate([requirement], anIdentity({ claims })).kind === 'permitted'
}

describe('scopes', () => {
  const requires = (scopes: string[]) =>
    evaluate([{ kind: 'scopes', scopes }], anIdentity({ scopes: ['a', 'b'] }))

  it('every scope is needed', () => {
    expect(requires(['a', 'b'])).toEqual({ kind: 'permitted' })
    expect(requires(['a', 'c'])).toEqual({ kind: 'scope_missing', required: ['a', 'c'] })
  })
})

describe('claims', () => {
  const roles: Claims = { roles: ['buyer', 'reader'] }

  it('anyOf needs one, allOf every one, noneOf none', () => {
    expect(permitted({ anyOf: ['admin', 'buyer'] }, roles)).toBe(true)
    expect(permitted({ anyOf: ['admin'] }, roles)).toBe(false)
    expect(permitted({ allOf: ['buyer', 'reader'] }, roles)).toBe(true)
    expect(permitted({ allOf: ['buyer', 'admin'] }, roles)).toBe(false)
    expect(permitted({ noneOf: ['blocked'] }, roles)).toBe(true)
    expect(permitted({ noneOf: ['reader'] }, roles)).toBe(false)
  })

  it('several clauses of one claim must all hold', () => {
    expect(permitted({ anyOf: ['buyer'], noneOf: ['reader'] }, roles)).toBe(false)
  })

  it('a lone value counts as a list of one, and types are not mixed', () => {
    expect(permitted({ anyOf: ['buyer'] }, { roles: 'buyer' })).toBe(true)
    expect(permitted({ anyOf: ['buyer'] }, { roles: 'buyers' })).toBe(false)
    expect(permitted({ anyOf: [true] }, { roles: true })).toBe(true)
    expect(permitted({ anyOf: ['true'] }, { roles: true })).toBe(false)
    expect(permitted({ anyOf: ['1'] }, { roles: 1 })).toBe(false)
  })

  it('a missing claim satisfies only noneOf and exists: false', () => {
    expect(permitted({ anyOf: ['x'] }, {})).toBe(false)
    expect(permitted({ allOf: ['x'] }, {})).toBe(false)
    expect(permitted({ noneOf: ['x'] }, {})).toBe(true)
    expect(permitted({ exists: false }, {})).toBe(true)
    expect(permitted({ exists: true }, { roles: null })).toBe(false)
    expect(permitted({ exists: true }, { roles: [] })).toBe(true)
  })

  it('names the claim that failed as the operator wrote it', () => {
    const requirement: Requirement = {
      kind: 'claim',
      path: ['realm_access', 'roles'],
      written: 'realm_access.roles',
      anyOf: ['admin'],
    }
    expect(evaluate([requirement], anIdentity())).toEqual({
      kind: 'claim_refused',
      claim: 'realm_access.roles',
      state: 'absent',
    })
  })
})

describe('A7: a claim that the token says is elsewhere', () => {
  const overage: readonly Claims[] = [
    { _claim_names: { roles: 'src1' }, _claim_sources: { src1: { endpoint: 'https://x' } } },
    { _claim_names: { roles: 'src1' }, roles: null },
  ]

  it.each(overage)('satisfies nothing, not even that a value is not there: %j', (claims) => {
    expect(permitted({ noneOf: ['blocked'] }, claims)).toBe(false)
    expect(permitted({ exists: false }, claims)).toBe(false)
    expect(permitted({ anyOf: ['buyer'] }, claims)).toBe(false)
    expect(permitted({ exists: true }, claims)).toBe(false)
  })

  it('a path below it neither', () => {
    const claims = { _claim_names: { realm_access: 'src1' } }
    expect(permitted({ path: ['realm_access', 'roles'], noneOf: ['a'] }, claims)).toBe(false)
  })

  it('groups neither, where the token says only that there are some', () => {
    const groups = { path: ['groups'], written: 'groups', noneOf: ['blocked'] }
    expect(permitted(groups, { hasgroups: true })).toBe(false)
    expect(permitted(groups, { hasgroups: false })).toBe(true)
    expect(permitted(groups, {})).toBe(true)
  })

  it('counts as it is where it is here after all', () => {
    const claims = { _claim_names: { roles: 'src1' }, roles: ['buyer'] }
    expect(permitted({ noneOf: ['blocked'], anyOf: ['buyer'] }, claims)).toBe(true)
  })

  it('is named as elsewhere, and a claim that is not there as absent', () => {
    const requirement: Requirement = {
      kind: 'claim',
      path: ['roles'],
      written: 'roles',
      noneOf: ['x'],
    }
    const state = (claims: Claims, more: object = {}) =>
      evaluate([{ ...requirement, ...more }], anIdentity({ claims }))
    const [elsewhere = {}] = overage
    expect(state(elsewhere)).toMatchObject({ kind: 'claim_refused', state: 'elsewhere' })
    expect(state({}, { anyOf: ['a'] })).toMatchObject({ state: 'absent' })
    expect(state({ roles: ['x'] })).toMatchObject({ state: 'present' })
  })
})

describe('A6: an id beyond 2^53', () => {
  it('is its digits, and not those of its neighbour', () => {
    const claims = { roles: '9007199254740993' }
    expect(permitted({ anyOf: ['9007199254740993'] }, claims)).toBe(true)
    expect(permitted({ anyOf: ['9007199254740992'] }, claims)).toBe(false)
  })
})
