import { describe, expect, it } from 'vitest'
import { jitterMs } from '../../../../src/core/time/jitter.ts'

const drawing = (bytes: readonly number[]) => ({
  token: () => Buffer.from(bytes).toString('base64url'),
})

describe('a time at random', () => {
  it.each([
    [[0, 0, 0], 1_000],
    [[0x80, 0, 0], 1_500],
    [[0xff, 0xff, 0xff], 2_000 - 1_000 / 2 ** 24],
    [[0xfb, 0xef, 0xbe], 1_000 + (0xfbefbe / 2 ** 24) * 1_000],
  ])('is read from the random bytes %j as they are, over the whole range', (bytes, ms) => {
    expect(jitterMs(drawing(bytes), 1_000, 2_000)).toBeCloseTo(ms, 6)
  })
})
