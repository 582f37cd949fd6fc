import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Claims } from '../../../../src/core/identity/identity.ts'
import { sessionClaims } from '../../../../src/core/identity/session-claims.ts'

const ID_TOKEN = { iss: 'https://sso.example.com', sub: 'alice', sid: 's1', email: 'a@old.example' }

it('without an answer of the userinfo endpoint the ID token says everything', () => {
  expect(sessionClaims({ claims: ID_TOKEN })).toBe(ID_TOKEN)
})

it('the userinfo endpoint adds claims and says others anew', () => {
  const userinfo = { sub: 'alice', email: 'alice@example.com', groups: ['buyers'] }
  expect(sessionClaims({ claims: ID_TOKEN, userinfo })).toEqual({
    ...ID_TOKEN,
    email: 'alice@example.com',
    groups: ['buyers'],
  })
})

it('the userinfo endpoint says nothing about the login itself', () => {
  const userinfo = { iss: 'https://evil.example.com', sub: 'mallory', sid: 's2', acr: 'gold' }
  expect(sessionClaims({ claims: ID_TOKEN, userinfo })).toEqual(ID_TOKEN)
})

it('R34: whatever the userinfo endpoint says, the login stays what the ID token says', () => {
  const name = fc.oneof(
    fc.constantFrom('iss', 'sub', 'aud', 'exp', 'sid', 'acr', 'amr', 'nonce', '__proto__'),
    fc.string(),
  )
  fc.assert(
    fc.property(fc.dictionary(name, fc.jsonValue({ maxDepth: 2 })), (userinfo) => {
      const claims = sessionClaims({ claims: ID_TOKEN, userinfo: userinfo as Claims })
      const { iss, sub, sid, ...rest } = claims
      expect({ iss, sub, sid, email: 'a@old.example' }).toEqual(ID_TOKEN)
      for (const absent of ['aud', 'exp', 'acr', 'amr', 'nonce']) {
        expect(Object.hasOwn(rest, absent)).toBe(false)
      }
      expect(Object.getPrototypeOf(claims)).toBe(Object.prototype)
    }),
  )
})

it('B10: the access token adds claims, nothing about itself or the login, and userinfo has the last word', () => {
  const accessTokenClaims = {
    ...{ iss: 'https://evil.example.com', sub: 'mallory', aud: 'api', exp: 1, typ: 'Bearer' },
    ...{ client_id: 'shop', cnf: {}, realm_access: { roles: ['buyer'] }, email: 'b@example.com' },
  }
  expect(sessionClaims({ claims: ID_TOKEN, accessTokenClaims })).toEqual({
    ...ID_TOKEN,
    email: 'b@example.com',
    realm_access: { roles: ['buyer'] },
  })
  const userinfo = { sub: 'alice', email: 'c@example.com' }
  expect(sessionClaims({ claims: ID_TOKEN, accessTokenClaims, userinfo }).email).toBe(
    'c@example.com',
  )
})

it('what claim sources say is added, and replaces nothing', () => {
  const sourcedClaims = {
    email: 'm@example.com',
    groups: ['buyers'],
    roles: ['clerk'],
    sub: 'root',
  }
  expect(sessionClaims({ claims: ID_TOKEN, sourcedClaims })).toEqual({
    ...ID_TOKEN,
    groups: ['buyers'],
    roles: ['clerk'],
  })
  const userinfo = { sub: 'alice', groups: ['admins'], roles: null }
  expect(sessionClaims({ claims: ID_TOKEN, userinfo, sourcedClaims })).toEqual({
    ...ID_TOKEN,
    groups: ['admins'],
    roles: ['clerk'],
  })
})

it('R1: a claim that one document says is elsewhere stays so, whatever others say is', () => {
  const claims = { ...ID_TOKEN, _claim_names: { groups: 'src1' } }
  const userinfo = { sub: 'alice', _claim_names: { roles: 'src1' } }
  const accessTokenClaims = { _claim_names: 'none' }
  expect(sessionClaims({ claims, userinfo, accessTokenClaims })).toEqual({
    ...ID_TOKEN,
    _claim_names: { groups: 'src1', roles: 'src1' },
  })
})
