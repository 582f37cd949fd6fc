import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  clearCookie,
  findCookie,
  parseCookies,
  separateLines,
  setCookie,
  withoutCookies,
} from '../../../../src/core/cookie/cookie.ts'
import {
  isOwnCookie,
  loginCookiesToDrop,
  placesOf,
} from '../../../../src/core/cookie/own-cookies.ts'
import { trimBlanks } from '../../../../src/core/request/trim-blanks.ts'
import { aClient } from '../../../support/builders.ts'

const withCookie = (name: string) => {
  const { session } = aClient()
  return { session: { ...session, cookie: { name, sameSite: 'Lax' } as const } }
}

describe('reading cookies', () => {
  it('parses pairs in their order and passes over what has no name', () => {
    expect(parseCookies('a=1; b="2"; junk; =x; c=3=4')).toEqual([
      { name: 'a', value: '1' },
      { name: 'b', value: '"2"' },
      { name: 'c', value: '3=4' },
    ])
  })

  it('R15: two cookies of one name are a duplicate, whatever their values', () => {
    expect(findCookie('s=1; s=1', 's')).toEqual({ kind: 'duplicate' })
    expect(findCookie('s=1; t=2', 's')).toEqual({ kind: 'one', value: '1' })
    expect(findCookie('xs=1', 's')).toEqual({ kind: 'absent' })
    expect(findCookie(undefined, 's')).toEqual({ kind: 'absent' })
  })
})

/** The pairs of a header, one after the other, as RFC 6265 section 5.4 is written. */
const pairsOf = (header: string) =>
  header.split(';').map((pair) => {
    const trimmed = trimBlanks(pair)
    const equals = trimmed.indexOf('=')
    if (equals < 1) return { pair, name: '', value: '' }
    const name = trimBlanks(trimmed.slice(0, equals))
    return { pair, name, value: trimBlanks(trimmed.slice(equals + 1)) }
  })

describe('any header', () => {
  const header = fc
    .array(fc.constantFrom('s', 'a', '=', '=', ';', ';', ' ', '\t', ',', '"', '\n', 's=1', '; s='))
    .map((parts) => parts.join(''))

  it('is read as its pairs are, one by one', () => {
    fc.assert(
      fc.property(header, (text) => {
        const pairs = pairsOf(text).filter(({ name }) => name !== '')
        expect(parseCookies(text)).toEqual(pairs.map(({ name, value }) => ({ name, value })))
        const [first, second] = pairs.filter(({ name }) => name === 's')
        const isMarked = pairs.some(({ name }) => /^\n[ \t]*s$/.test(name))
        const others = isMarked ? 'doubtful' : 'absent'
        const one = first === undefined ? { kind: others } : { kind: 'one', value: first.value }
        const wanted = second === undefined ? one : { kind: 'duplicate' }
        if (text.includes('s=')) expect(findCookie(text, 's')).toEqual(wanted)
        else expect(findCookie(text, 's')).toEqual({ kind: 'absent' })
      }),
      { numRuns: 3_000 },
    )
  })

  it('R10: loses our pairs and nothing else', () => {
    fc.assert(
      fc.property(header, (text) => {
        const pairs = pairsOf(text)
        const kept = pairs.filter(({ name }) => !/^(?:\n[ \t]*)?s$/.test(name))
        const joined = kept.map(({ pair }) => pair).join(';')
        const rest = trimBlanks(joined.replaceAll(';\n', ',').replace('\n', ''))
        const wanted = kept.length === pairs.length ? text : rest === '' ? undefined : rest
        expect(withoutCookies(text, (name) => name === 's')).toBe(wanted)
      }),
      { numRuns: 3_000 },
    )
  })
})

/** What `String.trim` takes off beside space, tab and the line ends that no header holds. */
const WIDE_BLANKS = [
  ...['\u000b', '\u000c', '\u00a0', '\u1680', '\u2000', '\u2007', '\u200a', '\u2028', '\u2029'],
  ...['\u202f', '\u205f', '\u3000', '\ufeff'],
]

describe('A1: blanks around a cookie', () => {
  it.each(WIDE_BLANKS)('A1: %j before or after a name makes it another name', (blank) => {
    for (const name of [`${blank}s`, `s${blank}`]) {
      expect(findCookie(`${name}=planted`, 's')).toEqual({ kind: 'absent' })
      expect(findCookie(`s=1; ${name}=planted`, 's')).toEqual({ kind: 'one', value: '1' })
      const other = `${name}=theirs`
      expect(withoutCookies(`s=1; ${other}`, (own) => own === 's')).toBe(other)
    }
    expect(findCookie(`s=${blank}1`, 's')).toEqual({ kind: 'one', value: `${blank}1` })
  })

  it('A1: spaces and tabs are none of it', () => {
    expect(findCookie('a=1; \ts=\t1 ', 's')).toEqual({ kind: 'one', value: '1' })
  })
})

describe('A10: several lines that a gateway has joined with commas', () => {
  const own = (name: string) => isOwnCookie(name, [])
  const NAME = '__Host-sallyport'

  it('A10: one of ours at the beginning of a line ends at the comma', () => {
    const cookies = separateLines(`a=1; ${NAME}=ticket,b=2; c=3`)
    expect(findCookie(cookies, NAME)).toEqual({ kind: 'one', value: 'ticket' })
    expect(withoutCookies(cookies, own)).toBe('a=1;b=2; c=3')
  })

  it('A10: one of ours after a comma is taken out, and is no credential', () => {
    const cookies = separateLines(`a=1,2,${NAME}=ticket,b=2; c=3`)
    expect(findCookie(cookies, NAME)).toEqual({ kind: 'doubtful' })
    expect(withoutCookies(cookies, own)).toBe('a=1,2;b=2; c=3')
    expect(parseCookies(cookies).map(({ name }) => name)).not.toContain(NAME)
  })

  it('A10: one that is sure goes before one that may be planted', () => {
    const cookies = separateLines(`a=1,${NAME}=planted; ${NAME}=mine`)
    expect(findCookie(cookies, NAME)).toEqual({ kind: 'one', value: 'mine' })
    expect(withoutCookies(cookies, own)).toBe('a=1')
  })

  it('A10: cookies of others keep their commas', () => {
    const cookies = separateLines(`a=1,2; __Secure-x=1; ${NAME}=t; b=3,__Host-y=4,5`)
    expect(withoutCookies(cookies, own)).toBe('a=1,2; __Secure-x=1; b=3,__Host-y=4;5')
    expect(withoutCookies(separateLines('b=3,__Host-y=4'), own)).toBe(
      separateLines('b=3,__Host-y=4'),
    )
  })
})

describe('R10: cookies that stay here', () => {
  const own = (name: string) => isOwnCookie(name, [withCookie('mine')])

  it('R10: ours are taken off and the others kept byte for byte', () => {
    expect(withoutCookies('a="1 2" ; __Host-sallyport-login-x=1;mine=3; b==', own)).toBe(
      'a="1 2" ; b==',
    )
  })

  it('R10: a shared one is ours at every host, whichever client it belongs to', () => {
    expect(isOwnCookie('__Secure-sallyport', [])).toBe(true)
    expect(isOwnCookie('__Secure-sallyport-blog', [aClient()])).toBe(true)
    expect(isOwnCookie('__Secure-other', [aClient()])).toBe(false)
  })

  it('R10: nothing is left when all were ours', () => {
    expect(withoutCookies('mine=1; __Host-sallyport=2', own)).toBeUndefined()
  })
})

describe('R11: writing cookies', () => {
  it('R11: Secure, HttpOnly, Path=/ and no Domain, always', () => {
    expect(setCookie('__Host-x', 'v', { sameSite: 'Lax' })).toBe(
      '__Host-x=v; Path=/; Secure; HttpOnly; SameSite=Lax',
    )
    expect(setCookie('__Host-x', 'v', { sameSite: 'None', maxAgeSeconds: 600 })).toContain(
      '; Max-Age=600;',
    )
    expect(clearCookie({ name: '__Host-x' })).toBe(
      '__Host-x=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax',
    )
  })

  it('R11: a shared cookie names its domain, where it is set and where it is removed', () => {
    const shared = { name: '__Secure-sallyport', domain: 'example.com' }
    expect(setCookie(shared.name, 'v', { sameSite: 'Lax', domain: shared.domain })).toBe(
      '__Secure-sallyport=v; Path=/; Domain=example.com; Secure; HttpOnly; SameSite=Lax',
    )
    expect(clearCookie(shared)).toContain('; Domain=example.com; Max-Age=0;')
  })
})

describe('R15: where a cookie may lie that a host is sent', () => {
  it('R15: a cookie of one host lies there alone', () => {
    expect(placesOf({ name: '__Host-x' }, 'a.example.com')).toEqual([{ name: '__Host-x' }])
  })

  it('R15: a shared one may have been planted at any domain up to its own, and at no other', () => {
    const name = '__Secure-sallyport'
    expect(placesOf({ name, domain: 'example.com' }, 'a.b.example.com')).toEqual([
      { name },
      { name, domain: 'a.b.example.com' },
      { name, domain: 'b.example.com' },
      { name, domain: 'example.com' },
    ])
  })
})

describe('R16: how many login attempts a browser keeps', () => {
  const attempts = (count: number, size = 300) =>
    Array.from({ length: count }, (_, i) => `__Host-sallyport-login-${i}=${'v'.repeat(size)}`).join(
      '; ',
    )

  it('R16: the ninth attempt drops the oldest', () => {
    expect(loginCookiesToDrop(attempts(8), [aClient()], 300)).toEqual(['__Host-sallyport-login-0'])
    expect(loginCookiesToDrop(attempts(7), [aClient()], 300)).toEqual([])
  })

  it('R16: all our cookies together stay below 8 KiB', () => {
    expect(loginCookiesToDrop(attempts(7, 1500), [aClient()], 1500)).toHaveLength(3)
  })

  it('R16: cookies of others do not count', () => {
    expect(loginCookiesToDrop(`big=${'x'.repeat(9000)}`, [aClient()], 300)).toEqual([])
  })
})
