import { describe, expect, it } from 'vitest'
import type { Requirement } from '../../../../src/core/policy/requirement.ts'
import { byNeed } from '../../../../src/policy/applying/by-need.ts'
import { evaluate } from '../../../../src/policy/applying/evaluate.ts'
import { haveSameNeeds } from '../../../../src/policy/applying/same-needs.ts'
import { anIdentity, aRequest, aRule } from '../../../support/builders.ts'
import { compileExpression } from '../../../support/compiled.ts'

const cel = (written: string): Requirement => {
  const compiled = compileExpression(written, 'condition')
  if (!compiled.ok) throw new Error(compiled.messages.join())
  return { kind: 'cel', expression: compiled.expression }
}

const identity = anIdentity({ claims: { team: 'a', level: 3 } })

const asked = { request: aRequest({ method: 'GET' }), nowMs: 0 }

const access = (written: string) => evaluate([cel(written)], identity, asked)

describe('a clause that is an expression', () => {
  it('permits what it says is true, and nothing else', () => {
    expect(access('claims.team == "a" && request.method == "GET"')).toEqual({ kind: 'permitted' })
    expect(access('claims.team == "b"')).toEqual({
      kind: 'clause_refused',
      reason: 'expression_refused',
      detail: 'The expression `claims.team == "b"` is false.',
    })
    expect(access('claims.level')).toEqual({
      kind: 'clause_refused',
      reason: 'expression_failed',
      detail: 'The expression `claims.level` came to something that is neither true nor false.',
    })
    expect(access('claims.gone')).toEqual({
      kind: 'clause_refused',
      reason: 'expression_failed',
      detail: 'The expression `claims.gone` failed: there is no claim `gone` (at character 7).',
    })
  })

  it('is known in the log by its beginning, in one line', () => {
    const refused = access(`claims.team == "${'b'.repeat(300)}"\n&& true`)
    const detail = refused.kind === 'clause_refused' ? refused.detail : ''
    expect(detail.length).toBeLessThan(260)
    expect(detail).toContain('…')
    expect(access('claims.team\n  == "b"')).toMatchObject({
      detail: 'The expression `claims.team == "b"` is false.',
    })
  })

  it('is decided once for each identity where it looks at nothing else', () => {
    const [alone, beside] = [cel('claims.team == "a"'), cel('now > timestamp(0)')]
    const any: Requirement = { kind: 'any', clauses: [alone, beside].flatMap(alternatives) }
    const rule = aRule({ authorize: [beside, alone, any] })
    expect(byNeed(rule)).toMatchObject({ identity: [alone], request: [beside, any] })
    expect(evaluate([beside], identity)).toMatchObject({ reason: 'expression_failed' })
    expect(evaluate([any], anIdentity({ claims: {} }), asked)).toMatchObject({ kind: 'none_holds' })
  })

  it('of the same text asks for the same', () => {
    const rule = aRule({ authorize: [cel('claims.team == "a"')] })
    expect(haveSameNeeds(rule, aRule({ authorize: [cel('claims.team == "a"')] }))).toBe(true)
    expect(haveSameNeeds(rule, aRule({ authorize: [cel('claims.team == "b"')] }))).toBe(false)
  })
})

const alternatives = (one: Requirement) =>
  one.kind === 'any' || one.kind === 'platform' ? [] : [one]
