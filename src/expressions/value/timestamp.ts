import { SECOND_NANOS } from './duration.ts'

const RFC_3339 =
  /^([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,18}))?(?:Z|([+-])([0-9]{2}):([0-9]{2}))$/

const MINUTE_SECONDS = 60
const HOUR_SECONDS = 3600
const MILLI_NANOS = 1_000_000n

const FIRST_NANOS = -62_135_596_800n * SECOND_NANOS
const LAST_NANOS = 253_402_300_800n * SECOND_NANOS - 1n

/** Whether a moment is one that CEL has: of the years 1 to 9999. */
export const isTimestamp = (nanos: bigint): boolean => nanos >= FIRST_NANOS && nanos <= LAST_NANOS

const dateOf = (year: number, month: number, day: number): Date => {
  const date = new Date(0)
  date.setUTCFullYear(year, month, day)
  return date
}

/** A moment as RFC 3339 writes it; `undefined` for anything else. */
export const parseTimestamp = (text: string): bigint | undefined => {
  const [match, year, month, day, hour, minute, second, fraction = '', sign, hours, minutes] =
    RFC_3339.exec(text) ?? []
  if (match === undefined) return undefined
  const date = dateOf(Number(year), Number(month) - 1, Number(day))
  const isDay = date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day)
  const [h, m, s] = [Number(hour), Number(minute), Number(second)]
  if (!isDay || h > 23 || m > 59 || s > 59) return undefined
  const [offHours, offMinutes] = [Number(hours ?? 0), Number(minutes ?? 0)]
  if (offHours > 23 || offMinutes > 59) return undefined
  const offset = (offHours * HOUR_SECONDS + offMinutes * MINUTE_SECONDS) * (sign === '-' ? -1 : 1)
  const seconds = date.getTime() / 1_000 + h * HOUR_SECONDS + m * MINUTE_SECONDS + s - offset
  const nanos = BigInt(seconds) * SECOND_NANOS + BigInt(fraction.slice(0, 9).padEnd(9, '0'))
  return isTimestamp(nanos) ? nanos : undefined
}

/** The whole number below, where division rounds towards nought. */
export const floorDivision = (nanos: bigint, unit: bigint): bigint => {
  const rest = nanos % unit
  return (nanos - (rest < 0n ? rest + unit : rest)) / unit
}

/** A moment as RFC 3339 writes it, in UTC. */
export const timestampText = (nanos: bigint): string => {
  const seconds = floorDivision(nanos, SECOND_NANOS)
  const fraction = String(nanos - seconds * SECOND_NANOS)
    .padStart(9, '0')
    .replace(/0+$/, '')
  const text = new Date(Number(seconds) * 1_000).toISOString().slice(0, 19)
  return `${text}${fraction === '' ? '' : `.${fraction}`}Z`
}

/** A moment in milliseconds, what is below them dropped. */
export const timestampMs = (nanos: bigint): number => Number(floorDivision(nanos, MILLI_NANOS))
