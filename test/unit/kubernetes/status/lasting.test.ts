import { expect, it } from 'vitest'
import { createLasting } from '../../../../src/kubernetes/status/lasting.ts'
import { handSetClock } from '../../../support/hand-set-clock.ts'

it('what is over in a moment is kept back, what lasts is told', () => {
  const clock = handSetClock()
  const lasting = createLasting(clock, 5_000)
  expect(lasting(['a'])).toEqual([])
  clock.advance(4_999)
  expect(lasting(['a', 'b'])).toEqual([])
  clock.advance(1)
  expect(lasting(['a', 'b'])).toEqual(['a'])
  expect(lasting(['b'])).toEqual([])
  clock.advance(5_000)
  expect(lasting(['a', 'b'])).toEqual(['b'])
})
