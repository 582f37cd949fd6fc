import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatPageMark, parsePageMark } from '../../../../src/core/session/page-mark.ts'

describe('a page mark', () => {
  it('is read back from its text', () => {
    const mark = { list: 1, expiresAtMs: 1_795_435_200_000, id: 'A'.repeat(43) }
    expect(parsePageMark(formatPageMark(mark))).toEqual(mark)
    expect(encodeURIComponent(formatPageMark(mark))).toBe(formatPageMark(mark))
  })

  it('R34: is nothing else', () => {
    for (const text of ['', '..', '0.1.', `-1.5.${'A'.repeat(43)}`, `0.1.${'A'.repeat(44)}`]) {
      expect(parsePageMark(text)).toBeUndefined()
    }
    fc.assert(fc.property(fc.string(), (text) => void expect(parsePageMark(text)).toBeUndefined()))
  })
})
