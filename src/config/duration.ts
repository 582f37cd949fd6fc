const WHOLE = /^(?:[0-9]{1,9}(?:ms|h|m|s))+$/
const PART = /([0-9]+)(ms|h|m|s)/g

const unitMs = new Map([
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
  ['ms', 1],
])

/** Milliseconds of a Go-style duration in whole units, such as `4s`, `500ms` or `1h30m`; `undefined` for other text. */
export const parseDurationMs = (text: string): number | undefined => {
  if (text.length > 64 || !WHOLE.test(text)) return undefined
  return [...text.matchAll(PART)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * (unitMs.get(unit ?? '') ?? 0),
    0,
  )
}
