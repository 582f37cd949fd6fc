import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseDurationMs } from '../../../../src/core/time/duration.ts'

describe('parseDurationMs', () => {
  test.each([
    ['0s', 0],
    ['500ms', 500],
    ['30s', 30_000],
    ['10m', 600_000],
    ['12h', 43_200_000],
    ['1h30m', 5_400_000],
    ['1m1h', 3_660_000],
    ['1s500ms', 1_500],
  ])('%s is read', (text, expectedMs) => {
    expect(parseDurationMs(text)).toBe(expectedMs)
  })

  test.each([
    '',
    '30',
    's',
    '-1s',
    '+1s',
    '1.5h',
    '1 s',
    ' 1s',
    '1s ',
    '1d',
    '1S',
    '1e3s',
    '1s\n',
    '٣s',
  ])('%j is no duration', (text) => {
    expect(parseDurationMs(text)).toBeUndefined()
  })

  test('a sum beyond what a number holds exactly is no duration', () => {
    expect(parseDurationMs('999999999h'.repeat(6))).toBeUndefined()
  })

  test('any text gives a non-negative whole number or nothing', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[0-9hms]{0,20}$/)), (text) => {
        const ms = parseDurationMs(text)
        expect(ms === undefined || (Number.isSafeInteger(ms) && ms >= 0)).toBe(true)
      }),
    )
  })
})
