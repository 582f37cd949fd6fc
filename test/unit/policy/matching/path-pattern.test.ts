import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { PathMatch } from '../../../../src/core/policy/match.ts'
import { parsePath } from '../../../../src/core/request/request.ts'
import type { Checked } from '../../../../src/policy/matching/checked.ts'
import {
  canonicalPath,
  exactPath,
  hasLiteralBeginning,
  pathPattern,
  prefixPath,
} from '../../../../src/policy/matching/path-pattern.ts'

const unwrap = <T>(checked: Checked<T>): T => {
  if (!checked.ok) throw new Error(checked.message)
  return checked.value
}

const patternTest = (source: string): ((path: string) => boolean) => {
  const match: PathMatch = unwrap(pathPattern(source))
  if (match.kind !== 'pattern') throw new Error(`${source} is no pattern`)
  return match.test
}

const messageOf = (checked: Checked<unknown>): string => (checked.ok ? '' : checked.message)

describe('pathPattern', () => {
  test.each([
    ['/api', '/api/x'],
    ['/api', '/x/api'],
    ['/a|/b', '/a/secret'],
    ['/a|/b', '/secret/b'],
    ['(?m)/a$', '/a\n/b'],
    ['^/a', '/ab'],
    ['/a', '/a\n'],
  ])('R6: the pattern %j does not match the longer path %j', (source, path) => {
    expect(patternTest(source)(path)).toBe(false)
  })

  test.each([
    ['/a|/ab', '/ab'],
    ['/(a|ab)(c|bcd)', '/abcd'],
    ['^/a$', '/a'],
    ['/orders/[0-9]+', '/orders/17'],
    ['(?i)/Straße', '/STRAßE'],
    ['/.*', '/x/y/😀'],
  ])('the pattern %j matches all of %j', (source, path) => {
    expect(patternTest(source)(path)).toBe(true)
  })

  test('R6: a pattern agrees with an anchored regular expression on random paths', () => {
    const piece = fc.constantFrom('a', 'b', '/', '[ab]', '.', '(a|ab)', 'a*', 'b+', '(a|b)?', '|')
    const source = fc.array(piece, { minLength: 1, maxLength: 8 }).map((pieces) => pieces.join(''))
    const path = fc.string({ unit: fc.constantFrom('a', 'b', '/'), maxLength: 8 })
    fc.assert(
      fc.property(source, path, (written, text) => {
        expect(patternTest(written)(text)).toBe(new RegExp(`^(?:${written})$`).test(text))
      }),
    )
  })

  test.each(['(a*)*b', '(a+)+', '(a|a)*b', '(.*a){20}', '(?:/[a-z]+)*x'])(
    'R6: the pattern %s, which would never end under backtracking, is answered on a long path',
    (source) => {
      expect(patternTest(source)(`/${'a'.repeat(50_000)}!`)).toBe(false)
    },
  )

  test.each([
    ['', 'is empty'],
    ['(', 'is no RE2 pattern'],
    ['[a', 'is no RE2 pattern'],
    ['(?=a)', 'is no RE2 pattern'],
    ['(a)\\1', 'is no RE2 pattern'],
    ['a{1001}', 'is no RE2 pattern'],
    ['a'.repeat(513), 'is longer than 512 characters'],
    ['.{500}.{500}', 'is too large'],
  ])('R6: %j is refused with a sentence', (source, beginning) => {
    expect(messageOf(pathPattern(source)).startsWith(beginning)).toBe(true)
  })

  test('any text is a pattern or a sentence, never an exception', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (source) => {
        const checked = pathPattern(source)
        expect(checked.ok || checked.message !== '').toBe(true)
      }),
    )
  })
})

describe('hasLiteralBeginning', () => {
  test.each([
    '/a',
    '^/a$',
    '/a+.*',
    '/a|/b',
    '/x(a|b)',
    '/a[(]|/b',
    '/a[^]|]',
    '/a\\||/b',
    '/\\.well-known/.*',
    '(?i)/a',
    '/\u00fc',
  ])('%j leaves paths out', (source) => expect(hasLiteralBeginning(source)).toBe(true))

  test.each([
    ...['/.*', '.*', '/', '', '/a|', '|/a', '/a|.*', '/a|/.*', '/a*.*', '/a?.*', '/a{0}.*'],
    ...['/(a|.*)', '(/a)|.*', '/[^a].*', '/\\w*', '/\\x{61}', '/\ud83d\ude00?.*', 'a', '(?i).*'],
    ...['/a\\(|/.*', '/a[(]|/.*', '/a\\Q(\\E|/.*', '/a[[:alpha:](]|/.*', '/a[](]|/.*', '/\\a?.*'],
  ])('R7: %j may leave none out', (source) => expect(hasLiteralBeginning(source)).toBe(false))

  test('R7: what has one never matches a path that begins otherwise', () => {
    const piece = fc.constantFrom(
      ...[
        '/a',
        '/b',
        '/',
        'a',
        '|',
        '|/a',
        '(',
        ')',
        '[',
        ']',
        '^',
        '$',
        '.',
        '.*',
        '?',
        '*',
        '{0}',
      ],
      ...['\\', '\\Q', '\\E', '[[:alpha:]', '[^]', '[(]', '\\(', '\\|', '(?i)', '\\pL', '(?:', '-'],
    )
    const source = fc.array(piece, { minLength: 1, maxLength: 9 }).map((all) => all.join(''))
    let seen = 0
    fc.assert(
      fc.property(source, (written) => {
        const checked = pathPattern(written)
        if (!checked.ok || checked.value.kind !== 'pattern' || !hasLiteralBeginning(written)) return
        seen += 1
        for (const path of ['/', '/q', '/q/a', '/~', '/0/b']) {
          expect([written, path, checked.value.test(path)]).toEqual([written, path, false])
        }
      }),
      { numRuns: 20_000 },
    )
    expect(seen).toBeGreaterThan(500)
  })
})

describe('canonicalPath', () => {
  test.each([
    '/',
    '/a',
    '/a/',
    '/a/b.c',
    '/straße',
    '/a b',
    '/...',
    '/.well-known',
    "/~!$&'()*+,=:@-_",
  ])('%j is canonical', (path) => {
    expect(canonicalPath(path)).toEqual({ ok: true, value: path })
  })

  test.each([
    '',
    'a',
    '/a%2fb',
    '/a%20b',
    '//a',
    '/a//b',
    '/.',
    '/..',
    '/a/../b',
    '/a/.',
    '/a?b',
    '/a#b',
    '/a;b',
    '/a\\b',
    '/a\nb',
    '/a\u0000',
  ])('R5: %j cannot be written as a path', (path) => {
    expect(canonicalPath(path)).toMatchObject({ ok: false, message: expect.any(String) })
  })

  test('R5: every path that may be written is one that a request can have, unambiguously', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 12 }), (text) => {
        const path = `/${text}`
        fc.pre(canonicalPath(path).ok)
        const parsed = parsePath(encodeURI(path))
        expect(parsed).toMatchObject({ ok: true, value: { canonical: path, unambiguous: true } })
      }),
    )
  })
})

describe('exactPath and prefixPath', () => {
  test('an exact path is kept as written', () => {
    expect(exactPath('/a/')).toEqual({ ok: true, value: { kind: 'exact', path: '/a/' } })
  })

  test.each([
    ['/api', '/api'],
    ['/api/', '/api'],
    ['/', '/'],
  ])('the prefix %s is kept as %s, so that it ends at a segment', (written, kept) => {
    expect(prefixPath(written)).toEqual({ ok: true, value: { kind: 'prefix', path: kept } })
  })

  test('both refuse what is not canonical', () => {
    expect(exactPath('a').ok || prefixPath('/a%2f').ok).toBe(false)
  })
})
