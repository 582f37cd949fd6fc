import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SessionDevice } from '../../../src/core/session/session-device.ts'
import { createSeal } from '../../../src/sessions/sealing/seal.ts'
import { entryOf, openEntry, sealEntry } from '../../../src/sessions/session-entry.ts'
import { aSession } from '../../support/builders.ts'
import { keysOf } from '../../support/process-keys.ts'
import { seededRandom } from '../../support/seeded-random.ts'

const seal = createSeal({ keys: keysOf('a'), random: seededRandom('entries') })
const entry = entryOf('one', aSession(Date.UTC(2026, 10, 23)))
const good = sealEntry(seal, entry)

describe('the entry of a session', () => {
  it('opens for its id, and for no other', () => {
    expect(openEntry(seal, 'one', good)).toEqual(entry)
    expect(openEntry(seal, 'two', good)).toBeUndefined()
  })

  it('R12: shows nothing of the session, and opens under no other key', () => {
    expect(good.toString()).not.toContain('alice')
    const other = createSeal({ keys: keysOf('b'), random: seededRandom('others') })
    expect(openEntry(other, 'one', good)).toBeUndefined()
  })

  it('holds no claim, and of tokens the digest of one', () => {
    const text = JSON.stringify(entry)
    expect(entry.accessTokenDigest).toMatch(/^[\w-]{43}$/)
    for (const word of ['access-1', 'refresh-1', 'id-1', 'claims']) expect(text).not.toContain(word)
  })

  it('says how it stands with its device, and nothing of the key', () => {
    const nowMs = Date.UTC(2026, 10, 23)
    const deviceOf = (device: SessionDevice) => entryOf('one', aSession(nowMs, { device })).device
    const key = { algorithm: 'ES256', jwk: { kty: 'EC' }, thumbprint: 'print' } as const
    const bound = { key, boundAtMs: nowMs, provenAtMs: nowMs + 1 }
    expect(entry).not.toHaveProperty('device')
    expect(deviceOf({ offeredAtMs: nowMs })).toEqual({})
    expect(deviceOf({ offeredAtMs: nowMs, bound })).toEqual({
      bound: { algorithm: 'ES256', boundAtMs: nowMs, provenAtMs: nowMs + 1 },
    })
  })

  it('R34: that was damaged, or was never one, is none', () => {
    const flipped = fc
      .tuple(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }))
      .map(([at, bits]) => good.map((byte, place) => (place === at ? byte ^ bits : byte)))
    const cut = fc.nat(good.length - 1).map((length) => good.subarray(0, length))
    fc.assert(
      fc.property(fc.oneof(flipped, cut, fc.uint8Array()), (bytes) => {
        expect(openEntry(seal, 'one', Buffer.from(bytes))).toBeUndefined()
      }),
    )
  })
})
