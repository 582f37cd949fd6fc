import { describe, expect, it } from 'vitest'
import { contextRequestOf } from '../../../../src/oidc/authorization/context-request.ts'
import { aLogin } from '../../../support/logins.ts'

describe('the contexts that raise a session', () => {
  const stepUp = { issuer: 'https://sso.example.com', subject: 'alice' }
  const login = aLogin({ stepUp: { ...stepUp, acrValues: ['phr', 'mfa'] } })

  it.each([
    [
      'that the provider offers are essential, in their order',
      ['mfa', 'pwd', 'phr'],
      ['phr', 'mfa'],
    ],
    ['that it offers in part are essential in that part', ['pwd', 'mfa'], ['mfa']],
    ['are essential where it says nothing of them', undefined, ['phr', 'mfa']],
  ])('%s', (_, contexts, expected) => {
    const offers = contexts === undefined ? {} : { contexts }
    const asked = contextRequestOf(login, { takesClaimsParameter: true, offers })
    expect(asked.isEssential).toBe(true)
    expect(asked.login).toEqual({ ...login, stepUp: { ...stepUp, acrValues: expected } })
  })

  it.each([
    ['of which it offers none', true, { contexts: ['0', '1'] }],
    ['of a provider without the claims parameter', false, { contexts: ['mfa'] }],
  ])('%s are not, and all of them are asked for', (_, takesClaimsParameter, offers) => {
    const asked = contextRequestOf(login, { takesClaimsParameter, offers })
    expect(asked).toEqual({ login, isEssential: false })
  })

  it('are not looked at where a login begins a session', () => {
    const plain = aLogin()
    const offers = { contexts: ['mfa'] }
    expect(contextRequestOf(plain, { takesClaimsParameter: true, offers }).login).toBe(plain)
  })
})
