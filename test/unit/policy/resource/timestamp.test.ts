import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseTimestampMs } from '../../../../src/policy/resource/timestamp.ts'

describe('a time of RFC 3339', () => {
  it.each([
    ['2026-11-24T12:00:00Z', Date.UTC(2026, 10, 24, 12)],
    ['2026-11-24T12:00:00.5Z', Date.UTC(2026, 10, 24, 12, 0, 0, 500)],
    ['2026-11-24T12:00:00+02:00', Date.UTC(2026, 10, 24, 10)],
    ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
  ])('reads %s', (text, timeMs) => expect(parseTimestampMs(text)).toBe(timeMs))

  it.each([
    ...['', 'now', '1764000000', '2026-11-24', '2026-11-24T12:00:00', '2026-11-24 12:00:00Z'],
    ...['2026-02-29T00:00:00Z', '2026-13-01T00:00:00Z', '2026-11-24T25:00:00Z'],
  ])('takes %j for none', (text) => expect(parseTimestampMs(text)).toBeUndefined())

  it('R34: whatever is written, is a whole number of milliseconds or none', () => {
    const near = fc.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/)
    fc.assert(
      fc.property(fc.oneof(fc.string(), near), (text) => {
        const timeMs = parseTimestampMs(text)
        expect(timeMs === undefined || Number.isSafeInteger(timeMs)).toBe(true)
      }),
    )
  })
})
