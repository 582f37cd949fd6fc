import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseJsonObject } from '../../../src/outbound/json.ts'

const nested = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`

describe('JSON of somebody else', () => {
  it('is read when it is an object', () => {
    expect(parseJsonObject('{"a":[1,"two"]}')).toEqual({ a: [1, 'two'] })
  })

  it.each(['', '[]', '"text"', 'null', '1', '{"a":', '<html>'])('%j is refused', (text) => {
    expect(parseJsonObject(text)).toBeUndefined()
  })

  it('R25: is refused when it nests too deeply, without being parsed', () => {
    expect(parseJsonObject(nested(32))).toBeDefined()
    expect(parseJsonObject(nested(33))).toBeUndefined()
    expect(parseJsonObject(nested(50_000))).toBeUndefined()
    expect(parseJsonObject(`{"a":${'['.repeat(40)}${']'.repeat(40)}}`)).toBeUndefined()
  })

  it('R25: brackets inside texts do not count', () => {
    const text = '[[{{'.repeat(100)
    expect(parseJsonObject(JSON.stringify({ [text]: `\\"${text}` }))).toEqual({
      [text]: `\\"${text}`,
    })
  })

  it('R34: whatever JSON says a shallow object is, we read the same', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })), (value) => {
        const text = JSON.stringify(value)
        const withDigits = text.replace(/(?<=[[:,])-?[0-9]{16,}(?=[\],}])/g, (digits) =>
          Number.isSafeInteger(Number(digits)) ? digits : `"${digits}"`,
        )
        expect(parseJsonObject(text)).toEqual(JSON.parse(withDigits))
      }),
    )
  })

  it.each([
    ['9007199254740993', '9007199254740993'],
    ['-9007199254740993', '-9007199254740993'],
    ['12345678901234567890', '12345678901234567890'],
    ['9007199254740991', 9007199254740991],
    ['1e999', '1e999'],
    ['-1e999', '-1e999'],
    ['1e3', 1000],
    ['0.1234567890123456789', 0.12345678901234568],
  ])('A6: the number %s is read as %j', (text, read) => {
    expect(parseJsonObject(`{"id":${text},"list":[${text}]}`)).toEqual({ id: read, list: [read] })
    expect(parseJsonObject(`{"id":"${text}"}`)).toEqual({ id: text })
  })
})
