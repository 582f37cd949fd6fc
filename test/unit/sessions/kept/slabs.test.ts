import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createSlabs, SLAB_HEADER_BYTES } from '../../../../src/sessions/kept/slabs.ts'

const SLAB_BYTES = 4_096

type Step =
  | { readonly kind: 'write'; readonly owner: number; readonly length: number }
  | { readonly kind: 'free'; readonly owner: number }

const owners = fc.integer({ min: 1, max: 60 })
const lengths = fc.oneof(
  { weight: 20, arbitrary: fc.integer({ min: 0, max: 700 }) },
  { weight: 1, arbitrary: fc.integer({ min: SLAB_BYTES - 20, max: 3 * SLAB_BYTES }) },
)
const steps = fc.array(
  fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constant('write'), owner: owners, length: lengths }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('free'), owner: owners }) },
  ),
  { maxLength: 300, size: 'max' },
) as fc.Arbitrary<readonly Step[]>

/** Bytes that no other writing has. */
const bytesOf = (serial: number, length: number): Buffer => {
  const bytes = Buffer.alloc(length)
  for (let at = 0; at < length; at += 1) bytes[at] = (serial * 31 + at * 7) % 256
  return bytes
}

/** What is kept, beside what should be: the bytes of each owner. */
const follow = (taken: readonly Step[]) => {
  const slabs = createSlabs(SLAB_BYTES)
  const expected = new Map<number, Buffer>()
  for (const [serial, step] of taken.entries()) {
    if (step.kind === 'free') {
      slabs.free(step.owner)
      expected.delete(step.owner)
      continue
    }
    const bytes = bytesOf(serial, step.length)
    slabs.write(step.owner, bytes)
    expected.set(step.owner, bytes)
  }
  return { slabs, expected }
}

describe('slabs', () => {
  it('give every owner its own bytes, and nobody anything else', () => {
    fc.assert(
      fc.property(steps, (taken) => {
        const { slabs, expected } = follow(taken)
        for (let owner = 0; owner <= 61; owner += 1) {
          const bytes = expected.get(owner) ?? Buffer.alloc(0)
          expect(slabs.read(owner).equals(bytes)).toBe(true)
        }
      }),
    )
  })

  it('count what is used, and hold little more than that', () => {
    fc.assert(
      fc.property(steps, (taken) => {
        const { slabs, expected } = follow(taken)
        const used = [...expected.values()].reduce(
          (sum, { length }) => sum + SLAB_HEADER_BYTES + length,
          0,
        )
        const { usedBytes, heldBytes } = slabs.size()
        const unfilled = 720 / SLAB_BYTES
        expect(usedBytes).toBe(used)
        expect(heldBytes).toBeLessThanOrEqual(used / (0.8 - unfilled) + 4 * SLAB_BYTES)
      }),
    )
  })

  it('hold one slab when everything was given back', () => {
    const slabs = createSlabs(SLAB_BYTES)
    for (let owner = 1; owner <= 200; owner += 1) slabs.write(owner, bytesOf(owner, 500))
    expect(slabs.size().heldBytes).toBeGreaterThan(20 * SLAB_BYTES)
    for (let owner = 1; owner <= 200; owner += 1) slabs.free(owner)
    expect(slabs.size().usedBytes).toBe(0)
    expect(slabs.size().heldBytes).toBeLessThanOrEqual(2 * SLAB_BYTES)
  })

  it('use the memory of what was given back for what comes', () => {
    const slabs = createSlabs(SLAB_BYTES)
    for (let owner = 1; owner <= 100; owner += 1) slabs.write(owner, bytesOf(owner, 300))
    for (let round = 0; round < 20; round += 1) {
      for (let owner = 1; owner <= 100; owner += 1) {
        slabs.write(((owner * 37) % 100) + 1, bytesOf(owner + round, 300))
      }
      expect(slabs.size().heldBytes).toBeLessThanOrEqual((100 * 308) / 0.8 + 4 * SLAB_BYTES)
    }
  })
})
