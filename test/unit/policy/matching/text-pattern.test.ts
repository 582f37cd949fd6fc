import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TextPattern } from '../../../../src/core/policy/match.ts'
import { textPattern } from '../../../../src/policy/matching/text-pattern.ts'

const pattern = (source: string, ignoreCase = false): TextPattern => {
  const checked = textPattern(source, { ignoreCase })
  if (!checked.ok) throw new Error(checked.message)
  return checked.value
}

const LAST_CODE_POINT = 0x1ffff

describe('a pattern without regard to case', () => {
  it('takes no letter beyond ASCII for one of ASCII, of all that there are', () => {
    const letters = pattern('[a-zA-Z]', true)
    const taken = Array.from({ length: LAST_CODE_POINT }, (_, code) => String.fromCodePoint(code))
      .filter((letter) => letters.test(letter))
      .join('')
    expect(taken).toBe('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz')
  })

  it('matches what one in lower case does of a text in lower case, in ASCII', () => {
    const piece = fc.constantFrom('a', 'K', 's', '[a-c]', '.', '(A|ab)', 'a*', 'B+', '|')
    const source = fc.array(piece, { minLength: 1, maxLength: 6 }).map((all) => all.join(''))
    const text = fc.string({ unit: fc.constantFrom('a', 'A', 'b', 'B', 'k', 'K', 's', 'S') })
    fc.assert(
      fc.property(source, text, (written, sent) => {
        const folded = pattern(written.toLowerCase()).test(sent.toLowerCase())
        expect(pattern(written, true).test(sent)).toBe(folded)
      }),
    )
  })
})

describe('a pattern that is written', () => {
  it('R6: is bounded in length and in what its repetitions become', () => {
    expect(textPattern('a'.repeat(512))).toMatchObject({ ok: false })
    expect(textPattern('a'.repeat(500))).toMatchObject({ ok: true })
    expect(textPattern('(a{30}){30}')).toMatchObject({ ok: false })
    expect(textPattern('(a+)+$')).toMatchObject({ ok: true })
  })

  it('R6: is matched in time linear in the text', () => {
    const nested = pattern('(a*)*b')
    const near = 'a'.repeat(8 * 1024)
    expect(nested.test(near)).toBe(false)
    expect(nested.test(`${near}b`)).toBe(true)
  })

  it('whatever it is, it is one or a sentence says why not', () => {
    const any = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc
        .array(fc.constantFrom('(', ')', '[', ']', '\\', '{9}', '*', '(?i)', 'a'), {
          maxLength: 8,
        })
        .map((all) => all.join('')),
    )
    fc.assert(
      fc.property(any, fc.boolean(), fc.string(), (source, ignoreCase, text) => {
        const checked = textPattern(source, { ignoreCase })
        if (checked.ok) expect(typeof checked.value.test(text)).toBe('boolean')
        else expect(checked.message).not.toBe('')
      }),
    )
  })
})
