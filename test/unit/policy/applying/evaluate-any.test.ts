import { describe, expect, it } from 'vitest'
import type { AnyRequirement, Requirement } from '../../../../src/core/policy/requirement.ts'
import { parseAddressRange } from '../../../../src/core/request/source-address.ts'
import { byNeed } from '../../../../src/policy/applying/by-need.ts'
import { evaluate } from '../../../../src/policy/applying/evaluate.ts'
import { anIdentity, aRequest } from '../../../support/builders.ts'

type Alternative = AnyRequirement['clauses'][number]

const range = parseAddressRange('10.0.0.0/8')
if ('kind' in range) throw new Error('10.0.0.0/8 is a network.')

const office: Alternative = { kind: 'source_addresses', ranges: [range] }
const scopes = (...names: string[]): Alternative => ({ kind: 'scopes', scopes: names })
const staff: Alternative = {
  kind: 'claim',
  path: ['groups'],
  written: 'groups',
  anyOf: ['staff'],
}
const any = (...clauses: Alternative[]): Requirement => ({ kind: 'any', clauses })

const identity = anIdentity({ scopes: ['read'], claims: { groups: ['guests'] } })
const from = (address?: string) => ({
  request: aRequest(address === undefined ? {} : { address }),
  nowMs: 0,
})

describe('alternatives', () => {
  it('one that holds is enough, whichever it is', () => {
    expect(evaluate([any(staff, scopes('read'))], identity)).toEqual({ kind: 'permitted' })
    expect(evaluate([any(office, staff)], identity, from('10.1.2.3'))).toEqual({
      kind: 'permitted',
    })
  })

  it('where none holds, it is said what each came to', () => {
    expect(evaluate([any(scopes('write'), staff, office)], identity, from('192.0.2.1'))).toEqual({
      kind: 'none_holds',
      each: [
        { kind: 'scope_missing', required: ['write'] },
        { kind: 'claim_refused', claim: 'groups', state: 'present' },
        {
          kind: 'clause_refused',
          reason: 'source_address_refused',
          detail: 'The connection to the gateway came from 192.0.2.1, which is not in 10.0.0.0/8.',
        },
      ],
    })
  })

  it('scopes alone that are missing are asked for, those of the first alternative', () => {
    expect(evaluate([any(scopes('write'))], identity)).toEqual({
      kind: 'scope_missing',
      required: ['write'],
    })
    expect(evaluate([any(scopes('write'), scopes('read', 'admin'))], identity)).toEqual({
      kind: 'scope_missing',
      required: ['write'],
      alternatives: [['read', 'admin']],
    })
  })

  it('are beside other clauses, which have to hold as well', () => {
    const clauses = [any(scopes('read')), staff]
    expect(evaluate(clauses, identity)).toMatchObject({ kind: 'claim_refused' })
  })
})

describe('the address of the connection', () => {
  it.each([
    [
      undefined,
      'The gateway names no address for the connection, and one in 10.0.0.0/8 is required.',
    ],
    ['unknown', 'The connection to the gateway came from unknown, which is not in 10.0.0.0/8.'],
  ])('%j is refused', (address, detail) => {
    const refusal = { kind: 'clause_refused', reason: 'source_address_refused', detail }
    expect(evaluate([office], identity, from(address))).toEqual(refusal)
  })

  it('does not hold where nobody says what was asked', () => {
    expect(evaluate([office], identity)).toMatchObject({ reason: 'source_address_refused' })
  })
})

describe('what a clause looks at', () => {
  const needs = (...authorize: Requirement[]) => {
    const { identity: known, request } = byNeed({ authorize })
    return [known.length, request.length]
  }

  it('is the identity alone, and decided once, unless a member of it looks at the request', () => {
    const domains: Alternative = { kind: 'email_domains', domains: ['a.b'], allowUnverified: false }
    expect(needs(scopes('a'), staff, domains)).toEqual([3, 0])
    expect(needs(any(scopes('a'), staff, domains))).toEqual([1, 0])
    expect(needs(office, any(staff, office))).toEqual([0, 2])
  })
})
