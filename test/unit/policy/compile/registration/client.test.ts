import { describe, expect, it } from 'vitest'
import { readClient } from '../../../../../src/policy/compile/registration/client.ts'
import { anOidcClient } from '../../../../support/resources.ts'

type Asked = {
  readonly parameters?: Readonly<Record<string, string>>
  readonly maxAge?: string
  readonly acrValues?: readonly string[]
  readonly prompt?: readonly ('login' | 'consent' | 'select_account')[]
}

const reading = (asked: Asked) => {
  const client = anOidcClient()
  const { authorizationRequest } = client.spec
  const spec = { ...client.spec, authorizationRequest: { ...authorizationRequest, ...asked } }
  const { draft, findings } = readClient({ ...client, spec })
  return { parameters: draft.settings.authorizationParameters, findings }
}

describe('A5: what a client asks of the authentication', () => {
  it('wins over the parameters of the same meaning', () => {
    const parameters = { max_age: '5', acr_values: 'pwd', ui_locales: 'de' }
    const read = reading({ parameters, maxAge: '1h', acrValues: ['mfa', 'phr'] })
    expect(read).toEqual({
      parameters: { max_age: '3600', acr_values: 'mfa phr', ui_locales: 'de' },
      findings: [],
    })
  })

  it('holds whoever is to authenticate anew to that, by auth_time', () => {
    const parameters = { prompt: 'none', ui_locales: 'de' }
    expect(reading({ parameters, maxAge: '1h', prompt: ['consent', 'login'] }).parameters).toEqual({
      prompt: 'consent login',
      max_age: '0',
      ui_locales: 'de',
    })
    expect(reading({ parameters: {}, prompt: ['select_account'] }).parameters).toEqual({
      prompt: 'select_account',
    })
  })

  it('A5: a max_age that is no number of seconds is named', () => {
    expect(reading({ parameters: { max_age: '10m' } }).findings).toEqual([
      {
        field: ['spec', 'authorizationRequest', 'parameters', 'max_age'],
        message: 'The parameter max_age is whole seconds, as in "600"; or use `maxAge`',
        reason: 'Invalid',
      },
    ])
  })
})
