import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  normalizeHeaderName,
  parseAuthority,
  parsePath,
} from '../../../../src/core/request/request.ts'

const hostOf = (authority: string) => {
  const parsed = parseAuthority(authority)
  return parsed.ok ? parsed.value.host : parsed.reason
}

const pathOf = (raw: string) => {
  const parsed = parsePath(raw)
  return parsed.ok ? parsed.value : parsed.reason
}

describe('R4: the canonical host', () => {
  it.each([
    ['shop.example.com', 'shop.example.com'],
    ['SHOP.Example.COM', 'shop.example.com'],
    ['shop.example.com.', 'shop.example.com'],
    ['shop.example.com:8443', 'shop.example.com'],
    ['shop.example.com.:443', 'shop.example.com'],
    ['xn--bcher-kva.example', 'xn--bcher-kva.example'],
    ['127.0.0.1:80', '127.0.0.1'],
    ['[2001:db8::1]:443', '[2001:db8::1]'],
  ])('R4: %j is the host %j', (authority, host) => expect(hostOf(authority)).toBe(host))

  it.each([
    '',
    '.',
    'shop.example.com..',
    '.shop.example.com',
    'shop..example.com',
    'alice@shop.example.com',
    'shop.example.com, evil.example',
    'shop.example.com evil.example',
    'shop.example.com\u0000',
    'shop.example.com\n',
    'bücher.example',
    '\u212Aeycloak.example',
    'shop.example.com:',
    'shop.example.com:443:80',
    'shop.example.com:99999',
    'shop.example.com:+80',
    'shop.example.com/path',
    'shop.example.com?x',
    'shop.example.com#x',
    'shop.example.com\\evil',
    '-shop.example.com',
    '[fe80::1%eth0]',
    '[fe80::1',
    `${'a'.repeat(64)}.example`,
    `${'abcdefghi.'.repeat(25)}abcd`,
  ])('R4: %j is refused', (authority) => expect(hostOf(authority)).toBe('malformed_host'))

  it('R4: the canonical form of a canonical host is itself, whatever came in', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const host = hostOf(text)
        return host === 'malformed_host' || hostOf(host) === host
      }),
    )
  })
})

describe('R5: the canonical path', () => {
  it.each([
    ['/', '/'],
    ['/a/b', '/a/b'],
    ['/a/b/?q=../x', '/a/b/'],
    ['/%61dmin', '/admin'],
    ['/caf%C3%A9', '/café'],
    ['/a%20b', '/a b'],
    ['/a:b@c/(d)', '/a:b@c/(d)'],
    ['/...', '/...'],
    ['/.well-known/x', '/.well-known/x'],
  ])('R5: %j is the unambiguous path %j', (raw, canonical) =>
    expect(pathOf(raw)).toMatchObject({ canonical, unambiguous: true, raw }),
  )

  it('R6: a path of more than 8 KiB is refused, however long the query may be', () => {
    expect(pathOf(`/${'a'.repeat(8 * 1024)}`)).toBe('malformed_path')
    expect(pathOf(`/${'a'.repeat(8 * 1024 - 1)}?${'q'.repeat(20_000)}`)).toMatchObject({
      unambiguous: true,
    })
  })

  it.each(['/a%2fb', '/a%2Fb', '/a//b', '/a;b/c', '/a%3Bb', '/%2561dmin', '/100%25', '/a%252fb'])(
    'R5: %j may be read in two ways',
    (raw) => expect(pathOf(raw)).toMatchObject({ unambiguous: false }),
  )

  it.each([
    '',
    'a',
    '*',
    'http://shop.example.com/',
    '/../a',
    '/a/..',
    '/a/../b',
    '/a/./b',
    '/a/%2e%2e/b',
    '/a/.%2E/b',
    '/a/%252e%252e/b',
    '/a/..;/b',
    '/a/..;x=1/b',
    '/a\\b',
    '/a%5cb',
    '/a%255cb',
    '/a#b',
    '/a%23b',
    '/a?b#c',
    '/a%00',
    '/a\u0000',
    '/a%0d%0aX',
    '/a b',
    '/a%',
    '/a%zz',
    '/a%ff',
    '/%c0%ae%c0%ae/',
    '/caf\u00e9',
  ])('R5: %j is refused', (raw) => expect(pathOf(raw)).toBe('malformed_path'))

  it('R5: no path that is let in holds a dot segment, a backslash, a fragment or a control byte', () => {
    const piece = fc.constantFrom(
      '/',
      '.',
      '..',
      '%2e',
      '%2f',
      '%5c',
      ';',
      'a',
      '%25',
      '#',
      '\\',
      '%00',
      '?',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const path = pathOf(`/${pieces.join('')}`)
        if (typeof path === 'string') return true
        const segments = path.canonical.split('/')
        return (
          !segments.includes('..') &&
          !segments.includes('.') &&
          !/[\\#\u0000-\u001f]/.test(path.canonical)
        )
      }),
      { numRuns: 2000 },
    )
  })

  it('leaves letters beyond ASCII in a query alone, as some clients send them', () => {
    expect(pathOf('/suche?q=größe')).toMatchObject({ canonical: '/suche', unambiguous: true })
    expect(pathOf('/suche?q=a\u0085b c')).toBe('malformed_path')
  })

  it('keeps the query apart, byte for byte', () => {
    expect(pathOf('/a?b=%2F&c=d;e')).toMatchObject({ canonical: '/a', query: 'b=%2F&c=d;e' })
  })
})

describe('R8: header names in one spelling', () => {
  it.each([
    ['X-Auth-Subject', 'x-auth-subject'],
    ['x_auth_subject', 'x-auth-subject'],
    ['X_AUTH-subject', 'x-auth-subject'],
    ['X.Auth_subject', 'x-auth-subject'],
  ])('R8: %j is %j', (name, normalized) => expect(normalizeHeaderName(name)).toBe(normalized))
})
