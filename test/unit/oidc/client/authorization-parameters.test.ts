import { describe, expect, it } from 'vitest'
import { authorizationParameters } from '../../../../src/oidc/client/authorization-parameters.ts'
import { aClient } from '../../../support/builders.ts'
import { aLogin } from '../../../support/logins.ts'

const PROTECTED = {
  response_type: 'token',
  response_mode: 'fragment',
  client_id: 'evil',
  redirect_uri: 'https://evil.example.com/',
  scope: 'admin',
  state: 'fixed',
  nonce: 'fixed',
  code_challenge: 'plain',
  code_challenge_method: 'plain',
  resource: 'https://evil.example.com',
  request: 'e30.e30.',
  request_uri: 'urn:evil',
  STATE: 'fixed',
}

describe('the parameters of an authorization request', () => {
  it('R16: are code, PKCE S256, state and nonce', () => {
    const client = aClient({ resources: ['https://api.example.com', 'https://other.example.com'] })
    const parameters = authorizationParameters(client, aLogin(), 'challenge', {})
    expect([...parameters]).toEqual([
      ['response_type', 'code'],
      ['client_id', 'shop'],
      ['redirect_uri', 'https://shop.example.com/oauth2/callback'],
      ['scope', 'openid profile email'],
      ['state', 'state-1'],
      ['nonce', 'nonce-1'],
      ['code_challenge', 'challenge'],
      ['code_challenge_method', 'S256'],
      ['resource', 'https://api.example.com'],
      ['resource', 'https://other.example.com'],
    ])
  })

  it('ask for openid even where it is not configured', () => {
    const parameters = authorizationParameters(aClient({ scopes: ['email'] }), aLogin(), 'c', {})
    expect(parameters.get('scope')).toBe('openid email')
  })

  it('R16: are nothing that configuration or the request can touch', () => {
    const plain = authorizationParameters(aClient(), aLogin(), 'challenge', {})
    const client = aClient({ authorizationParameters: PROTECTED })
    const parameters = authorizationParameters(client, aLogin(), 'challenge', PROTECTED)
    expect(parameters.toString()).toBe(plain.toString())
  })

  it('let configuration win over what the request forwards', () => {
    const client = aClient({ authorizationParameters: { acr_values: 'mfa', ui_locales: 'de' } })
    const forwarded = { acr_values: 'none', login_hint: 'alice' }
    const parameters = authorizationParameters(client, aLogin(), 'challenge', forwarded)
    expect(parameters.getAll('acr_values')).toEqual(['mfa'])
    expect(parameters.get('ui_locales')).toBe('de')
    expect(parameters.get('login_hint')).toBe('alice')
  })
})
