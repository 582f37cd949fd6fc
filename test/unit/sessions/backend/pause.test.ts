import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Budget } from '../../../../src/core/time/budget.ts'
import { jitterMs } from '../../../../src/core/time/jitter.ts'
import { pause } from '../../../../src/sessions/backend/pause.ts'
import { seededRandom } from '../../../support/seeded-random.ts'

afterEach(() => void vi.useRealTimers())

describe('a pause', () => {
  it('lasts 25 to 50 ms, at random', () => {
    const random = seededRandom('jitter')
    const pauses = Array.from({ length: 200 }, () => jitterMs(random, 25, 50))
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(25)
    expect(Math.max(...pauses)).toBeLessThan(50)
    expect(new Set(pauses).size).toBeGreaterThan(150)
  })

  it('ends by itself, and leaves nothing behind', async () => {
    vi.useFakeTimers()
    const controller = new AbortController()
    const pausing = pause(seededRandom('a'), { signal: controller.signal })
    expect(vi.getTimerCount()).toBe(1)
    await vi.advanceTimersByTimeAsync(50)
    await pausing
    expect(vi.getTimerCount()).toBe(0)
  })

  it('ends early with the budget, its timer too', async () => {
    vi.useFakeTimers()
    const controller = new AbortController()
    const budget: Budget = { signal: controller.signal }
    const pausing = pause(seededRandom('a'), budget)
    controller.abort()
    await pausing
    expect(vi.getTimerCount()).toBe(0)
    await pause(seededRandom('a'), budget)
  })
})
