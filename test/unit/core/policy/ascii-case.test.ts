import fc from 'fast-check'
import { expect, test } from 'vitest'
import { asciiLower } from '../../../../src/core/policy/ascii-case.ts'

test.each([
  ['Admins', 'admins'],
  ['ÄRZTE', 'Ärzte'],
  ['\u212Aelvin', '\u212Aelvin'],
  ['\u017Fales', '\u017Fales'],
  ['İstanbul', 'İstanbul'],
])('%j becomes %j', (text, lower) => expect(asciiLower(text)).toBe(lower))

test('two texts become the same only if they differ in the case of A to Z', () => {
  const letters = fc.string({
    unit: fc.constantFrom('a', 'A', 'k', 'K', '\u212a', 's', '\u017f', 'i', 'İ', 'ı', 'ß', 'ẞ'),
    maxLength: 4,
  })
  const plain = (text: string) =>
    [...text].map((one) => (one >= 'A' && one <= 'Z' ? one.toLowerCase() : one)).join('')
  fc.assert(
    fc.property(letters, letters, (one, other) => {
      expect(asciiLower(one) === asciiLower(other)).toBe(plain(one) === plain(other))
    }),
    { numRuns: 2_000 },
  )
})
