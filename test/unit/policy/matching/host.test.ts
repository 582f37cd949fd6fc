import { describe, expect, test } from 'vitest'
import { coveringWildcards, isWildcard, parseHost } from '../../../../src/policy/matching/host.ts'

describe('parseHost', () => {
  test.each([
    ['shop.example.com', 'shop.example.com'],
    ['Shop.Example.COM', 'shop.example.com'],
    ['*.shop.example.com', '*.shop.example.com'],
    ['*.LOCALHOST', '*.localhost'],
    ['xn--strae-oqa.de', 'xn--strae-oqa.de'],
    ['127.0.0.1', '127.0.0.1'],
    ['[::1]', '[::1]'],
  ])('R4: the host %s is kept as %s', (written, canonical) => {
    expect(parseHost(written)).toEqual({ ok: true, value: canonical })
  })

  test.each([
    '',
    '*',
    '*.',
    '**.a',
    'a.*',
    'a*.b',
    '*.*.a',
    'straße.de',
    'a b',
    'a,b',
    'user@a',
    'a:443',
    'a.',
    'https://a',
    'a/b',
    `${'a'.repeat(64)}.b`,
    `${'a.'.repeat(127)}a`,
    '[fe80::1%eth0]',
  ])('R4: %j is refused with a sentence', (written) => {
    expect(parseHost(written)).toMatchObject({ ok: false, message: expect.any(String) })
  })
})

test('the wildcards above a host are named from the closest on, without its own', () => {
  expect([...coveringWildcards('a.b.c')]).toEqual(['*.b.c', '*.c'])
  expect([...coveringWildcards('*.a.b.c')]).toEqual(['*.b.c', '*.c'])
  expect([...coveringWildcards('localhost')]).toEqual([])
})

test('a wildcard is known by its first label', () => {
  expect(isWildcard('*.a')).toBe(true)
  expect(isWildcard('a')).toBe(false)
})
