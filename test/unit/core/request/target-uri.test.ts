import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
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
]

describe('a URI and the request that it is for', () => {
  it.each(SAME)('%s is for %s', (uri, url) => {
    expect(isTargetUri(uri, asked(url))).toBe(true)
  })

  it.each(OTHER)('%s is not for %s', (uri, url) => {
    expect(isTargetUri(uri, asked(url))).toBe(false)
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
