import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readClaimsText } from '../../../../src/explain/offline/claims-text.ts'
import { printable, shortened, shownHeader } from '../../../../src/explain/words/printable.ts'

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.json(),
  fc
    .array(
      fc.constantFrom('a', ': ', '\n', '  ', '- ', '&x ', '*x', '{', '}', '[', '<<', '"', '1e9'),
    )
    .map((parts) => parts.join('')),
)

test('any text is claims, or sentences', () => {
  fc.assert(
    fc.property(text, (written) => {
      const read = readClaimsText(written, 'file')
      if (read.kind === 'claims') expect(typeof read.claims).toBe('object')
      else {
        expect(read.problems.length).toBeGreaterThan(0)
        for (const problem of read.problems) expect(problem).toMatch(/^file:.+/)
      }
    }),
    { numRuns: 2_000 },
  )
})

test('what is shown is one line of characters that show themselves, and of bounded length', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 600 }), (written) => {
      expect(printable(written)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u)
      expect(shortened(written).length).toBeLessThan(256 * 12 + 32)
    }),
  )
  expect(printable('plain ä €')).toBe('plain ä €')
  expect(shortened('x'.repeat(300))).toBe(`${'x'.repeat(256)}… (300 characters)`)
})

test('R31: a token is not shown, wherever it stands in a value', () => {
  const token = `${Buffer.from('{"alg":"RS256"}').toString('base64url')}.cGF5bG9hZA.c2ln`
  expect(shownHeader(`Bearer ${token}`)).toBe('Bearer eyJ…')
  expect(shownHeader(`id_token=${token}, x`)).toBe('id_token=eyJ…, x')
})
