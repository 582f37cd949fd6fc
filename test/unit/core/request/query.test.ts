import { describe, expect, it, vi } from 'vitest'
import { valuesIn, withoutParameters } from '../../../../src/core/request/query.ts'

const NAMES = new Set(['c'])

describe('a query', () => {
  it.each([
    ['c=1&c=2', ['1', '2']],
    ['%63=1', ['1']],
    ['?c=1', []],
    ['&&c=1&', ['1']],
    ['c', ['']],
    ['', []],
  ])('A19: %j has under a name %j', (query, values) => expect(valuesIn(query, 'c')).toEqual(values))

  it.each([
    ['/', '/'],
    ['/?', '/?'],
    ['/?c=1', '/'],
    ['/?%63=1&a=%61', '/?a=%61'],
    ['/?&&c=1&&b', '/?&&&b'],
    ['/??c=1', '/??c=1'],
    ['/?a=c&=c&c', '/?a=c&=c'],
  ])('A19: %j without a name is %j', (raw, rest) =>
    expect(withoutParameters(raw, NAMES)).toBe(rest),
  )

  it('A19: of any number of pairs is read in one pass', () => {
    const reading = vi.spyOn(globalThis, 'URLSearchParams')
    withoutParameters(`/?${'%&'.repeat(20_000)}`, NAMES)
    valuesIn('&'.repeat(40_000), 'c')
    expect(reading).toHaveBeenCalledTimes(2)
  })
})
