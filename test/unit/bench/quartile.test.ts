import { describe, expect, it } from 'vitest'
import { least, lowerQuartile, median } from '../../../bench/report/quartile.ts'

describe('what is taken of many rounds', () => {
  const nine = [9, 3, 7, 1, 8, 2, 6, 4, 5]

  it('is the value that a quarter of them do not exceed, in whatever order they came', () => {
    expect(lowerQuartile(nine)).toBe(3)
    expect(lowerQuartile([4, 2, 3, 1])).toBe(1)
    expect(lowerQuartile([5])).toBe(5)
  })

  it('is the middle, of two the lower', () => {
    expect(median(nine)).toBe(5)
    expect(median([4, 1, 3, 2])).toBe(2)
  })

  it('is the least', () => {
    expect(least(nine)).toBe(1)
  })

  it('orders numbers as numbers', () => {
    expect(median([100, 20, 3])).toBe(20)
  })

  it.each([lowerQuartile, median, least])('is nothing of nothing', (of) => {
    expect(() => of([])).toThrow(RangeError)
  })
})
