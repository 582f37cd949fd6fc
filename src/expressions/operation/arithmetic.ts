import { isDuration } from '../value/duration.ts'
import { type Meter, spend, spendText, TOO_COSTLY } from '../value/meter.ts'
import { isTimestamp } from '../value/timestamp.ts'
import { Failure, type List, listOf, membersOf, type Value } from '../value/value.ts'
import type { Operation, Operations, Outcome, Overload } from './operation.ts'

const MOST_INT = 2n ** 63n - 1n
const MOST_UINT = 2n ** 64n - 1n

const OVERFLOW = new Failure('the number is beyond its 64 bits')
const BY_NOUGHT = new Failure('it divides by nought')
const BEYOND_TIME = new Failure('the time is beyond the years that there are')

/** An `int`, or that it is beyond 64 bits. */
export const intOf = (value: bigint): bigint | Failure =>
  value >= -MOST_INT - 1n && value <= MOST_INT ? value : OVERFLOW

/** A `uint`, or that it is beyond 64 bits. */
export const uintOf = (value: bigint): Value | Failure =>
  value >= 0n && value <= MOST_UINT ? { kind: 'uint', value } : OVERFLOW

/** A duration, or that there is none so long. */
const durationOf = (nanos: bigint): Value | Failure =>
  isDuration(nanos) ? { kind: 'duration', nanos } : BEYOND_TIME

/** A timestamp, or that there is no such year. */
export const timestampOf = (nanos: bigint): Value | Failure =>
  isTimestamp(nanos) ? { kind: 'timestamp', nanos } : BEYOND_TIME

interface Calculation {
  readonly integers: (one: bigint, other: bigint) => bigint | Failure
  readonly doubles?: (one: number, other: number) => number
}

/** Two numbers of one type; others have no outcome. */
const calculated = ({ integers, doubles }: Calculation, one: Value, other: Value): Outcome => {
  if (typeof one === 'bigint' && typeof other === 'bigint') {
    const value = integers(one, other)
    return value instanceof Failure ? value : intOf(value)
  }
  if (typeof one === 'number' && typeof other === 'number') return doubles?.(one, other)
  if (typeof one !== 'object' || typeof other !== 'object') return undefined
  if (one?.kind !== 'uint' || other?.kind !== 'uint') return undefined
  const value = integers(one.value, other.value)
  return value instanceof Failure ? value : uintOf(value)
}

const joinedLists = (meter: Meter, one: List, other: List): Outcome =>
  spend(meter, one.size + other.size)
    ? listOf([...membersOf(one), ...membersOf(other)])
    : TOO_COSTLY

const joinedBytes = (one: Uint8Array, other: Uint8Array): Value => {
  const bytes = new Uint8Array(one.length + other.length)
  bytes.set(one)
  bytes.set(other, one.length)
  return { kind: 'bytes', bytes }
}

const addedObjects = (meter: Meter, one: Value, other: Value): Outcome => {
  if (typeof one !== 'object' || typeof other !== 'object' || !one || !other) return undefined
  if (one.kind === 'list' && other.kind === 'list') return joinedLists(meter, one, other)
  if (one.kind === 'bytes' && other.kind === 'bytes') {
    const length = one.bytes.length + other.bytes.length
    return spendText(meter, length) ? joinedBytes(one.bytes, other.bytes) : TOO_COSTLY
  }
  if (one.kind === 'timestamp' && other.kind === 'duration') {
    return timestampOf(one.nanos + other.nanos)
  }
  if (one.kind !== 'duration') return undefined
  if (other.kind === 'timestamp') return timestampOf(one.nanos + other.nanos)
  return other.kind === 'duration' ? durationOf(one.nanos + other.nanos) : undefined
}

const SUM: Calculation = { integers: (a, b) => a + b, doubles: (a, b) => a + b }
const DIFFERENCE: Calculation = { integers: (a, b) => a - b, doubles: (a, b) => a - b }
const PRODUCT: Calculation = { integers: (a, b) => a * b, doubles: (a, b) => a * b }
const QUOTIENT: Calculation = {
  integers: (a, b) => (b === 0n ? BY_NOUGHT : a / b),
  doubles: (a, b) => a / b,
}
const REST: Calculation = { integers: (a, b) => (b === 0n ? BY_NOUGHT : a % b) }

const add = (meter: Meter, one: Value, other: Value): Outcome => {
  if (typeof one === 'string' && typeof other === 'string') {
    return spendText(meter, one.length + other.length) ? one + other : TOO_COSTLY
  }
  return calculated(SUM, one, other) ?? addedObjects(meter, one, other)
}

const subtract = (_: Meter, one: Value, other: Value): Outcome => {
  const number = calculated(DIFFERENCE, one, other)
  if (number !== undefined) return number
  if (typeof one !== 'object' || typeof other !== 'object' || !one || !other) return undefined
  if (one.kind === 'timestamp' && other.kind === 'timestamp') {
    return durationOf(one.nanos - other.nanos)
  }
  if (other.kind !== 'duration') return undefined
  if (one.kind === 'timestamp') return timestampOf(one.nanos - other.nanos)
  return one.kind === 'duration' ? durationOf(one.nanos - other.nanos) : undefined
}

const negate = (_: Meter, one: Value): Outcome => {
  if (typeof one === 'number') return -one
  if (typeof one === 'bigint') return intOf(-one)
  return undefined
}

const INTEGERS: readonly Overload[] = [
  [['int', 'int'], 'int'],
  [['uint', 'uint'], 'uint'],
]
const NUMBERS: readonly Overload[] = [...INTEGERS, [['double', 'double'], 'double']]

const numbers = (calculation: Calculation, overloads = NUMBERS): Operation => ({
  as: 'operator',
  overloads,
  run: (_, one, other) => calculated(calculation, one, other),
})

/** The operators that calculate. */
export const arithmetic: Operations = {
  '_+_': {
    as: 'operator',
    overloads: [
      ...NUMBERS,
      [['string', 'string'], 'string'],
      [['bytes', 'bytes'], 'bytes'],
      [['list', 'list'], 'list'],
      [['timestamp', 'duration'], 'timestamp'],
      [['duration', 'timestamp'], 'timestamp'],
      [['duration', 'duration'], 'duration'],
    ],
    run: add,
  },
  '_-_': {
    as: 'operator',
    overloads: [
      ...NUMBERS,
      [['timestamp', 'timestamp'], 'duration'],
      [['timestamp', 'duration'], 'timestamp'],
      [['duration', 'duration'], 'duration'],
    ],
    run: subtract,
  },
  '_*_': numbers(PRODUCT),
  '_/_': numbers(QUOTIENT),
  '_%_': numbers(REST, INTEGERS),
  '-_': {
    as: 'operator',
    overloads: [
      [['int'], 'int'],
      [['double'], 'double'],
    ],
    run: negate,
  },
}
