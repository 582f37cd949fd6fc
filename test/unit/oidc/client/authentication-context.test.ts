import { describe, expect, it } from 'vitest'
import {
  expectedContextOf,
  whyOtherAuthentication,
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
    ['auth_time', fixed, { auth_time: 101 }],
    ['auth_time', forwarding, { auth_time: 101 }],
    ['acr', fixed, { acr: 'pwd' }],
    ['acr', forwarding, { acr: 'phr' }],
  ])('is refused for another %s', (name, client, claims) => {
    expect(whyOtherAuthentication(client, claims, old)).toContain(`The ${name} claim`)
  })
})
