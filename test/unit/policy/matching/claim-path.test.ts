import { describe, expect, test } from 'vitest'
import { parseClaimPath } from '../../../../src/policy/matching/claim-path.ts'

describe('parseClaimPath', () => {
  test.each([
    ['email', ['email']],
    ['realm_access.roles', ['realm_access', 'roles']],
    ['/https:~1~1example.com~1roles', ['https://example.com/roles']],
    ['/a.b/c', ['a.b', 'c']],
    ['/a~01', ['a~1']],
  ])('%s names its levels', (text, names) => {
    expect(parseClaimPath(text)).toEqual({ ok: true, value: names })
  })

  test.each([
    '',
    '.',
    'a.',
    '.a',
    'a..b',
    '/',
    '/a//b',
    '/a~2',
    '/a~',
    'a.'.repeat(16).concat('a'),
  ])('%j is refused with a sentence', (text) => {
    expect(parseClaimPath(text)).toMatchObject({ ok: false, message: expect.any(String) })
  })

  test('a tilde in a dotted path is a plain character', () => {
    expect(parseClaimPath('a~2')).toEqual({ ok: true, value: ['a~2'] })
  })
})
