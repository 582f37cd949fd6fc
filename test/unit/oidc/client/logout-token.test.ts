import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Claims, Json } from '../../../../src/core/identity/identity.ts'
import { checkLogoutToken } from '../../../../src/oidc/client/logout-token.ts'
import { aClient } from '../../../support/builders.ts'
import { unlimited } from '../../../support/check-ports.ts'
import { handSetClock } from '../../../support/hand-set-clock.ts'
import { aHostileProvider, localProviders } from '../../../support/local-providers.ts'
import { logoutClaims } from '../../../support/logout-tokens.ts'
import { createTokenSigner, hmacToken, unsignedToken } from '../../../support/token-signer.ts'

type Changes = Readonly<Record<string, Json | undefined>>

const EVENT = 'http://schemas.openid.net/event/backchannel-logout'

const aCheck = async () => {
  const { hostile, provider } = await aHostileProvider()
  const clock = handSetClock()
  const client = aClient({ provider })
  const { keys } = localProviders(clock).of(provider)
  const seconds = Math.floor(clock.nowMs() / 1000)
  const claims = (changes: Changes = {}): Claims => logoutClaims(client, seconds, changes)
  const check = (token: string) => checkLogoutToken(token, client, keys, clock, unlimited)
  return { hostile, signer: hostile.signer, clock, client, seconds, claims, check }
}

type World = Awaited<ReturnType<typeof aCheck>>

const signed =
  (changes: (world: World) => Changes, header: Changes = {}) =>
  (world: World): string =>
    world.signer.sign(world.claims(changes(world)), header)

const refused: readonly [string, RegExp, (world: World) => string][] = [
  ['no form of a JWT', /compact form/, () => 'not a token'],
  ['encryption', /compact form/, () => 'e30.e30.e30.e30.e30'],
  ['no signature (alg none)', /alg header/, ({ claims }) => unsignedToken(claims())],
  [
    'HS256 keyed with the public key',
    /alg header/,
    ({ signer, claims }) => hmacToken(claims(), signer.publicPem, 'key-1'),
  ],
  [
    'HS256 keyed with the client secret',
    /alg header/,
    ({ claims }) => hmacToken(claims(), 'correct horse'),
  ],
  [
    'the name of another algorithm',
    /another algorithm/,
    ({ claims }) => createTokenSigner('key-1', 'ES256').sign(claims()),
  ],
  [
    'another key under the same name',
    /signature is not valid/,
    ({ claims }) => createTokenSigner('key-1').sign(claims()),
  ],
  [
    'a key that is not published',
    /does not publish/,
    ({ claims }) => createTokenSigner('key-9').sign(claims()),
  ],
  ['an unknown crit header', /crit/, signed(() => ({}), { crit: ['x'], x: 1 })],
  ['the typ of an access token', /typ header/, signed(() => ({}), { typ: 'at+jwt' })],
  ['another issuer', /iss claim/, signed(() => ({ iss: 'https://evil.example.com' }))],
  ['no issuer', /iss claim/, signed(() => ({ iss: undefined }))],
  ['another audience', /aud claim/, signed(() => ({ aud: 'other' }))],
  ['another audience in a list', /aud claim/, signed(() => ({ aud: ['other', 'shops'] }))],
  ['no audience', /aud claim/, signed(() => ({ aud: undefined }))],
  ['no iat', /iat claim/, signed(() => ({ iat: undefined }))],
  ['an iat in text', /iat claim/, signed(({ seconds }) => ({ iat: String(seconds) }))],
  ['an iat that lies ahead', /iat claim/, signed(({ seconds }) => ({ iat: seconds + 31 }))],
  [
    'an iat of long ago',
    /too far back/,
    signed(({ seconds }) => ({ iat: seconds - 630, exp: seconds + 3600 })),
  ],
  ['an exp that is no time', /exp claim/, signed(() => ({ exp: 1e300 }))],
  [
    'no exp, and made long ago',
    /iat claim/,
    signed(({ seconds }) => ({ iat: seconds - 630, exp: undefined })),
  ],
  ['an exp that has passed', /exp claim/, signed(({ seconds }) => ({ exp: seconds - 30 }))],
  ['an nbf that lies ahead', /nbf claim/, signed(({ seconds }) => ({ nbf: seconds + 31 }))],
  ['no jti', /jti claim/, signed(() => ({ jti: undefined }))],
  ['an empty jti', /jti claim/, signed(() => ({ jti: '' }))],
  ['no events', /events claim/, signed(() => ({ events: undefined }))],
  ['events in a list', /events claim/, signed(() => ({ events: [EVENT] }))],
  ['another event', /events claim/, signed(() => ({ events: { [`${EVENT}s`]: {} } }))],
  ['an event that is no object', /events claim/, signed(() => ({ events: { [EVENT]: true } }))],
  ['an event that is a list', /events claim/, signed(() => ({ events: { [EVENT]: [] } }))],
  ['an event that is null', /events claim/, signed(() => ({ events: { [EVENT]: null } }))],
  ['a nonce', /nonce/, signed(() => ({ nonce: 'nonce-1' }))],
  ['a nonce that is null', /nonce/, signed(() => ({ nonce: null }))],
  ['neither sub nor sid', /neither/, signed(() => ({ sub: undefined, sid: undefined }))],
  ['an empty sub', /sub claim/, signed(() => ({ sub: '' }))],
  ['a sid that is a number', /sid claim/, signed(() => ({ sid: 7 }))],
]

describe('a logout token', () => {
  it('that is right is valid, with what it says', async () => {
    const { signer, claims, check, client, seconds } = await aCheck()
    expect(await check(signer.sign(claims(), { typ: 'logout+jwt' }))).toEqual({
      issuer: client.provider.issuer,
      kind: 'valid',
      id: 'jti-1',
      subject: 'alice',
      sid: 'sid-1',
      acceptedUntilMs: (seconds + 120 + 30) * 1000,
    })
  })

  it.each([
    ['with a sid alone', { sub: undefined }, {}],
    ['with a sub alone', { sid: undefined }, {}],
    ['for several audiences, ours among them', { aud: ['other', 'shop'] }, {}],
    ['with the typ of older providers', {}, { typ: 'JWT' }],
    ['without a typ', {}, { typ: undefined }],
    ['with claims that nobody knows', { events: { [EVENT]: { more: 1 }, other: {} }, x: [] }, {}],
    ['whose event has something in it', { events: { [EVENT]: { reason: 'admin' } } }, {}],
  ])('%s is valid', async (_, changes: Changes, header: Changes) => {
    const { signer, claims, check } = await aCheck()
    expect(await check(signer.sign(claims(changes), header))).toMatchObject({ kind: 'valid' })
  })

  it.each(refused)('R22, R23: with %s is refused', async (_, detail, make) => {
    const world = await aCheck()
    expect(await world.check(make(world))).toEqual({
      kind: 'invalid',
      detail: expect.stringMatching(detail),
    })
  })

  it('B3: without exp is bounded by iat, and remembered as long', async () => {
    const { signer, clock, claims, check, seconds } = await aCheck()
    const token = signer.sign(claims({ exp: undefined }))
    const acceptedUntilMs = (seconds + 600 + 30) * 1000
    expect(await check(token)).toMatchObject({ kind: 'valid', acceptedUntilMs })
    clock.advance(acceptedUntilMs - clock.nowMs())
    expect((await check(token)).kind).toBe('invalid')
  })

  it('is forgotten ten minutes after it was made, however late it expires', async () => {
    const { signer, claims, check, seconds } = await aCheck()
    const token = signer.sign(claims({ exp: seconds + 86_400 }))
    const acceptedUntilMs = (seconds + 600 + 30) * 1000
    expect(await check(token)).toMatchObject({ kind: 'valid', acceptedUntilMs })
  })

  it('of a provider that tells parts of a second is remembered in whole milliseconds', async () => {
    const { signer, claims, check, seconds } = await aCheck()
    for (const changes of [{ exp: seconds + 60.00011 }, { iat: seconds - 540.00011 }]) {
      const token = await check(signer.sign(claims(changes)))
      expect(token).toMatchObject({ kind: 'valid' })
      expect('acceptedUntilMs' in token && token.acceptedUntilMs % 1).toBe(0)
    }
  })

  it('R34: whatever its claims are, is judged; and none is valid that names no end-user of ours', async () => {
    const { signer, claims, check, client } = await aCheck()
    const names = ['iss', 'aud', 'iat', 'exp', 'nbf', 'jti', 'sub', 'sid', 'events', 'nonce']
    const change = fc.dictionary(fc.constantFrom(...names), fc.jsonValue({ maxDepth: 3 }))
    await fc.assert(
      fc.asyncProperty(change, async (changes) => {
        const made = claims(changes as Changes)
        const judged = await check(signer.sign(made))
        if (judged.kind === 'invalid') return
        expect(made.iss).toBe(client.provider.issuer)
        expect([made.aud].flat()).toContain(client.clientId)
        expect(judged.subject ?? judged.sid).toMatch(/^[\s\S]{1,1024}$/)
        expect(Number.isSafeInteger(judged.acceptedUntilMs)).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  it('R34: whatever was sent for one, is refused', async () => {
    const { signer, claims, check } = await aCheck()
    const good = signer.sign(claims())
    const cut = fc.nat(good.length - 1).map((at) => good.slice(0, at))
    const swapped = fc
      .tuple(fc.nat(good.length - 2), fc.constantFrom('A', 'z', '.', '=', '\u0000'))
      .map(([at, letter]) => good.slice(0, at) + letter + good.slice(at + 1))
      .filter((text) => text !== good)
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), cut, swapped), async (text) => {
        expect(await check(text)).toMatchObject({ kind: 'invalid' })
      }),
      { numRuns: 300 },
    )
  })

  it('R26: is verified with the keys at hand while the provider is down', async () => {
    const { hostile, signer, claims, check, clock } = await aCheck()
    expect((await check(signer.sign(claims()))).kind).toBe('valid')
    await hostile.takeDown()
    clock.advance(60_000)
    expect((await check(signer.sign(claims()))).kind).toBe('valid')
  })

  it('is a fault while there are no keys at all', async () => {
    const { hostile, signer, claims, check } = await aCheck()
    await hostile.takeDown()
    await expect(check(signer.sign(claims()))).rejects.toMatchObject({
      code: 'provider_unreachable',
    })
  })

  it('R26: of unknown keys, by the hundred, costs the provider one fetch', async () => {
    const { hostile, claims, check, signer } = await aCheck()
    expect((await check(signer.sign(claims()))).kind).toBe('valid')
    const before = hostile.requestCount('jwks')
    const forger = createTokenSigner(undefined)
    for (let one = 0; one < 100; one += 1) {
      const token = forger.sign(claims(), { kid: `unknown-${one}` })
      expect((await check(token)).kind).toBe('invalid')
    }
    expect(hostile.requestCount('jwks') - before).toBeLessThanOrEqual(1)
  })
})
