/** The nanoseconds of a second. */
export const SECOND_NANOS = 1_000_000_000n

const UNITS: Readonly<Record<string, bigint>> = {
  h: 3600n * SECOND_NANOS,
  m: 60n * SECOND_NANOS,
  s: SECOND_NANOS,
  ms: 1_000_000n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ns: 1n,
}

const LONGEST = 64
const WHOLE = /^[+-]?(?:0|(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:h|ms|m|s|us|µs|μs|ns))+$/
const PART = /([0-9]*)(?:\.([0-9]*))?(h|ms|m|s|us|µs|μs|ns)/g

const MOST_NANOS = 2n ** 63n - 1n

/** Whether a span is one that CEL has: some 292 years to either side. */
export const isDuration = (nanos: bigint): boolean =>
  nanos >= -MOST_NANOS - 1n && nanos <= MOST_NANOS

const DIGITS = 18

const partNanos = (whole: string, fraction: string, unit: bigint): bigint => {
  const digits = fraction.slice(0, DIGITS)
  const below = digits === '' ? 0n : (BigInt(digits) * unit) / 10n ** BigInt(digits.length)
  return BigInt(whole === '' ? '0' : whole) * unit + below
}

/** A duration such as `1h30m`, `1.5s` or `-20ms`; `undefined` for anything else. */
export const parseDuration = (text: string): bigint | undefined => {
  if (text.length > LONGEST || !WHOLE.test(text)) return undefined
  let nanos = 0n
  for (const [, whole = '', fraction = '', unit = ''] of text.matchAll(PART)) {
    nanos += partNanos(whole, fraction, UNITS[unit] ?? 0n)
  }
  const signed = text.startsWith('-') ? -nanos : nanos
  return isDuration(signed) ? signed : undefined
}

/** A duration in seconds, as `1.5s`. */
export const durationText = (nanos: bigint): string => {
  const absolute = nanos < 0n ? -nanos : nanos
  const fraction = String(absolute % SECOND_NANOS)
    .padStart(9, '0')
    .replace(/0+$/, '')
  const whole = `${nanos < 0n ? '-' : ''}${absolute / SECOND_NANOS}`
  return `${whole}${fraction === '' ? '' : `.${fraction}`}s`
}
