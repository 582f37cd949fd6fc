import { expect, it } from 'vitest'
import { toldHeaders } from '../../../../src/core/decision/identity-headers.ts'
import { metadataOf } from '../../../../src/core/decision/metadata.ts'
import { toldValue } from '../../../../src/core/decision/told-value.ts'
import type { Told } from '../../../../src/core/policy/told.ts'
import { anIdentity } from '../../../support/builders.ts'
import { compileExpression } from '../../../support/compiled.ts'

const told = (written: string): Told => {
  const compiled = compileExpression(written, 'value')
  if (!compiled.ok) throw new Error(compiled.messages.join())
  return { kind: 'expression', expression: compiled.expression }
}

const identity = anIdentity({
  claims: { email: 'ann@example.com', groups: ['team-a', 'staff'], crlf: 'a\r\nx-admin: yes' },
})

it('an expression is told as the value that it comes to', () => {
  expect(toldValue(told('claims.email.split("@")[0]'), identity)).toBe('ann')
  const teams = told('claims.groups.filter(group, group.startsWith("team-"))')
  expect(toldValue(teams, identity)).toEqual(['team-a'])
  expect(toldValue(told('{"a": size(claims.groups)}'), identity)).toEqual({ a: 2 })
})

it('where it fails, nothing is told', () => {
  expect(toldValue(told('claims.gone'), identity)).toBeUndefined()
  const header = { name: 'x-gone', told: told('claims.gone + 1'), format: 'JSON' } as const
  expect(toldHeaders(identity, [{ ...header, encoding: 'Percent' }])).toEqual([])
  expect(metadataOf({ metadata: [{ key: 'a', told: told('claims.gone') }] }, identity)).toEqual({
    metadata: [],
  })
})

it('R9: what it comes to breaks no line', () => {
  const header = { name: 'x-a', told: told('claims.crlf + "!"'), format: 'JSON' } as const
  expect(toldHeaders(identity, [{ ...header, encoding: 'UTF8' }])).toEqual([
    ['x-a', 'a%0D%0Ax-admin: yes!'],
  ])
})
