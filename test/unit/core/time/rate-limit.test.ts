import { describe, expect, it } from 'vitest'
import { createRateLimit, type Rate } from '../../../../src/core/time/rate-limit.ts'
import { handSetClock } from '../../../support/hand-set-clock.ts'

const OF_ONE: Rate = { atOnce: 3, everyMs: 2_000 }
const OF_ALL: Rate = { atOnce: 10, everyMs: 500 }

const aLimit = (rates: { ofOne?: Rate; ofAll?: Rate } = { ofOne: OF_ONE, ofAll: OF_ALL }) => {
  const clock = handSetClock()
  const { take } = createRateLimit(clock, rates)
  const times = (count: number, key: string) => Array.from({ length: count }, () => take(key))
  return { clock, take, times }
}

describe('what may be done so often', () => {
  it('takes so many at once, and then says how long to wait', () => {
    const { times } = aLimit()
    expect(times(5, 'a')).toEqual([0, 0, 0, 2, 2])
    expect(times(1, 'b')).toEqual([0])
  })

  it('gives one back after the time that it says, and never more than at once', () => {
    const { clock, times } = aLimit()
    times(3, 'a')
    clock.advance(1_999)
    expect(times(1, 'a')).toEqual([1])
    clock.advance(1)
    expect(times(2, 'a')).toEqual([0, 2])
    clock.advance(3_600_000)
    expect(times(4, 'a')).toEqual([0, 0, 0, 2])
  })

  it('bears no more from all together, whatever their keys', () => {
    const { clock, take } = aLimit()
    const taken = Array.from({ length: 1_000 }, (_, at) => take(`key ${at}`))
    expect(taken.filter((wait) => wait === 0)).toHaveLength(10)
    expect(take('another')).toBe(1)
    clock.advance(500)
    expect(take('another')).toBe(0)
    expect(take('yet another')).toBe(1)
  })

  it('one key that is refused takes nothing from all', () => {
    const { times } = aLimit()
    times(1_000, 'a')
    expect(times(3, 'b')).toEqual([0, 0, 0])
    expect(times(3, 'c')).toEqual([0, 0, 0])
    expect(times(2, 'd')).toEqual([0, 1])
  })

  it('whoever makes up keys resets no bucket', () => {
    const { clock, take, times } = aLimit()
    times(3, 'a')
    let made = 0
    for (let at = 0; at < 3; at += 1) {
      expect(take('a')).toBeGreaterThan(0)
      for (let key = 0; key < 10_000; key += 1) if (take(`made up ${made++}`) > 0) break
      clock.advance(600)
    }
    // By now one is back, which is what time alone gave.
    clock.advance(200)
    expect(times(2, 'a')).toEqual([0, 2])
  })

  it('a clock that is set back gives nothing, and keeps nobody waiting for longer', () => {
    const { clock, times } = aLimit()
    times(3, 'a')
    clock.advance(-3_600_000)
    expect(times(1, 'a')).toEqual([2])
    clock.advance(2_000)
    expect(times(2, 'a')).toEqual([0, 2])
  })

  it('as it comes: ten at once and one in six seconds, of all 2,000 and 500 a second', () => {
    const { clock, take, times } = aLimit({})
    expect(times(11, 'a')).toEqual([...Array(10).fill(0), 6])
    for (let at = 0; at < 1_990; at += 1) expect(take(`key ${at}`)).toBe(0)
    expect(take('another')).toBe(1)
    clock.advance(1_000)
    const taken = Array.from({ length: 600 }, (_, at) => take(`later ${at}`))
    expect(taken.filter((wait) => wait === 0)).toHaveLength(500)
  })
})
