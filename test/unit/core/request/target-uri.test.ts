import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { authorityOf, parseAuthority } from '../../../../src/core/request/request.ts'
import { isTargetUri } from '../../../../src/core/request/target-uri.ts'
import { aRequest } from '../../../support/builders.ts'

const asked = (url: string) => {
  const [, authority = '', path = ''] = /^https:\/\/([^/]+)(.*)$/.exec(url) ?? []
  return aRequest({ authority, path })
}

const SAME: readonly (readonly [uri: string, url: string])[] = [
  ['https://shop.example.com/orders', 'https://shop.example.com/orders'],
  ['HTTPS://Shop.Example.COM:443/orders', 'https://shop.example.com/orders'],
  ['https://shop.example.com/orders?a=b#c', 'https://shop.example.com/orders?x=y'],
  ['https://shop.example.com', 'https://shop.example.com/'],
  ['https://shop.example.com?a', 'https://shop.example.com/'],
  ['https://shop.example.com/a/./b/../orders', 'https://shop.example.com/a/orders'],
  ['https://shop.example.com/a/..', 'https://shop.example.com/'],
  ['https://shop.example.com/%7ealice/%c3%a4', 'https://shop.example.com/~alice/%C3%A4'],
  ['https://shop.example.com/~alice', 'https://shop.example.com/%7Ealice'],
  ['https://shop.example.com:0443/', 'https://shop.example.com/'],
  ['https://shop.example.com:/orders', 'https://shop.example.com/orders'],
  ['https://shop.example.com:', 'https://shop.example.com/'],
  ['https://shop.example.com./orders', 'https://shop.example.com/orders'],
  ['https://shop.example.com/orders', 'https://Shop.Example.COM.:443/orders'],
  ['https://shop%2eexample.com/orders', 'https://shop.example.com/orders'],
  ['https://shop.example.com/orders?', 'https://shop.example.com/orders'],
  ['https://shop.example.com/orders', 'https://shop.example.com/orders?'],
  ['https://[2001:DB8::1]:443/orders', 'https://[2001:db8::1]/orders'],
  ['https://[2001:db8::1]:8443/', 'https://[2001:DB8::1]:8443/'],
  ['https://192.0.2.1/orders', 'https://192.0.2.1:443/orders'],
  ['https://shop.example.com/..', 'https://shop.example.com/'],
  ['https://shop.example.com/%2e%2E/a', 'https://shop.example.com/a'],
  ['https://shop.example.com/käse/🧀', 'https://shop.example.com/k%C3%A4se/%f0%9f%a7%80'],
  ['https://shop.example.com/{a}|^"', 'https://shop.example.com/%7Ba%7d%7C%5E%22'],
  ['https://shop.example.com/%7Ba%7d', 'https://shop.example.com/{a}'],
]

const OTHER: readonly (readonly [uri: string, url: string])[] = [
  ['http://shop.example.com/orders', 'https://shop.example.com/orders'],
  ['https://shop.example.com:8443/orders', 'https://shop.example.com/orders'],
  ['https://other.example.com/orders', 'https://shop.example.com/orders'],
  ['https://shop.example.com@other.example.com/orders', 'https://other.example.com/orders'],
  ['https://shop.example.com\\@other.example.com/orders', 'https://shop.example.com/orders'],
  ['https://shop.example.com/orders/', 'https://shop.example.com/orders'],
  ['https://shop.example.com/Orders', 'https://shop.example.com/orders'],
  ['https://shop.example.com/a%2Fb', 'https://shop.example.com/a/b'],
  ['https://shop.example.com/a//b', 'https://shop.example.com/a/b'],
  ['//shop.example.com/orders', 'https://shop.example.com/orders'],
  ['/orders', 'https://shop.example.com/orders'],
  ['', 'https://shop.example.com/'],
  ['https://shop.example.com/orders\\x', 'https://shop.example.com/orders'],
  ['https://shop.example.com/orders x', 'https://shop.example.com/orders'],
  [' https://shop.example.com/orders', 'https://shop.example.com/orders'],
  ['https://shop.example.com/orders\n', 'https://shop.example.com/orders'],
  ['https://shop.example.com/\ud800', 'https://shop.example.com/%EF%BF%BD'],
  ['https://shop.example.com%2Forders', 'https://shop.example.com/orders'],
  ['https://shop.example.com%3A443/orders', 'https://shop.example.com/orders'],
  ['https://shop.example.com::/orders', 'https://shop.example.com/orders'],
  ['https://shop.example.com:443:/orders', 'https://shop.example.com/orders'],
  ['https://:443/orders', 'https://shop.example.com/orders'],
  ['https://:@shop.example.com/orders', 'https://shop.example.com/orders'],
  ['https://shop.example.com../orders', 'https://shop.example.com/orders'],
  ['https://shop.example.com/orders', 'https://shop.example.com:8443/orders'],
  ['https://[2001:db8::1]/orders', 'https://[2001:db8::2]/orders'],
  ['https://shop.example.com/a%252Fb', 'https://shop.example.com/a%2Fb'],
  ['https://shop.example.com/a%2541', 'https://shop.example.com/aA'],
  ['https://shop.example.com/a;b', 'https://shop.example.com/a%3Bb'],
  ['https://shop.example.com/a+b', 'https://shop.example.com/a%20b'],
  ['https://shop.example.com/%C3%84', 'https://shop.example.com/%C3%A4'],
  ['https://shop.example.com/a%CC%88', 'https://shop.example.com/%C3%A4'],
]

/** What a path is made of here: plain, needing an escape, escaped with need and without. */
const PIECES = [
  ...['a', 'A', '~', '.', '..', '/', '//', '/./', '/../', ';', ':', '|', 'ä', '🧀'],
  ...['%41', '%61', '%7e', '%7E', '%2e', '%2E', '%2f', '%2F', '%3b', '%3A', '%7c'],
  ...['%c3%a4', '%C3%A4', '%25', '%2541'],
]

const HOSTS = [
  ...['shop.example.com', 'SHOP.example.com', 'shop.example.com.', 'shop.example.com:443'],
  ...['shop.example.com:', 'shop.example.com:0443', 'shop.example.com:8443', 'other.example.com'],
]

const OF_NO_MEANING = /[A-Za-z0-9._~-]/

/**
 * What a URI is to somebody else: the parser of URLs knows cases, ports, dot segments and letters
 * that need an escape; then each byte of the path by itself, with what is escaped by need.
 */
const normalForm = (uri: string): string => {
  const { protocol, host, pathname } = new URL(uri)
  const bytes = pathname.replace(/%([0-9A-Fa-f]{2})|[|]/g, (escaped, hex?: string) => {
    const byte = hex === undefined ? escaped.charCodeAt(0) : Number.parseInt(hex, 16)
    const letter = String.fromCharCode(byte)
    return OF_NO_MEANING.test(letter) ? letter : `<${byte}>`
  })
  return `${protocol}//${host.replace(/\.(?=:|$)/, '')}${bytes}`
}

describe('a URI and the request that it is for', () => {
  it.each(SAME)('%s is for %s', (uri, url) => {
    expect(isTargetUri(uri, asked(url))).toBe(true)
  })

  it.each(OTHER)('%s is not for %s', (uri, url) => {
    expect(isTargetUri(uri, asked(url))).toBe(false)
  })

  it('belong together exactly where somebody else finds one normal form for both', () => {
    const path = fc.array(fc.constantFrom(...PIECES), { maxLength: 5 }).map((all) => all.join(''))
    const host = fc.constantFrom(...HOSTS)
    const tail = fc.constantFrom('', '?', '?a=/../b', '#', '#c', '?a#c')
    const same = { equal: 0, other: 0 }
    fc.assert(
      fc.property(host, path, tail, host, path, fc.boolean(), (...[at, to, rest, of, by, one]) => {
        const raw = `/${one ? to : by}`
        const parsed = parseAuthority(of.replace(/:$/, ''))
        if (!parsed.ok) throw new Error(`${of} is no authority.`)
        const request = {
          authority: authorityOf(parsed.value),
          path: { raw, canonical: raw, unambiguous: true, query: '' },
        }
        const isSame = normalForm(`https://${at}/${to}`) === normalForm(`https://${of}${raw}`)
        same[isSame ? 'equal' : 'other'] += 1
        expect(isTargetUri(`https://${at}/${to}${rest}`, request)).toBe(isSame)
      }),
      { numRuns: 3_000 },
    )
    expect(Math.min(same.equal, same.other)).toBeGreaterThan(300)
  })

  it('of any text never throws', () => {
    const text = fc.string({ unit: 'binary', maxLength: 20 })
    fc.assert(
      fc.property(text, text, (host, path) => {
        const uri = `https://${host}/${path}`
        expect(isTargetUri(uri, aRequest({ path: '/orders' }))).toBe(false)
      }),
    )
  })

  it('are the same for every path as it is sent, and for no other segment', () => {
    const segment = fc.stringMatching(/^[a-z0-9~_-]{1,8}(%[2-7][0-9A-F])?$/)
    fc.assert(
      fc.property(fc.array(segment, { maxLength: 4 }), segment, (segments, more) => {
        const path = `/${segments.join('/')}`
        const request = {
          authority: 'shop.example.com',
          path: { ...asked('https://a/').path, raw: path },
        }
        expect(isTargetUri(`https://shop.example.com${path}`, request)).toBe(true)
        const longer = `${path === '/' ? '' : path}/${more}`
        expect(isTargetUri(`https://shop.example.com${longer}`, request)).toBe(false)
      }),
    )
  })
})
