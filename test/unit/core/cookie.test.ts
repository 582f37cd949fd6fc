import { describe, expect, it } from 'vitest'
import {
  clearCookie,
  findCookie,
  parseCookies,
  setCookie,
  withoutCookies,
} from '../../../src/core/cookie.ts'
import { isOwnCookie, loginCookiesToDrop } from '../../../src/core/own-cookies.ts'

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

describe('R10: cookies that stay here', () => {
  const own = (name: string) => isOwnCookie(name, 'mine')

  it('R10: ours are taken off and the others kept byte for byte', () => {
    expect(withoutCookies('a="1 2" ; __Host-sallyport-login-x=1;mine=3; b==', own)).toBe(
      'a="1 2" ; b==',
    )
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
    expect(clearCookie('__Host-x')).toContain('Max-Age=0')
  })
})

describe('R16: how many login attempts a browser keeps', () => {
  const attempts = (count: number, size = 300) =>
    Array.from({ length: count }, (_, i) => `__Host-sallyport-login-${i}=${'v'.repeat(size)}`).join(
      '; ',
    )

  it('R16: the ninth attempt drops the oldest', () => {
    expect(loginCookiesToDrop(attempts(8), '__Host-sallyport', 300)).toEqual([
      '__Host-sallyport-login-0',
    ])
    expect(loginCookiesToDrop(attempts(7), '__Host-sallyport', 300)).toEqual([])
  })

  it('R16: all our cookies together stay below 8 KiB', () => {
    expect(loginCookiesToDrop(attempts(7, 1500), '__Host-sallyport', 1500)).toHaveLength(3)
  })

  it('R16: cookies of others do not count', () => {
    expect(loginCookiesToDrop(`big=${'x'.repeat(9000)}`, '__Host-sallyport', 300)).toEqual([])
  })
})
