import { describe, expect, it } from 'vitest'
import type { Claims } from '../../../../src/core/identity/identity.ts'
import { chooseKeys, countKeys } from '../../../../src/oidc/provider/keys.ts'
import { COOLDOWN_MS } from '../../../../src/oidc/provider/refreshed.ts'
import { unlimited } from '../../../support/check-ports.ts'
import { handSetClock } from '../../../support/hand-set-clock.ts'
import { json, text } from '../../../support/hostile-provider.ts'
import { aHostileProvider, localProviders } from '../../../support/local-providers.ts'
import { createTokenSigner } from '../../../support/token-signer.ts'

const someKeys = async () => {
  const { hostile, provider } = await aHostileProvider()
  const clock = handSetClock()
  const { keys } = localProviders(clock).of(provider)
  return { hostile, provider, clock, keys }
}

const symmetric = (): Claims => ({ kty: 'oct', k: 'c2VjcmV0', kid: 'shared', alg: 'HS256' })

describe('the keys of a provider', () => {
  it('R22: serve exactly the algorithms that fit them', async () => {
    const { hostile, keys } = await someKeys()
    const [rsa, curve, edwards] = [
      createTokenSigner('rsa'),
      createTokenSigner('ec', 'ES256'),
      createTokenSigner('ed', 'EdDSA'),
    ]
    hostile.setKeys([rsa.publicJwk, curve.publicJwk, edwards.publicJwk])
    const set = await keys.get(unlimited)
    expect(chooseKeys(set, 'RS256', 'rsa').kind).toBe('keys')
    expect(chooseKeys(set, 'PS256', 'rsa').kind).toBe('keys')
    expect(chooseKeys(set, 'ES256', 'ec').kind).toBe('keys')
    expect(chooseKeys(set, 'EdDSA', 'ed').kind).toBe('keys')
    expect(chooseKeys(set, 'Ed25519', 'ed').kind).toBe('keys')
    expect(chooseKeys(set, 'ES256', 'rsa').kind).toBe('unfit')
    expect(chooseKeys(set, 'RS256', 'ec').kind).toBe('unfit')
    expect(chooseKeys(set, 'RS384', 'rsa').kind).toBe('unfit')
    expect(chooseKeys(set, 'RS256', 'other').kind).toBe('unknown')
    expect(countKeys(set)).toBe(3)
  })

  it('R22: a key that names its algorithm serves no other', async () => {
    const { hostile, keys } = await someKeys()
    hostile.setKeys([{ ...hostile.signer.publicJwk, alg: 'PS256' }])
    const set = await keys.get(unlimited)
    expect(chooseKeys(set, 'PS256', 'key-1').kind).toBe('keys')
    expect(chooseKeys(set, 'RS256', 'key-1').kind).toBe('unfit')
  })

  it('R26: a token that names no key is tried against eight of them at most', async () => {
    const { hostile, keys } = await someKeys()
    const unnamed = Array.from({ length: 10 }, () => createTokenSigner(undefined, 'ES256'))
    hostile.setKeys(unnamed.map(({ publicJwk }) => publicJwk))
    const choice = chooseKeys(await keys.get(unlimited), 'ES256', undefined)
    expect(choice.kind === 'keys' ? choice.keys.length : 0).toBe(8)
  })

  it('R22: unusable keys are passed over and spoil nothing', async () => {
    const { hostile, keys } = await someKeys()
    const { publicJwk } = hostile.signer
    hostile.setKeys([
      symmetric(),
      { ...publicJwk, kid: 'encryption', use: 'enc' },
      { ...publicJwk, kid: 'private', d: 'AQAB' },
      { kty: 'RSA', n: 'AQAB', e: 'AQAB', kid: 'short' },
      { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA', kid: 'broken' },
      { kty: 'EC', crv: 'secp256k1', x: 'AA', y: 'AA', kid: 'curve' },
      {},
      publicJwk,
    ])
    const set = await keys.get(unlimited)
    expect(new Set([...set.values()].map((key) => key.keyId))).toEqual(new Set(['key-1']))
  })

  it.each([
    ['an empty set', json({ keys: [] })],
    ['no usable key', json({ keys: [symmetric()] })],
    ['no set', json({})],
    ['HTML', text('<html>', 200, 'text/html')],
    ['status 404', json({}, 404)],
    ['status 500', json({}, 500)],
  ])('R26: an answer with %s never displaces good keys', async (_, answer) => {
    const { hostile, provider, clock, keys } = await someKeys()
    const good = await keys.get(unlimited)
    hostile.answer('jwks', answer)
    clock.advance(provider.keysRefreshMs)
    await keys.get(unlimited)
    await expect.poll(() => keys.status().fault?.code).toBe('provider_unreachable')
    expect(await keys.get(unlimited)).toBe(good)
  })

  it('R26: without a single good key there is a fault', async () => {
    const { hostile, keys } = await someKeys()
    hostile.answer('jwks', json({ keys: [] }))
    await expect(keys.get(unlimited)).rejects.toMatchObject({ code: 'provider_unreachable' })
  })

  it('a provider without jwks_uri is misconfigured', async () => {
    const { hostile, keys } = await someKeys()
    hostile.answer('metadata', json({ issuer: hostile.issuer }))
    await expect(keys.get(unlimited)).rejects.toMatchObject({ code: 'provider_misconfigured' })
  })

  it('R26: a key that is published again stays the same object, a withdrawn one goes', async () => {
    const { hostile, clock, keys } = await someKeys()
    const next = createTokenSigner('key-2')
    hostile.setKeys([hostile.signer.publicJwk, next.publicJwk])
    const before = new Set((await keys.get(unlimited)).values())
    hostile.setKeys([next.publicJwk])
    clock.advance(COOLDOWN_MS)
    expect(await keys.refetch(unlimited)).toBe(true)
    const after = [...(await keys.get(unlimited)).values()]
    expect(after.every((key) => before.has(key) && key.keyId === 'key-2')).toBe(true)
  })
})
