import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DecisionPoint } from '../../../src/core/policy/decision-point.ts'
import { parseJsonObject } from '../../../src/outbound/json.ts'
import { complaintIn, readAnswer } from '../../../src/pdp/answers.ts'

type Protocol = DecisionPoint['protocol']

const kindOf = (protocol: Protocol, answer: unknown): string => {
  const object = parseJsonObject(JSON.stringify(answer))
  if (object === undefined) return 'no object'
  return readAnswer(protocol, object)?.kind ?? 'none'
}

const detailOf = (protocol: Protocol, answer: unknown): string | undefined => {
  const ruling = readAnswer(protocol, parseJsonObject(JSON.stringify(answer)) ?? {})
  return ruling?.kind === 'denied' ? ruling.detail : undefined
}

describe('the answer of an AuthZEN decision point', () => {
  it.each([
    [{ decision: true }, 'permitted'],
    [{ decision: true, context: { reason_admin: { en: 'fine' } } }, 'permitted'],
    [{ decision: false }, 'denied'],
    [{ decision: 'true' }, 'none'],
    [{ decision: 1 }, 'none'],
    [{ decision: [true] }, 'none'],
    [{ decision: { decision: true } }, 'none'],
    [{ decision: null }, 'none'],
    [{ Decision: true }, 'none'],
    [{ result: true }, 'none'],
    [{}, 'none'],
  ])('%j means %s', (answer, kind) => {
    expect(kindOf('authzen', answer)).toBe(kind)
  })

  it('says why it denies, for the log, in the words for administrators first', () => {
    const context = { reason_user: { en: 'not you' }, reason_admin: { en: 'policy C076E82F' } }
    expect(detailOf('authzen', { decision: false, context })).toBe(
      'The decision point said false: policy C076E82F',
    )
    expect(detailOf('authzen', { decision: false, context: { reason: 'not found' } })).toBe(
      'The decision point said false: not found',
    )
    expect(detailOf('authzen', { decision: false, context: [] })).toBe(
      'The decision point said false.',
    )
  })
})

describe('the answer of OPA', () => {
  it.each([
    [{ result: true }, 'permitted'],
    [{ result: { allow: true, headers: {} } }, 'permitted'],
    [{ result: false }, 'denied'],
    [{ result: { allow: false } }, 'denied'],
    [{ result: {} }, 'denied'],
    [{ result: { allowed: true } }, 'denied'],
    [{}, 'denied'],
    [{ warning: { code: 'api_usage_warning' } }, 'denied'],
    [{ result: 'true' }, 'none'],
    [{ result: 1 }, 'none'],
    [{ result: null }, 'none'],
    [{ result: [true] }, 'none'],
    [{ result: [{ allow: true }] }, 'none'],
    [{ result: { allow: 'true' } }, 'none'],
    [{ result: { allow: null } }, 'none'],
    [{ result: { allow: [true] } }, 'none'],
    [{ allow: true }, 'denied'],
    [{ decision: true }, 'denied'],
  ])('%j means %s', (answer, kind) => {
    expect(kindOf('opa', answer)).toBe(kind)
  })

  it('that has no result says so: a misspelt path looks like a denial', () => {
    expect(detailOf('opa', {})).toContain('without a result')
    expect(detailOf('opa', { result: {} })).toContain('no `allow`')
    expect(detailOf('opa', { result: { allow: false, reason: 'too late' } })).toContain('too late')
  })
})

const anyAnswer = fc.dictionary(
  fc.oneof(fc.constantFrom('decision', 'result', 'allow', 'context', '__proto__'), fc.string()),
  fc.jsonValue(),
)

/** What alone permits, said in the shortest way. */
const isTrue = (protocol: Protocol, answer: unknown): boolean => {
  const text = JSON.stringify(answer)
  const { decision, result } = JSON.parse(text)
  if (protocol === 'authzen') return decision === true
  return result === true || (!Array.isArray(result) && result?.allow === true)
}

describe('whatever a decision point answers', () => {
  it.each(['authzen', 'opa'] as const)('R1, R34: nothing but true permits: %s', (protocol) => {
    fc.assert(
      fc.property(anyAnswer, (answer) => {
        const ruling = readAnswer(protocol, parseJsonObject(JSON.stringify(answer)) ?? {})
        expect(ruling?.kind === 'permitted').toBe(isTrue(protocol, answer))
      }),
    )
  })

  it('R31, R34: what it says reaches the log as plain, bounded text, without long pieces', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 2_000 }), (text) => {
        const details = [
          detailOf('authzen', { decision: false, context: { reason: text } }),
          detailOf('opa', { result: { allow: false, reason: text } }),
          complaintIn({ code: text, message: text, errors: [{ code: text }] }),
        ]
        for (const detail of details) {
          expect(detail).toMatch(/^[\x20-\x7e…]*$/)
          expect(detail?.length).toBeLessThan(300)
          expect(detail).not.toMatch(/[^\s…]{62}/)
        }
      }),
    )
  })

  it('an error is told by its code and message, in either form', () => {
    expect(complaintIn({ code: 3, message: 'unknown field "extra"' })).toBe(
      ': unknown field "extra"',
    )
    expect(complaintIn({ code: 'internal_error', errors: [{ code: 'eval_builtin_error' }] })).toBe(
      ': internal_error: eval_builtin_error',
    )
    expect(complaintIn({})).toBe('')
    expect(complaintIn(undefined)).toBe('')
  })
})
