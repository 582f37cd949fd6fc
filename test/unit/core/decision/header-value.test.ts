import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { headerValueOf } from '../../../../src/core/decision/header-value.ts'
import type { HeaderForm } from '../../../../src/core/policy/upstream.ts'

const FORMS: readonly HeaderForm[] = (['JSON', 'CommaSeparated', 'PipeSeparated'] as const).flatMap(
  (format) => (['Percent', 'UTF8'] as const).map((encoding) => ({ format, encoding })),
)

const LISTS = FORMS.filter(({ format }) => format !== 'JSON')

const separatorOf = ({ format }: HeaderForm): string => (format === 'CommaSeparated' ? ',' : '|')

const form = (format: HeaderForm['format'], encoding: HeaderForm['encoding']): HeaderForm => ({
  format,
  encoding,
})

/** Texts in which what is encoded, and what an encoding looks like, is frequent. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc
    .array(
      fc.constantFrom(
        '%',
        '2',
        'C',
        '0',
        'A',
        ',',
        '|',
        ' ',
        '\n',
        '\u202e',
        '\u00a0',
        'ü',
        '\ud800',
      ),
      { maxLength: 8 },
    )
    .map((parts) => parts.join('')),
)

const UNSENDABLE =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/

describe('header smuggling by format', () => {
  it('R9: no value holds what ends a header, cannot be seen or cannot be encoded', () => {
    fc.assert(
      fc.property(fc.constantFrom(...FORMS), fc.array(anyText), (one, texts) => {
        for (const value of [headerValueOf(texts, one), headerValueOf(texts[0] ?? '', one)]) {
          expect(value).not.toMatch(UNSENDABLE)
          expect(value.isWellFormed()).toBe(true)
          expect(value).toBe(value.trim())
          if (one.encoding === 'Percent') expect(value).toMatch(/^[\u0020-\u007e]*$/)
        }
      }),
    )
  })

  it('R9: two claims are two values, whatever the form', () => {
    fc.assert(
      fc.property(fc.constantFrom(...FORMS), anyText, anyText, (one, first, second) => {
        fc.pre(first !== second)
        expect(headerValueOf(first, one)).not.toBe(headerValueOf(second, one))
      }),
      { numRuns: 2_000 },
    )
  })

  it('R9: a member of a list is one member, and two lists are two values', () => {
    const members = fc.array(
      anyText.filter((text) => text !== ''),
      { minLength: 1, maxLength: 3 },
    )
    fc.assert(
      fc.property(fc.constantFrom(...LISTS), members, members, (one, first, second) => {
        const value = headerValueOf(first, one)
        expect(value.split(separatorOf(one))).toHaveLength(first.length)
        fc.pre(JSON.stringify(first) !== JSON.stringify(second))
        expect(value).not.toBe(headerValueOf(second, one))
      }),
      { numRuns: 2_000 },
    )
  })

  it.each([
    [form('CommaSeparated', 'UTF8'), ['users', 'é,admins'], 'users,é%2Cadmins'],
    [form('CommaSeparated', 'Percent'), ['users', 'é,admins'], 'users,%C3%A9%2Cadmins'],
    [form('PipeSeparated', 'UTF8'), ['a|b', 'c,d'], 'a%7Cb|c,d'],
    [form('CommaSeparated', 'UTF8'), 'a,b', 'a%2Cb'],
    [form('CommaSeparated', 'Percent'), [], ''],
    [form('CommaSeparated', 'UTF8'), [1, true, { a: [1, 2] }], '1,true,{"a":[1%2C2]}'],
    [form('CommaSeparated', 'UTF8'), [' a ', '\u00a0b'], '%20a%20,%C2%A0b'],
    [form('JSON', 'UTF8'), 'Zoë 100%', 'Zoë 100%'],
    [form('JSON', 'UTF8'), '100%41', '100%2541'],
    [form('JSON', 'UTF8'), 'a\r\nx-admin: 1', 'a%0D%0Ax-admin: 1'],
    [form('JSON', 'UTF8'), 'nimda\u202e', 'nimda%E2%80%AE'],
    [form('JSON', 'UTF8'), '👩\u200d🚀', '👩\u200d🚀'],
    [form('JSON', 'UTF8'), '\ud800', '%ED%A0%80'],
    [form('JSON', 'Percent'), '\udfff', '%ED%BF%BF'],
    [form('JSON', 'UTF8'), ['a', 'ü'], '["a","ü"]'],
  ] as const)('R9: by %j, %j is %j', (one, claim, value) =>
    expect(headerValueOf(claim, one)).toBe(value),
  )

  it('takes linear time over blanks, as it did', () => {
    const inner = `a${' '.repeat(100_000)}b`
    expect(headerValueOf(inner, form('CommaSeparated', 'UTF8'))).toBe(inner)
  })
})
