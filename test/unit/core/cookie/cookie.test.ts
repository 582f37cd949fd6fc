import { describe, expect, it } from 'vitest'
import {
  clearCookie,
  findCookie,
  parseCookies,
  setCookie,
  withoutCookies,
} from '../../../../src/core/cookie/cookie.ts'
import {
  isOwnCookie,
  loginCookiesToDrop,
  placesOf,
} from '../../../../src/core/cookie/own-cookies.ts'
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
