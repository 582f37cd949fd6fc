import { randomFillSync } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createPooledRandom } from '../../../src/app/system.ts'

const SIZES = fc.array(fc.integer({ min: 0, max: 5_000 }), { maxLength: 50, size: 'max' })

/** Fills with a count, four bytes each, that never comes again: what overlaps is found out. */
const counting = () => {
  let count = 0
  const buffers: Uint8Array[] = []
  const fill = (bytes: Uint8Array): void => {
    const whole = Buffer.alloc(Math.ceil(bytes.length / 4) * 4)
    for (let at = 0; at < whole.length; at += 4) {
      count += 1
      whole.writeUInt32BE(count, at)
    }
    whole.copy(bytes, 0, 0, bytes.length)
    buffers.push(bytes)
  }
  return { fill, buffers }
}

const counts = (bytes: Buffer): readonly number[] =>
  Array.from({ length: bytes.length / 4 }, (_, at) => bytes.readUInt32BE(at * 4))

describe('pooled randomness', () => {
  it('gives tokens of the length that was asked for, in base64url', () => {
    const random = createPooledRandom(randomFillSync)
    fc.assert(
      fc.property(SIZES, (sizes) => {
        const tokens = sizes.map((bytes) => random.token(bytes))
        expect(tokens.every((token) => /^[A-Za-z0-9_-]*$/.test(token))).toBe(true)
        expect(tokens.map((token) => Buffer.from(token, 'base64url').length)).toEqual(sizes)
      }),
    )
  })

  it('hands no byte out twice, and none that was not filled', () => {
    const words = SIZES.map((sizes) => sizes.map((size) => size - (size % 4)))
    fc.assert(
      fc.property(words, (sizes) => {
        const { fill } = counting()
        const random = createPooledRandom(fill)
        const tokens = sizes.map((bytes) => random.token(bytes))
        const handedOut = tokens.flatMap((token) => counts(Buffer.from(token, 'base64url')))
        expect(handedOut.includes(0)).toBe(false)
        expect(new Set(handedOut).size).toBe(handedOut.length)
      }),
    )
  })

  it('never gives the same nonce twice in a hundred thousand', () => {
    const random = createPooledRandom(randomFillSync)
    const nonces = new Set<string>()
    for (let at = 0; at < 100_000; at += 1) nonces.add(random.token(12))
    expect(nonces.size).toBe(100_000)
  })

  it('wipes what it hands out, and only that', () => {
    const { fill, buffers } = counting()
    const random = createPooledRandom(fill)
    const sizes = [24, 12, 0, 33, 18, 1_000, 3_000]
    let used = 0
    for (const bytes of sizes) {
      random.token(bytes)
      used += bytes
      const pool = Buffer.from(buffers[0] ?? [])
      expect(buffers).toHaveLength(1)
      expect(pool.subarray(0, used).every((byte) => byte === 0)).toBe(true)
      expect(counts(pool.subarray(used + 4 - (used % 4)))).not.toContain(0)
    }
  })

  it('gives nothing away after a filling that failed', () => {
    const { fill } = counting()
    let isBroken = false
    const random = createPooledRandom((bytes) => {
      fill(bytes)
      if (isBroken) throw new Error('no randomness')
    })
    random.token(4_090)
    isBroken = true
    for (const bytes of [12, 5_000, 7]) expect(() => random.token(bytes)).toThrow('no randomness')
    isBroken = false
    const first = Buffer.from(random.token(4), 'base64url').readUInt32BE()
    expect(first).toBeGreaterThan(4 * 1_024)
  })
})
