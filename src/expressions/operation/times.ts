import { type Meter, spend, TOO_COSTLY } from '../value/meter.ts'
import { timestampMs } from '../value/timestamp.ts'
import { Failure, type Value } from '../value/value.ts'
import { ABSENT, type Operation, type Operations, type Outcome } from './operation.ts'

const NO_ZONE = new Failure('there is no such time zone')

const OFFSET = /^([+-]?)([0-9]{2}):([0-9]{2})$/

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

/** What a clock in a zone costs. */
const ZONE_UNITS = 32

/** How many zones are kept; an expression names them as it is written, so there are few. */
const MOST_ZONES = 64

/** A zone that nobody could misspell further: names are letters, digits and a few signs. */
const LONGEST = 64

const formats = new Map<string, Intl.DateTimeFormat | undefined>()

const formatOf = (zone: string): Intl.DateTimeFormat | undefined => {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      calendar: 'gregory',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
      era: 'short',
    })
  } catch {
    return undefined
  }
}

const keptFormat = (zone: string): Intl.DateTimeFormat | undefined => {
  if (!formats.has(zone)) {
    if (formats.size >= MOST_ZONES) formats.clear()
    formats.set(zone, formatOf(zone))
  }
  return formats.get(zone)
}

/** What a clock in a zone shows, as a date in UTC; `undefined`: there is no such zone. */
const localDate = (ms: number, zone: string): Date | undefined => {
  if (zone === 'UTC' || zone === '') return new Date(ms)
  const [match, sign, hours, minutes] = OFFSET.exec(zone) ?? []
  if (match !== undefined) {
    const offset = (Number(hours) * 60 + Number(minutes)) * MINUTE_MS
    return new Date(sign === '-' ? ms - offset : ms + offset)
  }
  if (zone.length > LONGEST) return undefined
  const parts = keptFormat(zone)?.formatToParts(ms)
  if (parts === undefined) return undefined
  const number = (type: string): number =>
    Number(parts.find((part) => part.type === type)?.value ?? 0)
  const date = new Date(0)
  date.setUTCFullYear(number('year'), number('month') - 1, number('day'))
  date.setUTCHours(number('hour'), number('minute'), number('second'), ((ms % 1000) + 1000) % 1000)
  return date
}

const dayOfYear = (date: Date): number => {
  const first = new Date(0)
  first.setUTCFullYear(date.getUTCFullYear(), 0, 1)
  return Math.floor((date.getTime() - first.getTime()) / DAY_MS)
}

/** What a field of a duration is: the whole of it in that unit, what is below dropped. */
const ofDuration = (nanos: bigint, unit: bigint | undefined): Outcome =>
  unit === undefined ? undefined : nanos / unit

const getter = (read: (date: Date) => number, unit?: bigint): Operation => ({
  as: 'method',
  overloads: [
    [['timestamp'], 'int'],
    [['timestamp', 'string'], 'int'],
    ...(unit === undefined ? [] : [[['duration'], 'int'] as const]),
  ],
  run: (meter: Meter, moment: Value, zone: Value): Outcome => {
    if (typeof moment !== 'object' || moment === null) return undefined
    if (moment.kind === 'duration')
      return zone === ABSENT ? ofDuration(moment.nanos, unit) : undefined
    const name = zone === ABSENT ? 'UTC' : zone
    if (moment.kind !== 'timestamp' || typeof name !== 'string') return undefined
    if (zone !== ABSENT && !spend(meter, ZONE_UNITS)) return TOO_COSTLY
    const date = localDate(timestampMs(moment.nanos), name)
    return date === undefined ? NO_ZONE : BigInt(read(date))
  },
})

const MILLI = 1_000_000n
const SECOND = 1_000n * MILLI
const MINUTE = 60n * SECOND
const HOUR = 60n * MINUTE

/** What a calendar and a clock say of a moment, in UTC or in a zone. */
export const times: Operations = {
  getFullYear: getter((date) => date.getUTCFullYear()),
  getMonth: getter((date) => date.getUTCMonth()),
  getDate: getter((date) => date.getUTCDate()),
  getDayOfMonth: getter((date) => date.getUTCDate() - 1),
  getDayOfWeek: getter((date) => date.getUTCDay()),
  getDayOfYear: getter(dayOfYear),
  getHours: getter((date) => date.getUTCHours(), HOUR),
  getMinutes: getter((date) => date.getUTCMinutes(), MINUTE),
  getSeconds: getter((date) => date.getUTCSeconds(), SECOND),
  getMilliseconds: getter((date) => date.getUTCMilliseconds(), MILLI),
}
