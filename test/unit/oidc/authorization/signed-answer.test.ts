import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Claims, Json } from '../../../../src/core/identity/identity.ts'
import type { Client } from '../../../../src/core/registration/client.ts'
import { createReadAnswer } from '../../../../src/oidc/authorization/signed-answer.ts'
import { createRelyingParty } from '../../../../src/oidc/client/relying-party.ts'
import { aClient } from '../../../support/builders.ts'
import { unlimited } from '../../../support/check-ports.ts'
import { anOpeningKey, encryptedTo } from '../../../support/encrypted-tokens.ts'
import { handSetClock } from '../../../support/hand-set-clock.ts'
import { aHostileProvider, localProviders } from '../../../support/local-providers.ts'
import { aLogin } from '../../../support/logins.ts'
import {
  createTokenSigner,
  hmacToken,
  type TokenSigner,
  unsignedToken,
} from '../../../support/token-signer.ts'

type Changes = Readonly<Record<string, Json | undefined>>

const without = (value: Changes): Claims => JSON.parse(JSON.stringify(value))

const signing = (client: Client): Client => ({
  ...client,
  asking: { ...client.asking, responseMode: 'query.jwt' },
})

/** A client that asks for signed answers, and a provider that gives them, and tokens for a code. */
const aWorld = async (changes: Partial<Client> = {}) => {
  const { hostile, provider } = await aHostileProvider()
  const clock = handSetClock()
  const relyingParty = createRelyingParty({ providers: localProviders(clock), clock })
  const client = signing(aClient({ provider, ...changes }))
  const login = aLogin()
  const seconds = Math.floor(clock.nowMs() / 1_000)
  const giveTokens = (signer: TokenSigner): void => {
    const idToken = signer.sign({
      iss: hostile.issuer,
      sub: 'alice',
      aud: 'shop',
      iat: seconds,
      exp: seconds + 300,
      nonce: login.nonce,
    })
    hostile.setTokens({ access_token: 'access-2', token_type: 'Bearer', id_token: idToken })
  }
  giveTokens(hostile.signer)
  const claims = (other: Changes = {}): Claims =>
    without({
      iss: hostile.issuer,
      aud: 'shop',
      exp: seconds + 600,
      code: 'code-1',
      state: login.state,
      ...other,
    })
  const exchange = async (query: URLSearchParams) => {
    const outcome = await relyingParty.exchange(client, login, query, unlimited)
    return outcome.kind === 'tokens' ? { reason: 'tokens', detail: '' } : outcome
  }
  const answer = (response: string) => exchange(new URLSearchParams({ response }))
  return { hostile, giveTokens, relyingParty, client, login, seconds, claims, exchange, answer }
}

type World = Awaited<ReturnType<typeof aWorld>>

const signed =
  (changes: (world: World) => Changes, header: Changes = {}) =>
  (world: World): string =>
    world.hostile.signer.sign(world.claims(changes(world)), header)

describe('a signed answer to a login', () => {
  it('is asked for, and signs in by the code in it alone', async () => {
    const world = await aWorld()
    const { client, login, relyingParty, hostile } = world
    const url = new URL(await relyingParty.authorizationUrl(client, login, {}, unlimited))
    expect(url.searchParams.get('response_mode')).toBe('query.jwt')
    expect(await world.answer(hostile.signer.sign(world.claims()))).toMatchObject({
      reason: 'tokens',
    })
    expect(Object.fromEntries(hostile.tokenRequests[0]?.form ?? [])).toMatchObject({
      grant_type: 'authorization_code',
      code: 'code-1',
      redirect_uri: login.redirectUri,
    })
  })

  it.each<[string, (world: World) => string]>([
    ['several audiences, one of which is ours', signed(() => ({ aud: ['other', 'shop'] }))],
    ['times of its making', signed(({ seconds }) => ({ iat: seconds, nbf: seconds }))],
    ['an exp within the skew', signed(({ seconds }) => ({ exp: seconds - 29 }))],
    ['the typ JWT', signed(() => ({}), { typ: 'JWT' })],
    ['more than it needs', signed(() => ({ session_state: 'x', sub: 'somebody', n: 1 }))],
  ])('may have %s', async (_, make) => {
    const world = await aWorld()
    expect(await world.answer(make(world))).toMatchObject({ reason: 'tokens' })
  })

  it.each<[string, (world: World) => string, RegExp]>([
    ['another issuer', signed(() => ({ iss: 'https://evil.example.com' })), /iss claim is "https:/],
    ['no issuer', signed(() => ({ iss: undefined })), /iss claim is absent/],
    ['two issuers', signed(({ hostile }) => ({ iss: [hostile.issuer] })), /iss claim/],
    ['another audience', signed(() => ({ aud: 'other' })), /aud claim does not name the client/],
    ['no audience', signed(() => ({ aud: undefined })), /aud claim does not name the client/],
    ['no exp', signed(() => ({ exp: undefined })), /exp claim is absent/],
    ['an exp that is text', signed(({ seconds }) => ({ exp: `${seconds + 60}` })), /exp claim is/],
    ['an exp that has passed', signed(({ seconds }) => ({ exp: seconds - 30 })), /exp claim has/],
    ['an iat that lies ahead', signed(({ seconds }) => ({ iat: seconds + 31 })), /iat claim lies/],
    ['an nbf that lies ahead', signed(({ seconds }) => ({ nbf: seconds + 31 })), /nbf claim lies/],
    ['an iat that is none', signed(() => ({ iat: 'now' })), /iat claim is malformed/],
    ['no signature (alg none)', ({ claims }) => unsignedToken(claims()), /alg header/],
    [
      'HS256 keyed with the public PEM',
      ({ hostile, claims }) => hmacToken(claims(), hostile.signer.publicPem, 'key-1'),
      /alg header is not in signingAlgorithms/,
    ],
    [
      'a key that is not published',
      ({ claims }) => createTokenSigner('key-9').sign(claims()),
      /does not publish/,
    ],
    [
      'another key under the same name',
      ({ claims }) => createTokenSigner('key-1').sign(claims()),
      /not valid/,
    ],
    [
      'an embedded key',
      ({ claims }) => {
        const forger = createTokenSigner('key-1')
        return forger.sign(claims(), { jwk: forger.publicJwk })
      },
      /not valid/,
    ],
    ['an unknown crit header', signed(() => ({}), { crit: ['x'], x: 1 }), /crit header/],
    ['the typ of an access token', signed(() => ({}), { typ: 'at+jwt' }), /typ header/],
    ['encryption that nothing opens', () => encryptedShape, /`idToken.decryptionKeyRef`/],
    ['no form of a JWT', () => 'not a token', /no JWT in compact form/],
    ['nothing in it', () => '', /no JWT in compact form/],
  ])('R17, R22: with %s is not believed, and its code goes nowhere', async (_, make, detail) => {
    const world = await aWorld()
    expect(await world.answer(make(world))).toEqual({
      kind: 'refused',
      reason: 'id_token_invalid',
      detail: expect.stringMatching(detail),
      unsent: true,
    })
    expect(world.hostile.requestCount('token')).toBe(0)
  })

  it.each<[string, Changes, string]>([
    ['the state of another login', { state: 'other' }, 'state_mismatch'],
    ['no state', { state: undefined }, 'state_mismatch'],
    ['neither code nor error', { code: undefined }, 'malformed_callback'],
    ['code and error', { error: 'access_denied' }, 'malformed_callback'],
    ['a code that is a list', { code: ['code-1'] }, 'malformed_callback'],
    ['tokens', { access_token: 'x' }, 'malformed_callback'],
    ['an answer within', { response: 'x' }, 'malformed_callback'],
    [
      'an error',
      { code: undefined, error: 'access_denied', error_description: 'No.' },
      'provider_error',
    ],
  ])('R20: with %s is refused as it would be unsigned', async (_, changes, reason) => {
    const world = await aWorld()
    const response = world.hostile.signer.sign(world.claims(changes))
    expect(await world.answer(response)).toMatchObject({ reason })
    expect(world.hostile.requestCount('token')).toBe(0)
  })

  it.each([
    ['a code of its own', 'code', 'code-2'],
    ['a state of its own', 'state', 'state-1'],
    ['another answer', 'response', 'x.y.z'],
    ['anything else', 'session_state', 'x'],
  ])('R20: with %s beside it is refused', async (_, name, value) => {
    const world = await aWorld()
    const query = new URLSearchParams({ response: world.hostile.signer.sign(world.claims()) })
    query.append(name, value)
    expect(await world.exchange(query)).toMatchObject({
      reason: 'id_token_invalid',
      detail: expect.stringContaining('which nobody signed'),
    })
    expect(world.hostile.requestCount('token')).toBe(0)
  })

  it('R20: is not an answer that nobody signed', async () => {
    const world = await aWorld()
    const { hostile, login } = world
    const query = { code: 'code-1', state: login.state, iss: hostile.issuer }
    expect(await world.exchange(new URLSearchParams(query))).toMatchObject({
      reason: 'id_token_invalid',
      detail: expect.stringContaining('`authorizationRequest.responseMode`'),
    })
    expect(hostile.requestCount('token')).toBe(0)
  })

  it('is none for a client that asks for plain ones', async () => {
    const world = await aWorld()
    const plain = { ...world.client, asking: { ...world.client.asking, responseMode: 'query' } }
    const response = world.hostile.signer.sign(world.claims())
    const query = new URLSearchParams({ response, code: 'code-1', state: world.login.state })
    expect(
      await world.relyingParty.exchange(plain as Client, world.login, query, unlimited),
    ).toMatchObject({ reason: 'malformed_callback' })
  })

  it('R22: is signed as answers are, whatever is registered for ID tokens', async () => {
    const world = await aWorld({ idTokenAlgorithm: 'RS256' })
    const other = createTokenSigner('key-2', 'ES256')
    world.hostile.setKeys([world.hostile.signer.publicJwk, other.publicJwk])
    expect(await world.answer(other.sign(world.claims()))).toMatchObject({ reason: 'tokens' })
  })

  it('B15: by a key that changed under its name is believed', async () => {
    const world = await aWorld()
    expect(await world.answer(world.hostile.signer.sign(world.claims()))).toMatchObject({
      reason: 'tokens',
    })
    const rotated = createTokenSigner('key-1')
    world.hostile.setKeys([rotated.publicJwk])
    world.giveTokens(rotated)
    expect(await world.answer(rotated.sign(world.claims()))).toMatchObject({ reason: 'tokens' })
  })

  it('may be encrypted to the key that opens ID tokens, and is verified all the same', async () => {
    const key = anOpeningKey()
    const world = await aWorld({ decryptionKeys: [{ privateKeyPem: key.privateKeyPem }] })
    const answer = async (compact: string) => world.answer(await encryptedTo(key, compact))
    expect(await answer(world.hostile.signer.sign(world.claims()))).toMatchObject({
      reason: 'tokens',
    })
    expect(await answer(createTokenSigner('key-1').sign(world.claims()))).toMatchObject({
      reason: 'id_token_invalid',
    })
    expect(await answer(unsignedToken(world.claims()))).toMatchObject({
      reason: 'id_token_invalid',
    })
    const other = await encryptedTo(anOpeningKey(), world.hostile.signer.sign(world.claims()))
    expect(await world.answer(other)).toMatchObject({
      reason: 'id_token_invalid',
      detail: expect.stringContaining('cannot be decrypted'),
    })
  })
})

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** Has the form of a JWE. */
const encryptedShape = `${encoded({ alg: 'dir', enc: 'A256GCM' })}..e30.e30.e30`

describe('reading an answer', () => {
  const { read } = createReadAnswer()
  const client = signing(aClient())

  it('needs no promise where answers are plain', () => {
    const query = new URLSearchParams('code=1&state=2&state=3')
    expect(read(aClient(), query)).toEqual({ kind: 'read', says: query })
  })

  const value = fc.oneof(fc.string(), fc.integer(), fc.constant(null), fc.array(fc.string()))
  const names = fc.constantFrom('code', 'state', 'error', 'iss', 'aud', 'sub', 'jti', 'exp', 'x')

  it('R34: says what is text in it, once each, and nothing of the JWT itself', async () => {
    await fc.assert(
      fc.asyncProperty(fc.dictionary(names, value), async (claims) => {
        const response = `${encoded({ alg: 'none' })}.${encoded(claims)}.`
        const reading = await read(client, new URLSearchParams({ response }))
        const texts = Object.entries(claims).filter(
          ([name, one]) => typeof one === 'string' && !['aud', 'sub', 'jti'].includes(name),
        )
        expect(reading.kind === 'read' ? [...reading.says] : []).toEqual([
          ...new URLSearchParams(texts as [string, string][]),
        ])
      }),
    )
  })

  it('R34: of any shape ends without an exception, and says nothing unless it is one answer alone', async () => {
    const part = fc.oneof(
      fc.string(),
      fc.constantFrom(encoded({ alg: 'RS256' }), encoded([]), '', encryptedShape),
    )
    const shape = fc.array(part, { minLength: 1, maxLength: 6 }).map((parts) => parts.join('.'))
    const name = fc.constantFrom('response', 'code', 'state', 'error', 'x')
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(name, fc.oneof(shape, fc.string()))), async (pairs) => {
        const reading = await read(client, new URLSearchParams(pairs))
        const isOne = pairs.length === 1 && pairs[0]?.[0] === 'response'
        if (!isOne) expect(reading.kind).toBe('malformed')
        if (reading.kind === 'malformed') expect(reading.detail).toMatch(/^[\x20-\x7e…]+\.$/)
      }),
    )
  })
})
