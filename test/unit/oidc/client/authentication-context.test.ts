import { describe, expect, it } from 'vitest'
import {
  checkAskedContext,
  expectedContextOf,
  whyOtherAuthentication,
  withSameAuthentication,
} from '../../../../src/oidc/client/authentication-context.ts'
import { aClient } from '../../../support/builders.ts'
import { aLogin } from '../../../support/logins.ts'

describe('A5: what a login expects', () => {
  it('is what the client asks, else what the original request forwarded', () => {
    const login = aLogin({ asked: { maxAge: '9', acrValues: 'pwd' }, createdAtMs: 5 })
    const client = aClient({ authorizationParameters: { acr_values: 'mfa' } })
    const expected = { maxAge: '9', acrValues: 'mfa', askedAtMs: 5 }
    expect(expectedContextOf(client, login)).toEqual(expected)
    expect(expectedContextOf(aClient(), aLogin())).toEqual({ askedAtMs: 0 })
  })

  it('is not the acr of the client where another one is asked for to raise a session', () => {
    const client = aClient({ authorizationParameters: { acr_values: 'pwd', max_age: '60' } })
    const whose = { issuer: 'https://sso.example.com', subject: 'alice' }
    const raising = aLogin({ stepUp: { ...whose, acrValues: ['mfa'] } })
    expect(expectedContextOf(client, raising)).toEqual({ maxAge: '60', askedAtMs: 0 })
    const anew = aLogin({ stepUp: { ...whose, maxAgeMs: 10_000 } })
    expect(expectedContextOf(client, anew)).toMatchObject({ acrValues: 'pwd' })
  })
})

it('A5: an age ends with the second in which it ends, as providers count', () => {
  const expected = { maxAge: '600', askedAtMs: 1_000_000 }
  const why = (nowMs: number) => checkAskedContext({ auth_time: 401 }, expected, 0, nowMs)
  expect(why(1_001_999)).toBeUndefined()
  expect(why(1_002_000)).toContain('further back than the max_age of 600 s')
})

describe('A5: a refresh', () => {
  const old = { sub: 'alice', auth_time: 100, acr: 'mfa' }
  const fixed = aClient({ authorizationParameters: { max_age: '600', acr_values: 'mfa phr' } })
  const forwarding = aClient({ forwardParameters: ['max_age', 'acr_values'] })

  it.each([
    ['says the same', fixed, { auth_time: 100, acr: 'mfa' }],
    ['says nothing', fixed, {}],
    ['says another acr that is asked for', fixed, { acr: 'phr' }],
    ['of a client that asks nothing says another', aClient(), { auth_time: 101, acr: 'pwd' }],
  ])('is of the same authentication if it %s', (_, client, claims) => {
    expect(whyOtherAuthentication(client, claims, old)).toBeUndefined()
  })

  it.each([
    ['of a client that passes on what is asked', forwarding, { auth_time: 101, acr: 'pwd' }],
    ['of a client that asks since then', fixed, { auth_time: 101, acr: 'mfa' }],
  ])('%s keeps a session whose login was asked nothing and said nothing', (_, client, claims) => {
    expect(whyOtherAuthentication(client, claims, { sub: 'alice' })).toBeUndefined()
  })

  it.each([
    ['auth_time', fixed, { auth_time: 101 }],
    ['auth_time', forwarding, { auth_time: 101 }],
    ['acr', fixed, { acr: 'pwd' }],
    ['acr', forwarding, { acr: 'phr' }],
  ])('is refused for another %s', (name, client, claims) => {
    expect(whyOtherAuthentication(client, claims, old)).toContain(`The ${name} claim`)
  })
})

describe('the claims of a refresh', () => {
  const old = { sub: 'alice', auth_time: 100, acr: 'mfa' }

  it.each([
    ['says nothing of it', {}, { auth_time: 100, acr: 'mfa' }],
    [
      'says the time of the refresh',
      { auth_time: 500, acr: 'mfa' },
      { auth_time: 100, acr: 'mfa' },
    ],
    [
      'says an earlier time and another acr',
      { auth_time: 90, acr: 'pwd' },
      { auth_time: 90, acr: 'pwd' },
    ],
  ])('are of the authentication of the login, though one %s', (_, claims, expected) => {
    expect(withSameAuthentication({ email: 'a', ...claims }, old)).toEqual({
      email: 'a',
      ...expected,
    })
  })

  it('have nothing added to where the login said nothing', () => {
    expect(withSameAuthentication({ sub: 'alice' }, { sub: 'alice' })).toEqual({ sub: 'alice' })
  })
})
