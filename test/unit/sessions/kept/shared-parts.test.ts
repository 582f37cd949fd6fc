import { expect, it } from 'vitest'
import { createSharedParts, type SharedPart } from '../../../../src/sessions/kept/shared-parts.ts'

const aPart = (tenant: string): SharedPart => ({
  keyId: 'key',
  tenant,
  client: 'shop/shop',
  host: 'shop.example.com',
  issuer: 'https://sso.example.com',
  clientId: 'shop',
  scopes: ['openid'],
})

it('a part is kept once for all who hold it, and until the last one lets go', () => {
  const parts = createSharedParts()
  const first = parts.hold(aPart('a'))
  expect(parts.hold(aPart('a'))).toBe(first)
  expect(parts.bytes()).toBe(parts.bytesOf(first))
  parts.release(first)
  expect(parts.get(first)).toEqual(aPart('a'))
  parts.release(first)
  expect(parts.bytes()).toBe(0)
  expect(() => parts.get(first)).toThrow(RangeError)
})

it('a number that was given again says nothing of who had it before', () => {
  const parts = createSharedParts()
  parts.release(parts.hold(aPart('a')))
  const other = parts.hold(aPart('b'))
  const again = parts.hold(aPart('a'))
  expect([parts.get(other).tenant, parts.get(again).tenant]).toEqual(['b', 'a'])
})
