import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Exchange } from '../../../../src/core/policy/upstream.ts'
import {
  MAX_TOKEN_LENGTH,
  readExchangeAnswer,
} from '../../../../src/oidc/exchange/exchange-answer.ts'
import { TOKEN_TYPES } from '../../../../src/oidc/exchange/exchange-request.ts'
import { createTokenSigner } from '../../../support/token-signer.ts'

const jwt = createTokenSigner('key-1', 'ES256').sign({ sub: 'alice', aud: 'orders' })
const jwe = `${Buffer.from('{"alg":"RSA-OAEP","enc":"A256GCM"}').toString('base64url')}.a.b.c.d`
const asked: Exchange = { audience: 'orders', scopes: [], takesOpaque: false }
const good = {
  access_token: jwt,
  token_type: 'Bearer',
  issued_token_type: TOKEN_TYPES.access_token,
  expires_in: 300,
}

const read = (document: unknown, exchange: Partial<Exchange> = {}) =>
  readExchangeAnswer({ status: 200, text: JSON.stringify(document) }, { ...asked, ...exchange })

const why = (changes: object, exchange: Partial<Exchange> = {}): string | undefined => {
  const answer = read({ ...good, ...changes }, exchange)
  return answer.kind === 'unusable' ? answer.why : undefined
}

describe('the answer to an exchange', () => {
  it('is read: the token, and how long it lasts', () => {
    const answer = read(good)
    expect(answer).toMatchObject({ kind: 'issued', issued: { token: jwt, lifetimeMs: 300_000 } })
    expect(answer.kind === 'issued' && answer.issued.jwt?.claims.sub).toBe('alice')
  })

  it.each([
    ['a JWT by its type', { issued_token_type: TOKEN_TYPES.jwt }],
    ['bearer in any case', { token_type: 'bearer' }],
    ['seconds as text', { expires_in: '300' }],
    ['a refresh token that nobody asked for', { refresh_token: 'refresh' }],
  ])('may have %s', (_what, changes) => expect(why(changes)).toBeUndefined())

  it.each([
    ['N_A', { token_type: 'N_A' }, 'its token_type is "N_A", and has to be Bearer'],
    ['DPoP', { token_type: 'DPoP' }, 'its token_type is "DPoP"'],
    ['no token_type', { token_type: undefined }, 'its token_type is no text'],
    [
      'an ID token',
      { issued_token_type: 'urn:ietf:params:oauth:token-type:id_token' },
      'its issued_token_type is "urn:ietf:params:oauth:token-type:id_token"',
    ],
    [
      'a refresh token',
      { issued_token_type: 'urn:ietf:params:oauth:token-type:refresh_token' },
      'its issued_token_type is',
    ],
    ['no issued_token_type', { issued_token_type: undefined }, 'its issued_token_type is no text'],
    ['no token', { access_token: undefined }, 'it has no access_token'],
    ['a list for a token', { access_token: [jwt] }, 'it has no access_token'],
    ['an empty token', { access_token: '' }, 'it has no access_token'],
    ['a header in it', { access_token: 'a\r\nx-user: root' }, 'has characters that no token'],
    ['letters beyond ASCII', { access_token: 'tökén' }, 'has characters that no token'],
    ['two tokens', { access_token: `${jwt} ${jwt}` }, 'has characters that no token'],
    ['a huge token', { access_token: 'a'.repeat(MAX_TOKEN_LENGTH + 1) }, 'bytes long'],
    ['an opaque token', { access_token: 'opaque' }, 'no JWT'],
    ['five parts', { access_token: 'a.b.c.d.e' }, 'no JWT'],
    ['an encrypted token', { access_token: jwe }, 'its access_token is encrypted'],
  ])('is refused with %s', (_what, changes, sentence) => expect(why(changes)).toContain(sentence))

  it('is refused where a JWT was asked for, and another was issued', () => {
    expect(why({}, { requestedTokenType: 'jwt' })).toContain('was asked for')
    expect(why({ issued_token_type: TOKEN_TYPES.jwt }, { requestedTokenType: 'jwt' })).toBe(
      undefined,
    )
  })

  it('may be opaque where the rule takes that, but never where a JWT is promised', () => {
    expect(why({ access_token: 'opaque' }, { takesOpaque: true })).toBeUndefined()
    const promised = { access_token: 'opaque', issued_token_type: TOKEN_TYPES.jwt }
    expect(why(promised, { takesOpaque: true })).toContain('no JWT, as issued_token_type says')
    const answer = read(good, { takesOpaque: true })
    expect(answer.kind === 'issued' && answer.issued.jwt).toBeDefined()
  })

  it('may be encrypted where the rule takes what it cannot read, as a JWT or not', () => {
    for (const issued_token_type of Object.values(TOKEN_TYPES)) {
      const answer = read({ ...good, access_token: jwe, issued_token_type }, { takesOpaque: true })
      expect(answer).toEqual({ kind: 'issued', issued: { token: jwe, lifetimeMs: 300_000 } })
    }
    expect(why({ access_token: jwe }, { requestedTokenType: 'jwt', takesOpaque: true })).toContain(
      'was asked for',
    )
  })

  it.each(['<html>sign in</html>', '', 'null', '[]', '"token"'])(
    'is refused as what it is: %j',
    (text) => expect(readExchangeAnswer({ status: 200, text }, asked).kind).toBe('unusable'),
  )

  it('never throws, and takes nothing without every member that is required', () => {
    const member = fc.oneof(fc.jsonValue(), fc.constantFrom(...Object.values(good)))
    const document = fc.record(
      {
        access_token: member,
        token_type: member,
        issued_token_type: member,
        expires_in: member,
        scope: member,
      },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(document, fc.boolean(), (one, takesOpaque) => {
        const answer = read(one, { takesOpaque })
        if (answer.kind === 'unusable') return answer.why.length > 0
        const { token, jwt: readable, lifetimeMs = 1 } = answer.issued
        expect(token).toMatch(/^[\x21-\x7e]+$/)
        expect(String(one.token_type).toLowerCase()).toBe('bearer')
        expect(Object.values(TOKEN_TYPES)).toContain(one.issued_token_type)
        expect(takesOpaque || readable !== undefined).toBe(true)
        return lifetimeMs > 0 && Number.isFinite(lifetimeMs)
      }),
    )
  })

  it('never throws, whatever text it is', () => {
    fc.assert(
      fc.property(
        fc.string(),
        (text) => readExchangeAnswer({ status: 200, text }, asked).kind === 'unusable',
      ),
    )
  })
})
