import { expect, it } from 'vitest'
import { withUserinfo } from '../../../src/core/userinfo-claims.ts'

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
