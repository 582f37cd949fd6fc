import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isWithinBytes, utf8Bytes } from '../../../../src/core/request/byte-text.ts'

const texts = fc.oneof(
  fc.string({ unit: 'binary-ascii', maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.stringMatching(/^[aé€\ud83d\udc4d]{0,40}$/u),
)

describe('the bytes of a text', () => {
  it('are never fewer than UTF-8 takes, and the very number up to 16 bits', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const bytes = Buffer.byteLength(text, 'utf8')
        expect(utf8Bytes(text)).toBeGreaterThanOrEqual(bytes)
        if (!/[\ud800-\udfff]/.test(text)) expect(utf8Bytes(text)).toBe(bytes)
      }),
    )
  })

  it('are within a bound when they are no more than it', () => {
    fc.assert(
      fc.property(texts, fc.nat({ max: 130 }), (text, most) => {
        expect(isWithinBytes(text, most)).toBe(utf8Bytes(text) <= most)
      }),
    )
  })
})
