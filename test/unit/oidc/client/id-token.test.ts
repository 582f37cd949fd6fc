import { describe, expect, it } from 'vitest'
import type { Json } from '../../../../src/core/identity/identity.ts'
import type { ExpectedContext } from '../../../../src/oidc/client/authentication-context.ts'
import { checkIdToken } from '../../../../src/oidc/client/id-token.ts'
import { aClient } from '../../../support/builders.ts'
import { unlimited } from '../../../support/check-ports.ts'
import { handSetClock } from '../../../support/hand-set-clock.ts'
import { aHostileProvider, localProviders } from '../../../support/local-providers.ts'
import {
  createTokenSigner,
  hmacToken,
  type TokenSigner,
  unsignedToken,
} from '../../../support/token-signer.ts'

type Changes = Readonly<Record<string, Json | undefined>>

/** The checks alone, without the library that stands before them. */
const aCheck = async () => {
  const { hostile, provider } = await aHostileProvider()
  const clock = handSetClock()
  const client = aClient({ provider })
  const { keys } = localProviders(clock).of(provider)
  const seconds = Math.floor(clock.nowMs() / 1000)
  const claims = (changes: Changes = {}) =>
    JSON.parse(
      JSON.stringify({
        iss: provider.issuer,
        sub: 'alice',
        aud: client.clientId,
        iat: seconds,
        exp: seconds + 300,
        nonce: 'nonce-1',
        ...changes,
      }),
    )
  const check = (idToken: string) => {
    const expected = { client, accessToken: 'access-1', nonce: 'nonce-1' }
    return checkIdToken(idToken, expected, keys, clock, unlimited)
  }
  return { signer: hostile.signer, seconds, claims, check }
}

type World = Awaited<ReturnType<typeof aCheck>>

const refused: readonly [string, (world: World) => string][] = [
  ['crit', ({ signer, claims }) => signer.sign(claims(), { crit: ['b64'], b64: true })],
  ['typ', ({ signer, claims }) => signer.sign(claims(), { typ: 'at+jwt' })],
  ['none', ({ claims }) => unsignedToken(claims())],
  ['HS256', ({ signer, claims }) => hmacToken(claims(), signer.publicPem, 'key-1')],
  ['iss', ({ signer, claims }) => signer.sign(claims({ iss: 'https://evil.example.com' }))],
  ['sub', ({ signer, claims }) => signer.sign(claims({ sub: undefined }))],
  ['aud', ({ signer, claims }) => signer.sign(claims({ aud: ['other'] }))],
  ['azp', ({ signer, claims }) => signer.sign(claims({ azp: 'other' }))],
  ['several aud', ({ signer, claims }) => signer.sign(claims({ aud: ['shop', 'other'] }))],
  ['nonce', ({ signer, claims }) => signer.sign(claims({ nonce: undefined }))],
  ['exp', ({ signer, claims, seconds }) => signer.sign(claims({ exp: seconds - 30 }))],
  ['no exp', ({ signer, claims }) => signer.sign(claims({ exp: undefined }))],
  ['iat', ({ signer, claims, seconds }) => signer.sign(claims({ iat: seconds + 31 }))],
  ['no iat', ({ signer, claims }) => signer.sign(claims({ iat: undefined }))],
  ['nbf', ({ signer, claims, seconds }) => signer.sign(claims({ nbf: seconds + 31 }))],
  ['at_hash', ({ signer, claims }) => signer.sign(claims({ at_hash: 'AAAA' }))],
  ['the key', ({ claims }) => createTokenSigner('key-1').sign(claims())],
]

describe('an ID token', () => {
  it('R23: that is right is valid, with its claims', async () => {
    const { signer, claims, check } = await aCheck()
    const good = claims({ email: 'alice@example.com' })
    expect(await check(signer.sign(good, { typ: 'JWT' }))).toEqual({ kind: 'valid', claims: good })
  })

  it.each(refused)('R22, R23: that is wrong in %s is invalid', async (_, make) => {
    const world = await aCheck()
    expect((await world.check(make(world))).kind).toBe('invalid')
  })

  it('R22: is signed by a published key of the algorithm it names', async () => {
    const { claims, check } = await aCheck()
    const signed = (signer: TokenSigner) => check(signer.sign(claims()))
    expect((await signed(createTokenSigner('key-1', 'ES256'))).kind).toBe('invalid')
    expect((await signed(createTokenSigner('key-9'))).kind).toBe('unverifiable')
  })
})

describe('A13: the algorithm that is registered', () => {
  it('is the only one, where it is set; where it is not, the list of the provider holds', async () => {
    const { hostile, provider } = await aHostileProvider()
    const clock = handSetClock()
    const { keys } = localProviders(clock).of(provider)
    const seconds = Math.floor(clock.nowMs() / 1000)
    const idToken = hostile.signer.sign({
      ...{ iss: provider.issuer, sub: 'alice', aud: 'shop', nonce: 'nonce-1' },
      ...{ iat: seconds, exp: seconds + 300 },
    })
    const check = (idTokenAlgorithm?: 'RS256' | 'ES256') =>
      checkIdToken(
        idToken,
        {
          client: aClient({ provider, ...(idTokenAlgorithm && { idTokenAlgorithm }) }),
          accessToken: 'access-1',
          nonce: 'nonce-1',
        },
        keys,
        clock,
        unlimited,
      )
    expect((await check()).kind).toBe('valid')
    expect((await check('RS256')).kind).toBe('valid')
    expect(await check('ES256')).toEqual({
      kind: 'invalid',
      detail: 'Its alg header is not ES256, which idToken.signingAlgorithm says is registered.',
    })
  })
})

describe('A5: what was asked of the authentication', () => {
  const asking = async (context: Omit<ExpectedContext, 'askedAtMs'>, claims: Changes) => {
    const { hostile, provider } = await aHostileProvider()
    const clock = handSetClock()
    const { keys } = localProviders(clock).of(provider)
    const seconds = Math.floor(clock.nowMs() / 1000)
    const { ago, ...others } = claims
    const idToken = hostile.signer.sign({
      ...{ iss: provider.issuer, sub: 'alice', aud: 'shop', nonce: 'nonce-1' },
      ...{ iat: seconds, exp: seconds + 300, ...others },
      ...(typeof ago === 'number' ? { auth_time: seconds - ago } : {}),
    })
    const expected = {
      client: aClient({ provider }),
      accessToken: 'access-1',
      nonce: 'nonce-1',
      context: { ...context, askedAtMs: clock.nowMs() - 200_000 },
    }
    return checkIdToken(idToken, expected, keys, clock, unlimited)
  }

  it.each([
    [{}, {}],
    [{ maxAge: '600' }, { ago: 590 }],
    [{ maxAge: '0' }, { ago: 199 }],
    [{ acrValues: 'mfa phr' }, { acr: 'phr' }],
    [{ acrValues: '' }, {}],
  ])('A5: %j is answered by %j', async (context, claims) => {
    expect(await asking(context, claims)).toMatchObject({ kind: 'valid' })
  })

  it.each([
    [{ maxAge: '600' }, {}, /auth_time claim is absent/],
    [{ maxAge: '600' }, { auth_time: 'now' }, /auth_time claim is malformed/],
    [{ maxAge: '600' }, { ago: 700 }, /further back than the max_age of 600 s/],
    [{ maxAge: '0' }, { ago: 300 }, /further back than the max_age of 0 s/],
    [{ maxAge: '600' }, { ago: -100 }, /auth_time claim lies ahead/],
    [{ acrValues: 'mfa phr' }, {}, /acr claim is absent/],
    [{ acrValues: 'mfa phr' }, { acr: 'pwd' }, /acr claim is another/],
    [{ acrValues: 'mfa phr' }, { acr: 'mfa phr' }, /acr claim is another/],
    [{ acrValues: 'mfa phr' }, { acr: ['mfa'] }, /acr claim is another/],
  ])('A5: %j is not answered by %j', async (context, claims, detail) => {
    expect(await asking(context, claims)).toEqual({
      kind: 'other_context',
      detail: expect.stringMatching(detail),
      claims: expect.objectContaining({ sub: 'alice' }),
    })
  })
})
