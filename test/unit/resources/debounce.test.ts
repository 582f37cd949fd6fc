import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createDebounce } from '../../../src/resources/debounce.ts'
import { handSetClock } from '../../support/hand-set-clock.ts'

const setUp = () => {
  const clock = handSetClock()
  const run = vi.fn()
  const debounce = createDebounce(clock, 100, run)
  const pass = (ms: number) => {
    clock.advance(ms)
    vi.advanceTimersByTime(ms)
  }
  return { ...debounce, pass, run }
}

describe('a debounce', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('turns a burst of notices into one run after the last', () => {
    const { notify, pass, run } = setUp()
    for (let count = 0; count < 5; count += 1) {
      notify()
      pass(60)
    }
    expect(run).not.toHaveBeenCalled()
    pass(40)
    expect(run).toHaveBeenCalledTimes(1)
  })

  it('does not wait forever for quiet', () => {
    const { notify, pass, run } = setUp()
    for (let count = 0; count < 30; count += 1) {
      notify()
      pass(50)
    }
    expect(run).toHaveBeenCalledTimes(1)
  })

  it('runs again for a notice after a run', () => {
    const { notify, pass, run } = setUp()
    notify()
    pass(100)
    notify()
    pass(100)
    expect(run).toHaveBeenCalledTimes(2)
  })

  it('forgets what is due when it is cancelled', () => {
    const { notify, cancel, pass, run } = setUp()
    notify()
    cancel()
    pass(1000)
    expect(run).not.toHaveBeenCalled()
  })
})
