import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Claims } from '../../../../src/core/identity/identity.ts'
import { withUserinfo } from '../../../../src/core/identity/userinfo-claims.ts'

const ID_TOKEN = { iss: 'https://sso.example.com', sub: 'alice', sid: 's1', email: 'a@old.example' }

it('without an answer of the userinfo endpoint the ID token says everything', () => {
  expect(withUserinfo(ID_TOKEN, undefined)).toBe(ID_TOKEN)
})

it('the userinfo endpoint adds claims and says others anew', () => {
  const userinfo = { sub: 'alice', email: 'alice@example.com', groups: ['buyers'] }
  expect(withUserinfo(ID_TOKEN, userinfo)).toEqual({
    ...ID_TOKEN,
    email: 'alice@example.com',
    groups: ['buyers'],
  })
})

it('the userinfo endpoint says nothing about the login itself', () => {
  const userinfo = { iss: 'https://evil.example.com', sub: 'mallory', sid: 's2', acr: 'gold' }
  expect(withUserinfo(ID_TOKEN, userinfo)).toEqual(ID_TOKEN)
})

it('R34: whatever the userinfo endpoint says, the login stays what the ID token says', () => {
  const name = fc.oneof(
    fc.constantFrom('iss', 'sub', 'aud', 'exp', 'sid', 'acr', 'amr', 'nonce', '__proto__'),
    fc.string(),
  )
  fc.assert(
    fc.property(fc.dictionary(name, fc.jsonValue({ maxDepth: 2 })), (userinfo) => {
      const claims = withUserinfo(ID_TOKEN, userinfo as Claims)
      const { iss, sub, sid, ...rest } = claims
      expect({ iss, sub, sid, email: 'a@old.example' }).toEqual(ID_TOKEN)
      for (const absent of ['aud', 'exp', 'acr', 'amr', 'nonce']) {
        expect(Object.hasOwn(rest, absent)).toBe(false)
      }
      expect(Object.getPrototypeOf(claims)).toBe(Object.prototype)
    }),
  )
})
