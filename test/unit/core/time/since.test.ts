import { expect, it } from 'vitest'
import { createSince } from '../../../../src/core/time/since.ts'
import { handSetClock } from '../../../support/hand-set-clock.ts'

it('the first of several moments is what is taken, and only once', () => {
  const clock = handSetClock()
  const since = createSince(clock)
  expect(since.take()).toBeUndefined()
  const first = clock.nowMs()
  since.note()
  clock.advance(50)
  since.note()
  expect([since.take(), since.take()]).toEqual([first, undefined])
})

it('a moment that is given back goes before one that came meanwhile, and none takes none away', () => {
  const clock = handSetClock()
  const since = createSince(clock)
  since.note()
  const first = since.take()
  clock.advance(50)
  since.note()
  since.giveBack(first)
  expect(since.take()).toBe(first)
  since.note()
  since.giveBack(undefined)
  expect(since.take()).toBe(clock.nowMs())
})
