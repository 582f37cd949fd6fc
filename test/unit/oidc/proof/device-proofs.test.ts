import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { calculateJwkThumbprint } from 'jose'
import { describe, expect, it } from 'vitest'
import type { DeviceProof } from '../../../../src/core/session/device-proofs.ts'
import { createDeviceProofs } from '../../../../src/oidc/proof/device-proofs.ts'
import { createDevice } from '../../../support/bound-browser.ts'
import { keysOf } from '../../../support/process-keys.ts'

const OFFER = { challenge: 'challenge-1', authorization: 'sealed-1' }

const aReader = () => createDeviceProofs({ keys: keysOf('a') })

const readOf = (text: string): DeviceProof => {
  const reading = aReader().read(text)
  if (reading.kind === 'bad') throw new Error(reading.detail)
  return reading.proof
}

const keyOf = (jwk: unknown, algorithm: 'ES256' | 'RS256' = 'ES256') =>
  aReader().keyIn({ compact: '', algorithm, challenge: '', jwk })

const rsa = (modulusLength: number) =>
  generateKeyPairSync('rsa', { modulusLength }).publicKey.export({ format: 'jwk' })

const NO_KEY = /no public key for|carries no jwk/
const UNUSABLE = /damaged, or RSA not of 2048 to 4096 bits/

describe('a proof of a device', () => {
  it.each(['ES256', 'RS256'] as const)(
    'of %s is read, its key taken, and its signature checked',
    async (algorithm) => {
      const device = createDevice(algorithm)
      const { read, keyIn, isSignedBy } = aReader()
      const reading = read(device.binding(OFFER))
      expect(reading).toMatchObject({ kind: 'read', proof: { algorithm, ...OFFER } })
      const proof = readOf(device.binding(OFFER))
      const found = keyIn(proof)
      if (found.kind === 'bad') throw new Error(found.detail)
      expect(found.key.thumbprint).toBe(await calculateJwkThumbprint(device.jwk))
      expect(isSignedBy(proof, found.key)).toBe(true)
      expect(isSignedBy(readOf(device.proof('another')), found.key)).toBe(true)
      expect(isSignedBy(readOf(createDevice(algorithm).proof('another')), found.key)).toBe(false)
    },
  )

  it('shows a key that can be one, and nothing private', () => {
    const { x, y } = createDevice().jwk
    const onCurve = { kty: 'EC', crv: 'P-256', x, y }
    expect(keyOf(onCurve).kind).toBe('key')
    const wrong: readonly [unknown, RegExp][] = [
      [undefined, NO_KEY],
      [[], NO_KEY],
      [{ ...onCurve, y: x }, UNUSABLE],
      [{ ...onCurve, x: 'AA' }, UNUSABLE],
      [{ ...onCurve, crv: 'P-384' }, NO_KEY],
      [{ ...onCurve, d: 'AAAA' }, /private or symmetric key/],
      [{ kty: 'oct', k: 'AAAA' }, /private or symmetric key/],
      [createDevice('EdDSA').jwk, NO_KEY],
      [rsa(2048), NO_KEY],
    ]
    for (const [jwk, why] of wrong) {
      expect(keyOf(jwk)).toEqual({ kind: 'bad', detail: expect.stringMatching(why) })
    }
  })

  it('shows an RSA key of a size that protects, and that is no burden', () => {
    expect(keyOf(rsa(2048), 'RS256').kind).toBe('key')
    expect(keyOf(rsa(1024), 'RS256')).toMatchObject({ detail: expect.stringMatching(UNUSABLE) })
    const { e, n = '' } = rsa(2048)
    const huge = { kty: 'RSA', e, n: n.repeat(3) }
    expect(keyOf(huge, 'RS256')).toMatchObject({ detail: expect.stringMatching(NO_KEY) })
  })

  it('is refused, never thrown about, whatever was sent', () => {
    const { read } = aReader()
    const parts = fc.array(fc.oneof(fc.string(), fc.base64String(), fc.json()), { maxLength: 5 })
    fc.assert(
      fc.property(parts, (texts) => {
        const encoded = texts.map((text) => Buffer.from(text).toString('base64url')).join('.')
        expect([read(texts.join('.')).kind, read(encoded).kind]).toEqual(['bad', 'bad'])
      }),
      { seed: 18, numRuns: 500 },
    )
  })

  it('is refused with any letter changed', () => {
    const device = createDevice()
    const { read, keyIn, isSignedBy } = aReader()
    const text = device.binding(OFFER)
    const key = keyIn(readOf(text))
    if (key.kind === 'bad') throw new Error(key.detail)
    fc.assert(
      fc.property(fc.nat({ max: text.length - 3 }), (at) => {
        const other = text[at] === 'A' ? 'B' : 'A'
        const reading = read(`${text.slice(0, at)}${other}${text.slice(at + 1)}`)
        expect(reading.kind === 'read' && isSignedBy(reading.proof, key.key)).toBe(false)
      }),
      { seed: 18, numRuns: 200 },
    )
  })
})

describe('a hash that replicas know again', () => {
  it('is for one purpose and one text, under every key of the list', () => {
    const before = createDeviceProofs({ keys: keysOf('a') })
    const after = createDeviceProofs({ keys: keysOf('b', 'a') })
    const without = createDeviceProofs({ keys: keysOf('b') })
    const tag = before.tag('challenge', 'text')
    expect(after.sameTag('challenge', 'text', tag)).toBe(tag)
    expect(after.tag('challenge', 'text')).not.toBe(tag)
    expect(without.sameTag('challenge', 'text', tag)).toBeUndefined()
    expect(before.sameTag('bound cookie', 'text', tag)).toBeUndefined()
    expect(before.sameTag('challenge', 'texts', tag)).toBeUndefined()
    expect(before.sameTag('challenge', 'text', `${tag}x`)).toBeUndefined()
  })
})
