import fc from 'fast-check'
import { RE2JS } from 're2js'
import { expect, it, test } from 'vitest'
import { beginningWith, foundAnywhere, literally } from '../../../src/migrate/writing/patterns.ts'

const piece = fc.constantFrom(
  '^',
  '$',
  '|',
  '/',
  'a',
  'b',
  '.*',
  '.',
  '(?:a|b)',
  '\\$',
  '\\|',
  '\\.*',
  '\\\\',
  '\\Q.*',
  '\\E',
  '(a)',
  '[ab$|]',
)
const pattern = fc.array(piece, { maxLength: 7 }).map((pieces) => pieces.join(''))
const path = fc
  .array(fc.constantFrom('/', 'a', 'b', '$', '|', '.', '\\'), { maxLength: 6 })
  .map((one) => `/${one.join('')}`)

const compiled = (source: string): RE2JS | undefined => {
  try {
    return RE2JS.compile(source)
  } catch {
    return undefined
  }
}

it('matches the whole of exactly those paths in which the pattern is found', () => {
  fc.assert(
    fc.property(pattern, path, (source, text) => {
      const there = compiled(source)
      fc.pre(there !== undefined)
      const whole = compiled(foundAnywhere(source))
      if (whole === undefined) expect(source).toContain('\\Q')
      else expect(whole.testExact(text)).toBe(there?.test(text))
    }),
    { numRuns: 3000 },
  )
})

test.each([
  ['^/healthz$', '/healthz'],
  ['^/assets/', '/assets/.*'],
  ['/public', '.*/public.*'],
  ['^/a$|^/b', '.*(?:^/a$|^/b).*'],
  ['.*\\.css$', '.*\\.css'],
  ['^/admin\\.*', '/admin\\.*.*'],
  ['^/admin.*', '/admin.*'],
])('writes %s as %s', (source, whole) => {
  expect(foundAnywhere(source)).toBe(whole)
})

it('takes a text for nothing but itself', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (text, other) => {
      expect(RE2JS.compile(literally(text)).testExact(text)).toBe(true)
      expect(RE2JS.compile(literally(text)).testExact(other)).toBe(text === other)
    }),
  )
  expect(RE2JS.compile(beginningWith('/a.b')).testExact('/a.b/c')).toBe(true)
  expect(RE2JS.compile(beginningWith('/a.b')).testExact('/axb/c')).toBe(false)
})
