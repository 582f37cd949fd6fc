import { describe, expect, it } from 'vitest'
import { trimBlanks, trimBlanksAndLineEnds } from '../../../../src/core/request/trim-blanks.ts'

describe('what is taken off a text', () => {
  it.each([
    [' \ta b\t ', 'a b', 'a b'],
    ['\r\n a\n', '\r\n a\n', 'a'],
    ['\u00a0a\ufeff', '\u00a0a\ufeff', '\u00a0a\ufeff'],
    [' \n ', '\n', ''],
    ['', '', ''],
  ])('A1: of %j nothing but blanks, or blanks and line ends', (text, blanks, both) => {
    expect(trimBlanks(text)).toBe(blanks)
    expect(trimBlanksAndLineEnds(text)).toBe(both)
  })

  it('A1: blanks within a text are passed over once, however many', () => {
    const text = `x${' '.repeat(4_000_000)}x`
    expect(trimBlanksAndLineEnds(` ${text}\n`)).toBe(text)
  })
})
