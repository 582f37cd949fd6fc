import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  authorizationParameters,
  createAuthorizationUrl,
  withParameters,
} from '../../../../src/oidc/authorization/authorization-request.ts'
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

const ENDPOINT = 'https://sso.example.com/authorize'

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('place-0.of', 'place-3.of&state=place-1.of', "a b~*'()!+%20", '\ud800', 'é', '#'),
)
const name = fc.constantFrom('prompt', 'login_hint', 'state', 'acr_values', 'nonce', 'x y')

const endpoint = fc.oneof(
  fc.constantFrom(ENDPOINT, `${ENDPOINT}?tenant=a&state=b&x=%7e`, `${ENDPOINT}?#part`),
  fc.webUrl({ withQueryParameters: true, withFragments: true }),
  text.map((part) => `${ENDPOINT}/${encodeURIComponent(part.toWellFormed())}?p=place-2.of`),
)

const client = fc
  .record({
    clientId: text,
    scopes: fc.array(text, { maxLength: 3 }),
    resources: fc.array(text, { maxLength: 2 }),
    authorizationParameters: fc.dictionary(name, text, { maxKeys: 3 }),
  })
  .map(aClient)

const attempt = fc.record({
  login: fc
    .record({ redirectUri: fc.oneof(fc.webUrl(), text), state: text, nonce: text })
    .map(aLogin),
  challenge: text,
  forwarded: fc.oneof(fc.constant({}), fc.dictionary(name, text, { maxKeys: 2 })),
})

describe('the URL of an authorization request', () => {
  it('R16: is made of the parameters, be most of it kept or not', () => {
    fc.assert(
      fc.property(client, endpoint, fc.array(attempt, { minLength: 1 }), (one, at, attempts) => {
        const authorizationUrl = createAuthorizationUrl()
        for (const { login, challenge, forwarded } of attempts) {
          const parameters = authorizationParameters(one, login, challenge, forwarded)
          const url = authorizationUrl(at, one, login, challenge, forwarded)
          expect(url).toBe(withParameters(at, parameters))
        }
      }),
      { numRuns: 1_000 },
    )
  })

  it('is that of the endpoint and of the client that are asked for', () => {
    const authorizationUrl = createAuthorizationUrl()
    const of = (at: string, clientId: string, one = aClient({ clientId })) =>
      new URL(authorizationUrl(at, one, aLogin(), 'c', {}))
    const shop = aClient()
    expect(of(ENDPOINT, 'shop', shop).host).toBe('sso.example.com')
    expect(of('https://other.example.com/authorize', 'shop', shop).host).toBe('other.example.com')
    expect(of(ENDPOINT, 'shop', shop).host).toBe('sso.example.com')
    expect(of(ENDPOINT, 'wiki').searchParams.get('client_id')).toBe('wiki')
    expect(of(ENDPOINT, 'shop', shop).searchParams.get('client_id')).toBe('shop')
  })
})

describe('what raises a session', () => {
  const stepUp = { issuer: 'https://sso.example.com', subject: 'alice' }
  const asking = (
    asked: { acrValues?: readonly string[]; maxAgeMs?: number },
    authorization: Readonly<Record<string, string>> = {},
    takesClaims = false,
    forwarded: Readonly<Record<string, string>> = {},
  ) =>
    authorizationParameters(
      aClient({ authorizationParameters: authorization }),
      aLogin({ stepUp: { ...stepUp, ...asked } }),
      'c',
      forwarded,
      takesClaims,
    )

  it("is asked for by acr_values, in place of the client's, and the rest of it stays", () => {
    const own = { acr_values: 'pwd', prompt: 'login' }
    const parameters = asking({ acrValues: ['mfa', 'phr'] }, own, false, { acr_values: 'x' })
    expect(parameters.get('acr_values')).toBe('mfa phr')
    expect(parameters.get('prompt')).toBe('login')
    expect(parameters.has('max_age')).toBe(false)
    expect(parameters.has('claims')).toBe(false)
  })

  it('is an essential claim where the provider takes the parameter, beside other claims', () => {
    const claims = { userinfo: { email: null }, id_token: { name: null, acr: { value: 'pwd' } } }
    const own = { acr_values: 'pwd', claims: JSON.stringify(claims) }
    const parameters = asking({ acrValues: ['mfa'] }, own, true)
    expect(parameters.has('acr_values')).toBe(false)
    expect(JSON.parse(parameters.get('claims') ?? '')).toEqual({
      userinfo: { email: null },
      id_token: { name: null, acr: { essential: true, values: ['mfa'] } },
    })
    const odd = asking({ acrValues: ['mfa'] }, { claims: 'none' }, true)
    expect([odd.get('claims'), odd.get('acr_values')]).toEqual(['none', 'mfa'])
  })

  it.each([
    [{}, '600'],
    [{ max_age: '60' }, '60'],
    [{ max_age: '3600' }, '600'],
  ])('of two ages the stricter is asked for: %j', (own, expected) => {
    expect(asking({ maxAgeMs: 600_000 }, own).get('max_age')).toBe(expected)
    expect(asking({ maxAgeMs: 600_000 }, {}, false, own).get('max_age')).toBe(expected)
  })

  it('makes a URL of its own, and leaves those of other logins alone', () => {
    const urlOf = createAuthorizationUrl()
    const client = aClient()
    const plain = urlOf('https://sso.example.com/authorize', client, aLogin(), 'c', {})
    const login = aLogin({ stepUp: { ...stepUp, acrValues: ['mfa'] } })
    const raising = urlOf('https://sso.example.com/authorize', client, login, 'c', {}, true)
    expect(new URL(raising).searchParams.get('claims')).toContain('"essential":true')
    expect(urlOf('https://sso.example.com/authorize', client, aLogin(), 'c', {})).toBe(plain)
  })
})
