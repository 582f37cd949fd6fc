import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkCallback, plainText } from '../../../../src/oidc/client/authorization-response.ts'
import { aProvider } from '../../../support/builders.ts'
import { aLogin } from '../../../support/logins.ts'

const provider = aProvider()
const login = aLogin()
const GOOD = { code: 'code-1', state: login.state, iss: provider.issuer }

const answerTo = (query: string | Record<string, string>, sendsIssuer = true) =>
  checkCallback(new URLSearchParams(query), login, provider, sendsIssuer)

const goodQuery = new URLSearchParams(GOOD).toString()

describe('a callback', () => {
  it('R17: with code, state and iss is good', () => {
    expect(answerTo(GOOD)).toBeUndefined()
    expect(answerTo({ code: 'code-1', state: login.state }, false)).toBeUndefined()
    expect(answerTo({ ...GOOD, session_state: 'x' })).toBeUndefined()
  })

  it.each([
    'code=2',
    'state=2',
    'iss=2',
    'session_state=1&session_state=1',
    `state=${login.state}`,
  ])('R20: with a repeated parameter (%s) is malformed', (extra) => {
    expect(answerTo(`${goodQuery}&${extra}`)).toMatchObject({ reason: 'malformed_callback' })
  })

  it.each([
    ['neither code nor error', { state: login.state, iss: provider.issuer }],
    ['an empty code', { ...GOOD, code: '' }],
    ['both code and error', { ...GOOD, error: 'access_denied' }],
    ['a signed response', { ...GOOD, response: 'e30.e30.' }],
    ['an ID token', { ...GOOD, id_token: 'e30.e30.' }],
    ['an access token', { ...GOOD, access_token: 'x' }],
  ])('R20: with %s is malformed', (_, query) => {
    expect(answerTo(query)).toMatchObject({ reason: 'malformed_callback' })
  })

  it('R17: without iss is refused when the provider says it sends it', () => {
    const query = { code: 'code-1', state: login.state }
    expect(answerTo(query)).toMatchObject({ reason: 'id_token_invalid' })
  })

  it.each(['https://evil.example.com', `${provider.issuer}/`, ''])(
    'R17: with iss "%s" is refused, whether or not the provider says it sends it',
    (iss) => {
      expect(answerTo({ ...GOOD, iss })).toMatchObject({ reason: 'id_token_invalid' })
      expect(answerTo({ ...GOOD, iss }, false)).toMatchObject({ reason: 'id_token_invalid' })
    },
  )

  it('R17: with a wrong iss is not believed when it reports an error', () => {
    const query = { error: 'access_denied', state: login.state, iss: 'https://evil.example.com' }
    expect(answerTo(query)).toMatchObject({ reason: 'id_token_invalid' })
  })

  it('R16: with the state of another login is refused', () => {
    expect(answerTo({ ...GOOD, state: 'other' })).toMatchObject({ reason: 'state_mismatch' })
  })

  it.each(['access_denied', 'server_error', 'temporarily_unavailable', '<script>'])(
    'R20: with error %s is refused as an error of the provider',
    (error) => {
      const query = { error, error_description: 'no', state: login.state, iss: provider.issuer }
      expect(answerTo(query)).toMatchObject({ kind: 'refused', reason: 'provider_error' })
    },
  )

  it('R20, R34: whatever the provider says about an error reaches the log as plain, bounded text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 2000 }), (text) => {
        const plain = plainText(text)
        expect(plain.length).toBeLessThanOrEqual(200)
        expect(plain).toMatch(/^[\x20-\x7e]*$/)
        expect(plain).not.toMatch(/[<>&"'\\]/)
      }),
    )
  })

  it('R34: of any shape is answered without an exception', () => {
    const name = fc.constantFrom('code', 'state', 'iss', 'error', 'response', 'id_token', 'x')
    fc.assert(
      fc.property(fc.array(fc.tuple(name, fc.string())), fc.boolean(), (pairs, sendsIssuer) => {
        const outcome = checkCallback(new URLSearchParams(pairs), login, provider, sendsIssuer)
        expect(outcome?.kind).toBe('refused')
      }),
    )
  })
})
