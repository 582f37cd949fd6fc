import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalJson } from '../../../../../src/policy/compile/object/canonical-json.ts'

test('the names of objects are in order at every level, the members of lists stay as they are', () => {
  expect(canonicalJson({ b: [3, { z: 1, a: 2 }, 1], a: undefined, aa: null })).toBe(
    '{"aa":null,"b":[3,{"a":2,"z":1},1]}',
  )
})

test('equal data gives equal text and loses nothing', () => {
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
      const text = JSON.stringify(value)
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(text))
      expect(canonicalJson(JSON.parse(canonicalJson(value)))).toBe(canonicalJson(value))
    }),
  )
})
