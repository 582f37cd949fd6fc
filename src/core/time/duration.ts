const DURATION = /^(?:[0-9]{1,9}(?:ms|h|m|s))+$/
const PART = /([0-9]+)(ms|h|m|s)/g

const UNIT_MS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 }

/**
 * Milliseconds of a Go-style duration in whole hours, minutes, seconds and milliseconds: `1h30m`,
 * `30s`, `500ms`. `undefined` for anything else: signs, fractions, spaces and bare numbers are no
 * durations here.
 */
export const parseDurationMs = (text: string): number | undefined => {
  if (text.length > 64 || !DURATION.test(text)) return undefined
  let totalMs = 0
  for (const [, count, unit] of text.matchAll(PART)) {
    totalMs += Number(count) * (UNIT_MS[unit ?? ''] ?? Number.NaN)
  }
  return Number.isSafeInteger(totalMs) ? totalMs : undefined
}
