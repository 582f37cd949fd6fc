import { describe, expect, it } from 'vitest'
import type { Json } from '../../src/core/identity/identity.ts'
import { aBindingClient, deviceTerms } from '../support/bound-browser.ts'
import { aClient, aRule } from '../support/builders.ts'
import type { Registration } from '../support/device-config.ts'
import { aBindingPolicy } from '../support/device-gateway.ts'
import { createDevice, type Device } from '../support/device-key.ts'
import { reasonOf, valuesOf, type WireAnswer } from '../support/device-wire.ts'
import { createDeviceWorld } from '../support/device-world.ts'
import { createTokenSigner } from '../support/token-signer.ts'

const MINUTE = 60_000
const HOST = 'shop.example.com'
const MEGABYTE = 1_000_000

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A proof whose parts are laid over those of another. */
const altered = (proof: string, at: 0 | 1 | 2, part: string): string =>
  proof
    .split('.')
    .map((one, index) => (index === at ? part : one))
    .join('.')

const set = async (policy = aBindingPolicy()) => {
  const world = createDeviceWorld(undefined, policy)
  const one = world.replica()
  let checks = 0
  const { isSignedBy } = one.ports.deviceProofs
  Object.assign(one.ports.deviceProofs, {
    isSignedBy: (...asked: Parameters<typeof isSignedBy>) => {
      checks += 1
      return isSignedBy(...asked)
    },
  })
  const post = (path: string, headers: Readonly<Record<string, string>>, host = HOST) =>
    one.send({ method: 'POST', host, path, headers })
  return { ...world, one, post, checks: () => checks }
}

/** A browser that was offered to bind its session, and whoever sends something in its place. */
const offered = async () => {
  const world = await set()
  const owner = world.browser(world.one.send, { bindsLater: true })
  await owner.signIn()
  const [offer] = owner.offers
  if (offer === undefined) throw new Error('Nothing was offered.')
  const bind = (proof: string, path = offer.path, host = HOST) =>
    world.post(path, { 'secure-session-response': proof }, host)
  return { ...world, owner, offer, bind }
}

/** A session that is bound, and whoever sends something in the place of its browser. */
const bound = async (policy = aBindingPolicy()) => {
  const world = await set(policy)
  const owner = await world.boundBrowser(world.one)
  const session = owner.only()
  const { config, device, challenge = '' } = session
  const refresh = (proof: string, id = config.id, host = HOST) =>
    world.post(
      config.refreshPath,
      { 'sec-secure-session-id': id, 'secure-session-response': proof },
      host,
    )
  /** The session is what it was: its own browser proves it. */
  const goesOn = async (): Promise<void> => {
    world.clock.advance(11 * MINUTE)
    expect((await owner.open()).isAllowed).toBe(true)
    expect(owner.log).not.toContain('ended')
  }
  return { ...world, owner, session, device, config, challenge, refresh, goesOn }
}

const withoutGain = (answer: WireAnswer): void => {
  expect(valuesOf(answer, 'set-cookie')).toEqual([])
  expect(answer.isAllowed).toBe(false)
}

const jwkOf = (device: Device, changes: Readonly<Record<string, Json>>) => ({
  jwk: { ...device.jwk, ...changes },
})

/** Numbers of RSA keys that are none to trust, and a point that is on no curve. */
const BAD_KEYS: readonly [string, (device: Device) => Readonly<Record<string, Json>>][] = [
  ['a point that is off its curve', (device) => jwkOf(device, { y: device.jwk.x ?? '' })],
  ['the point at infinity', (device) => jwkOf(device, { x: 'AA', y: 'AA' })],
  ['a coordinate that is too long', (device) => jwkOf(device, { x: 'A'.repeat(200) })],
  ['another curve', (device) => jwkOf(device, { crv: 'P-384' })],
  ['no curve', (device) => jwkOf(device, { crv: '' })],
  ['a small RSA key', () => ({ alg: 'RS256', jwk: { kty: 'RSA', n: 'x'.repeat(86), e: 'AQAB' } })],
  [
    'an RSA key with a huge exponent',
    () => ({ alg: 'RS256', jwk: { kty: 'RSA', n: 'x'.repeat(342), e: 'x'.repeat(342) } }),
  ],
  [
    'an RSA key with the exponent one',
    () => ({ alg: 'RS256', jwk: { kty: 'RSA', n: 'x'.repeat(342), e: 'AQ' } }),
  ],
  [
    'a huge RSA key',
    () => ({ alg: 'RS256', jwk: { kty: 'RSA', n: 'x'.repeat(5_000), e: 'AQAB' } }),
  ],
  ['an RSA key for an elliptic algorithm', () => ({ jwk: { kty: 'RSA', n: 'AQAB', e: 'AQAB' } })],
  ['a shared secret', () => ({ jwk: { kty: 'oct', k: 'AAAA' } })],
  ['an octet key pair', () => ({ jwk: { kty: 'OKP', crv: 'Ed25519', x: 'AAAA' } })],
  ['no key', () => ({ jwk: null })],
  ['a list', () => ({ jwk: [] })],
  ['a text', () => ({ jwk: 'key' })],
  ['a key of another type than text', (device) => jwkOf(device, { x: 1, y: { a: [] } })],
]

describe('what binds no session, and leaves the offer to whoever has read it', () => {
  const ours: readonly [string, (device: Device, offer: Registration) => string][] = [
    ['of the type JWT', (device, offer) => device.binding(offer, { typ: 'JWT' })],
    ['of no type', (device, offer) => device.binding(offer, { typ: undefined })],
    ['of a type in capitals', (device, offer) => device.binding(offer, { typ: 'DBSC+JWT' })],
    ['of the algorithm none', (device, offer) => device.binding(offer, { alg: 'none' })],
    ['that nobody signed', (device, offer) => altered(device.binding(offer), 2, '')],
    ['of a shared secret', (device, offer) => device.binding(offer, { alg: 'HS256' })],
    ['of another algorithm', (device, offer) => device.binding(offer, { alg: 'ES384' })],
    ['of RS256, by an elliptic key', (device, offer) => device.binding(offer, { alg: 'RS256' })],
    ['that must be understood', (device, offer) => device.binding(offer, { crit: ['exp'] })],
    [
      'that shows a key of somebody else',
      (device, offer) => device.binding(offer, { jwk: createDevice().jwk }),
    ],
    [
      'whose challenge was altered',
      (device, offer) =>
        altered(
          device.binding(offer),
          1,
          encode({ jti: `${offer.challenge}x`, authorization: offer.authorization }),
        ),
    ],
    ['with another challenge', (device, offer) => device.binding({ ...offer, challenge: 'x' })],
    ['with no offer', (device, { challenge }) => device.proof({ jti: challenge })],
    [
      'with an offer that is no text',
      (device, { challenge }) => device.proof({ jti: challenge, authorization: { a: 1 } }),
    ],
    [
      'with an offer of ours, cut',
      (device, offer) =>
        device.binding({ ...offer, authorization: offer.authorization.slice(0, -1) }),
    ],
    ['of a byte', () => 'a'],
    ['of two dots', () => '..'],
    ['of a megabyte', () => 'a'.repeat(MEGABYTE)],
    [
      'of a megabyte that looks like one',
      (device, offer) => altered(device.binding(offer), 2, 'A'.repeat(MEGABYTE)),
    ],
    [
      'that is not the JSON of an object',
      (device, offer) => altered(device.binding(offer), 0, encode([1, 2])),
    ],
    [
      'that is deep',
      (device, offer) =>
        altered(device.binding(offer), 1, Buffer.from('['.repeat(3_000)).toString('base64url')),
    ],
  ]

  it.each(ours)('a proof %s', async (_, proof) => {
    const { bind, offer, checks, owner } = await offered()
    const answer = await bind(proof(createDevice(), offer))
    expect([answer.status, reasonOf(answer)]).toEqual([401, 'device_binding_refused'])
    withoutGain(answer)
    expect(checks()).toBeLessThanOrEqual(1)
    expect((await owner.bind(offer)).status).toBe(200)
  })

  it.each(BAD_KEYS)('%s', async (_, header) => {
    const { bind, offer, owner } = await offered()
    const device = createDevice()
    const answer = await bind(device.binding(offer, header(device)))
    expect([answer.status, reasonOf(answer)]).toEqual([401, 'device_binding_refused'])
    withoutGain(answer)
    expect((await owner.bind(offer)).status).toBe(200)
  })

  it('a key on another curve that signs rightly for it', async () => {
    const { bind, offer } = await offered()
    const device = createDevice('ES384', createTokenSigner(undefined, 'ES384'))
    const answer = await bind(device.binding(offer))
    expect([answer.status, reasonOf(answer)]).toEqual([401, 'device_binding_refused'])
  })

  it('an offer of another host, of another path, and one that is a minute old', async () => {
    const { bind, offer, clock } = await offered()
    const proof = createDevice().binding(offer)
    expect((await bind(proof, offer.path, 'pay.example.com')).status).toBe(401)
    expect((await bind(proof, '/oauth2/callback')).isAllowed).toBe(false)
    clock.advance(MINUTE)
    expect((await bind(proof)).status).toBe(401)
  })

  it('a proof that was sent before, by another browser: it binds nothing but the same key', async () => {
    const { bind, offer, owner, clock } = await offered()
    const device = createDevice()
    const proof = device.binding(offer)
    expect((await owner.bind(offer, device)).status).toBe(200)
    expect((await bind(proof)).status).toBe(200)
    expect((await bind(createDevice().binding(offer))).status).toBe(401)
    clock.advance(11 * MINUTE)
    expect((await owner.open()).isAllowed).toBe(true)
  })

  it('a proof of a refresh', async () => {
    const { post, session, challenge, device } = await bound()
    const proof = device.proof({ jti: challenge }, { jwk: device.jwk })
    const answer = await post('/oauth2/session/bind', { 'secure-session-response': proof })
    expect([session.device, answer.status]).toEqual([device, 401])
  })
})

describe('what proves no device, and ends no session', () => {
  const wrong: readonly [string, (device: Device, challenge: string) => string][] = [
    ['of the type JWT', (device, jti) => device.proof({ jti }, { typ: 'JWT' })],
    ['of the algorithm none', (device, jti) => device.proof({ jti }, { alg: 'none' })],
    ['that nobody signed', (device, jti) => altered(device.proof({ jti }), 2, '')],
    ['of another algorithm', (device, jti) => device.proof({ jti }, { alg: 'RS256' })],
    ['that must be understood', (device, jti) => device.proof({ jti }, { crit: [] })],
    ['of another key', (_, jti) => createDevice().proof({ jti })],
    [
      'of another key, which it shows',
      (_, jti) => {
        const other = createDevice()
        return other.proof({ jti }, { jwk: other.jwk })
      },
    ],
    ['of a stale challenge', (device, jti) => device.proof({ jti: jti.replace(/^\w+/, '1') })],
    [
      'of a challenge of the future',
      (device, jti) => device.proof({ jti: jti.replace(/^\w+/, 'zzzzzzz') }),
    ],
    ['of no challenge', (device) => device.proof({})],
    ['of a challenge that is no text', (device) => device.proof({ jti: 1 })],
    ['of a challenge of a megabyte', (device) => device.proof({ jti: 'a'.repeat(MEGABYTE) })],
    ['of a byte', () => 'a'],
    ['of a quote', () => '"'],
    ['of two dots', () => '..'],
    ['of a megabyte', () => 'a'.repeat(MEGABYTE)],
    ['whose signature was cut', (device, jti) => device.proof({ jti }).slice(0, -4)],
  ]

  it.each(wrong)('a proof %s', async (_, proof) => {
    const { refresh, device, challenge, config, checks, goesOn } = await bound()
    const before = checks()
    const answer = await refresh(proof(device, challenge))
    expect(answer.status).toBe(403)
    expect(valuesOf(answer, 'secure-session-challenge')[0]).toContain(`;id="${config.id}"`)
    withoutGain(answer)
    expect(checks() - before).toBeLessThanOrEqual(1)
    await goesOn()
  })

  it('a proof of the challenge of another session', async () => {
    const { refresh, device, boundBrowser, one, goesOn } = await bound()
    const other = (await boundBrowser(one)).only()
    const answer = await refresh(device.proof({ jti: other.challenge ?? '' }))
    expect(answer.status).toBe(403)
    withoutGain(answer)
    await goesOn()
  })

  it('a proof of one session for another, whose own it neither renews nor ends', async () => {
    const { refresh, challenge, device, boundBrowser, one, goesOn } = await bound()
    const other = (await boundBrowser(one)).only()
    const answer = await refresh(device.proof({ jti: challenge }), other.config.id)
    expect(answer.status).toBe(403)
    withoutGain(answer)
    await goesOn()
  })

  it('a proof at another host: what is known there of the session is nothing', async () => {
    const { refresh, challenge, device, goesOn } = await bound()
    const answer = await refresh(device.proof({ jti: challenge }), undefined, 'pay.example.com')
    withoutGain(answer)
    await goesOn()
  })

  it('the name of a session that was altered', async () => {
    const { refresh, device, challenge, config, goesOn } = await bound()
    for (const id of [config.id.slice(1), `${config.id}A`, 'a', 'a'.repeat(MEGABYTE)]) {
      withoutGain(await refresh(device.proof({ jti: challenge }), id))
    }
    await goesOn()
  })

  it('a proof that was captured is of use for two challenges, and no longer', async () => {
    const { refresh, device, challenge, clock, goesOn } = await bound()
    const proof = device.proof({ jti: challenge })
    expect((await refresh(proof)).status).toBe(204)
    clock.advance(18 * MINUTE)
    const answer = await refresh(proof)
    expect([answer.status, reasonOf(answer)]).toEqual([403, 'device_challenged'])
    withoutGain(answer)
    await goesOn()
  })

  it('the proof of a session of one client for that of another client of the host', async () => {
    const shop = aBindingClient()
    const pay = aClient({
      ...shop,
      name: 'shop/pay',
      clientId: 'pay',
      tenant: 'shop/pay|https://sso.example.com/realms/shop|pay',
      session: {
        ...shop.session,
        cookie: { ...shop.session.cookie, name: '__Host-pay' },
        deviceBound: deviceTerms({ cookieName: '__Host-pay-bound' }),
      },
    })
    const rule = aRule({ authenticate: [{ kind: 'session' }] })
    const policy = aBindingPolicy(shop, { clients: [shop, pay], fallback: rule })
    const { owner, one, browser } = await bound(aBindingPolicy(shop))
    one.ports.policy = policy
    const other = browser(one.send)
    other.jar.plant('__Host-pay', owner.jar.value('__Host-sallyport') ?? '')
    other.jar.plant('__Host-pay-bound', owner.jar.value('__Host-sallyport-bound') ?? '')
    expect((await other.open()).isAllowed).toBe(false)
  })
})
