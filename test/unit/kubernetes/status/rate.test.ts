import { expect, it } from 'vitest'
import { createRate } from '../../../../src/kubernetes/status/rate.ts'
import { handSetClock } from '../../../support/hand-set-clock.ts'

const takenFrom = (rate: ReturnType<typeof createRate>): number => {
  let taken = 0
  while (rate.take()) taken += 1
  return taken
}

it('there is a burst, then one for each span, and never more than a burst', () => {
  const clock = handSetClock()
  const rate = createRate(clock, { burst: 3, everyMs: 100 })
  expect(takenFrom(rate)).toBe(3)
  expect(rate.waitMs()).toBe(100)
  clock.advance(150)
  expect(rate.waitMs()).toBe(0)
  expect(takenFrom(rate)).toBe(1)
  expect(rate.waitMs()).toBe(50)
  clock.advance(3_600_000)
  expect(takenFrom(rate)).toBe(3)
})

it('a clock that was set back gives nothing', () => {
  const clock = handSetClock()
  const rate = createRate(clock, { burst: 1, everyMs: 100 })
  expect(takenFrom(rate)).toBe(1)
  clock.advance(-3_600_000)
  expect(takenFrom(rate)).toBe(0)
})
