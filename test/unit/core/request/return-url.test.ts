import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  isSafeReturnPath,
  originOf,
  returnPathOf,
  returnPathsOf,
} from '../../../../src/core/request/return-url.ts'

describe('R18: where a login returns to', () => {
  it('R18: path and query of the original request', () => {
    expect(returnPathOf('/orders?id=7&x=%2F')).toBe('/orders?id=7&x=%2F')
    expect(originOf({ authority: 'shop.example.com:8443' })).toBe('https://shop.example.com:8443')
  })

  it.each(['//evil.example', '/\\evil.example', '/a\\b', 'https://evil.example', '/a\nb', ''])(
    'R18: %j becomes the root',
    (raw) => expect(returnPathOf(raw)).toBe('/'),
  )

  it('R18: letters beyond ASCII in a query arrive percent-encoded', () => {
    expect(returnPathOf('/suche?q=größe\ud800')).toBe('/suche?q=gr%C3%B6%C3%9Fe%EF%BF%BD')
  })

  it('C2: what is given up first is the query, then the path', () => {
    expect(returnPathsOf('/a?b=1')).toEqual(['/a?b=1', '/a', '/'])
    expect(returnPathsOf('/a')).toEqual(['/a', '/'])
    expect(returnPathsOf('//evil.example?b')).toEqual(['/'])
  })

  it('R16: a link is 16 KiB long at most', () => {
    expect(returnPathOf(`/a?${'q'.repeat(17_000)}`)).toBe('/a')
    expect(returnPathOf(`/${'p'.repeat(17_000)}`)).toBe('/')
  })

  it('R18: whatever comes in, the result stays on the host', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), (text) => {
        const path = returnPathOf(`/${text}`)
        return (
          isSafeReturnPath(path) &&
          new URL(path, 'https://shop.example.com').host === 'shop.example.com'
        )
      }),
    )
  })
})
