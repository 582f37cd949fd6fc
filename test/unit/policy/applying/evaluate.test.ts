import { describe, expect, it } from 'vitest'
import type { Claims } from '../../../../src/core/identity/identity.ts'
import type { TextPattern } from '../../../../src/core/policy/match.ts'
import type { Requirement } from '../../../../src/core/policy/requirement.ts'
import { evaluate } from '../../../../src/policy/applying/evaluate.ts'
import { textPattern } from '../../../../src/policy/matching/text-pattern.ts'
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

describe('R23: a claim that nothing can be compared with', () => {
  const odd: readonly (readonly [string, Claims])[] = [
    ['object', { roles: {} }],
    ['object', { roles: { buyer: true } }],
    ['mixed_list', { roles: [{}] }],
    ['mixed_list', { roles: ['buyer', ['reader']] }],
  ]

  it.each(odd)('%s: satisfies nothing, not even that it lacks a value: %j', (state, claims) => {
    for (const clause of [
      { anyOf: ['buyer'] },
      { allOf: ['buyer'] },
      { noneOf: ['blocked'] },
      { matches: [ANYTHING] },
      { noneOf: ['blocked'], exists: true },
    ]) {
      const requirement: Requirement = {
        kind: 'claim',
        path: ['roles'],
        written: 'roles',
        ...clause,
      }
      const refusal = { kind: 'claim_refused', claim: 'roles', state }
      expect(evaluate([requirement], anIdentity({ claims }))).toEqual(refusal)
    }
  })

  it('is there all the same', () => {
    for (const [, claims] of odd) {
      expect(permitted({ exists: true }, claims)).toBe(true)
      expect(permitted({ exists: false }, claims)).toBe(false)
    }
  })

  it('a member that is null is no value', () => {
    expect(permitted({ anyOf: ['buyer'] }, { roles: [null, 'buyer'] })).toBe(true)
    expect(permitted({ noneOf: ['buyer'] }, { roles: [null] })).toBe(true)
  })
})

const patternOf = (source: string, ignoreCase = false): TextPattern => {
  const checked = textPattern(source, { ignoreCase })
  if (!checked.ok) throw new Error(checked.message)
  return checked.value
}

const ANYTHING = patternOf('(?s).*')

describe('patterns', () => {
  const matches = (claim: Claims[string], ...sources: string[]): boolean =>
    permitted({ matches: sources.map((source) => patternOf(source)) }, { roles: claim })

  it('the claim or a member of it matches one of them, as a whole', () => {
    expect(matches('sales-eu', 'sales-[a-z]{2}')).toBe(true)
    expect(matches('xsales-eu', 'sales-[a-z]{2}')).toBe(false)
    expect(matches('sales-eux', 'sales-[a-z]{2}')).toBe(false)
    expect(matches(['a', 'sales-us'], 'it', 'sales-[a-z]{2}')).toBe(true)
    expect(matches('a', 'a|b')).toBe(true)
    expect(matches('a|b', 'a|b')).toBe(false)
    expect(matches('Sales-eu', 'sales-[a-z]{2}')).toBe(false)
  })

  it.each([1, true, null, [1, true], []])('what is no text matches nothing: %j', (claim) => {
    expect(matches(claim, '(?s).*')).toBe(false)
  })

  it('a value of more than 1 KiB matches nothing', () => {
    expect(matches('a'.repeat(1024), 'a*')).toBe(true)
    expect(matches('a'.repeat(1025), 'a*')).toBe(false)
    expect(matches(['a'.repeat(1025), 'a'], 'a*')).toBe(true)
  })

  it('they hold beside the lists', () => {
    const clause = { matches: [patternOf('sales-.*')], noneOf: ['sales-xx'] }
    expect(permitted(clause, { roles: 'sales-eu' })).toBe(true)
    expect(permitted(clause, { roles: ['sales-eu', 'sales-xx'] })).toBe(false)
    expect(permitted(clause, {})).toBe(false)
  })
})

describe('R23: without regard to case', () => {
  const ignoring = (clause: ClaimClause, claim: Claims[string]): boolean =>
    permitted({ ...clause, ignoreCase: true }, { roles: claim })

  it('A to Z are a to z in every list', () => {
    expect(ignoring({ anyOf: ['staff'] }, ['STAFF'])).toBe(true)
    expect(ignoring({ allOf: ['staff', 'it'] }, ['Staff', 'IT'])).toBe(true)
    expect(ignoring({ noneOf: ['guests'] }, 'Guests')).toBe(false)
    expect(ignoring({ anyOf: [1, true] }, [true])).toBe(true)
  })

  it('no other letter is taken for one of them, in lists and in patterns', () => {
    expect(ignoring({ anyOf: ['kate'] }, '\u212aate')).toBe(false)
    expect(ignoring({ anyOf: ['sam'] }, '\u017fam')).toBe(false)
    expect(ignoring({ matches: [patternOf('kate', true)] }, 'KATE')).toBe(true)
    expect(ignoring({ matches: [patternOf('kate', true)] }, '\u212aate')).toBe(false)
    expect(ignoring({ matches: [patternOf('.am', true)] }, '\u017fam')).toBe(false)
    expect(ignoring({ matches: [patternOf('müller', true)] }, 'MÜLLER')).toBe(true)
  })
})
