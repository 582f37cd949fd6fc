import { durationText, parseDuration, SECOND_NANOS } from '../value/duration.ts'
import { type Meter, spendText, spendTime, TOO_COSTLY } from '../value/meter.ts'
import { floorDivision, parseTimestamp, timestampText } from '../value/timestamp.ts'
import { type Bytes, Failure, kindOf, type TypeName, type Value } from '../value/value.ts'
import { intOf, timestampOf, uintOf } from './arithmetic.ts'
import { doubleText, parseBoolean, parseDouble, parseInteger } from './number-text.ts'
import type { Operation, Operations, Outcome, Overload } from './operation.ts'

const noForm = (what: string): Failure => new Failure(`the text is no ${what}`)

const NO_INT = noForm('integer')
const NO_UINT = noForm('integer from nought on')
const NO_DOUBLE = noForm('number')
const NO_BOOL = noForm('boolean')
const NO_TIMESTAMP = noForm('timestamp of RFC 3339, as in `2026-01-31T09:00:00Z`')
const NO_DURATION = noForm('duration in hours, minutes and seconds, as in `1h30m`')
const NO_UTF8 = new Failure('the bytes are no UTF-8')
const NO_INTEGER_NUMBER = new Failure('the number has no integer of 64 bits')

const INT_LIMIT = 2 ** 63
const UINT_LIMIT = 2 ** 64

/** Texts that say an integer or a time are short. */
const MOST_CHARACTERS = 64

const readText = <T>(text: string, parse: (text: string) => T | undefined): T | undefined =>
  text.length > MOST_CHARACTERS ? undefined : parse(text)

const toInt = (_: Meter, value: Value): Outcome => {
  if (typeof value === 'bigint') return value
  if (typeof value === 'string') {
    const parsed = readText(value, parseInteger)
    return parsed === undefined ? NO_INT : intOf(parsed)
  }
  if (typeof value === 'number') {
    return value > -INT_LIMIT && value < INT_LIMIT ? BigInt(Math.trunc(value)) : NO_INTEGER_NUMBER
  }
  if (typeof value !== 'object' || value === null) return undefined
  if (value.kind === 'uint') return intOf(value.value)
  return value.kind === 'timestamp' ? floorDivision(value.nanos, SECOND_NANOS) : undefined
}

const toUint = (_: Meter, value: Value): Outcome => {
  if (typeof value === 'bigint') return uintOf(value)
  if (typeof value === 'string') {
    const parsed = value.startsWith('-') ? undefined : readText(value, parseInteger)
    return parsed === undefined ? NO_UINT : uintOf(parsed)
  }
  if (typeof value === 'number') {
    return value > -1 && value < UINT_LIMIT ? uintOf(BigInt(Math.trunc(value))) : NO_INTEGER_NUMBER
  }
  return typeof value === 'object' && value?.kind === 'uint' ? value : undefined
}

const toDouble = (_: Meter, value: Value): Outcome => {
  if (typeof value === 'number') return value
  if (typeof value === 'bigint') return Number(value)
  if (typeof value === 'string') return parseDouble(value) ?? NO_DOUBLE
  return typeof value === 'object' && value?.kind === 'uint' ? Number(value.value) : undefined
}

const bytesText = (meter: Meter, { bytes }: Bytes): Outcome => {
  if (!spendText(meter, bytes.length)) return TOO_COSTLY
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return NO_UTF8
  }
}

const toText = (meter: Meter, value: Value): Outcome => {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return doubleText(value)
  if (typeof value === 'bigint' || typeof value === 'boolean') return String(value)
  if (value === null) return undefined
  switch (value.kind) {
    case 'uint':
      return String(value.value)
    case 'bytes':
      return bytesText(meter, value)
    case 'timestamp':
      return spendTime(meter) ? timestampText(value.nanos) : TOO_COSTLY
    case 'duration':
      return durationText(value.nanos)
    case 'list':
    case 'map':
    case 'type':
      return undefined
  }
}

const toBool = (_: Meter, value: Value): Outcome => {
  if (typeof value === 'boolean') return value
  return typeof value === 'string' ? (parseBoolean(value) ?? NO_BOOL) : undefined
}

const toBytes = (meter: Meter, value: Value): Outcome => {
  if (typeof value === 'string') {
    if (!spendText(meter, value.length)) return TOO_COSTLY
    return { kind: 'bytes', bytes: new TextEncoder().encode(value) }
  }
  return typeof value === 'object' && value?.kind === 'bytes' ? value : undefined
}

const toTimestamp = (meter: Meter, value: Value): Outcome => {
  if (typeof value === 'bigint') return timestampOf(value * SECOND_NANOS)
  if (typeof value === 'string') {
    if (!spendTime(meter)) return TOO_COSTLY
    const nanos = readText(value, parseTimestamp)
    return nanos === undefined ? NO_TIMESTAMP : { kind: 'timestamp', nanos }
  }
  return typeof value === 'object' && value?.kind === 'timestamp' ? value : undefined
}

const toDuration = (meter: Meter, value: Value): Outcome => {
  if (typeof value === 'string') {
    if (!spendTime(meter)) return TOO_COSTLY
    const nanos = readText(value, parseDuration)
    return nanos === undefined ? NO_DURATION : { kind: 'duration', nanos }
  }
  return typeof value === 'object' && value?.kind === 'duration' ? value : undefined
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  null: 'null_type',
  timestamp: 'google.protobuf.Timestamp',
  duration: 'google.protobuf.Duration',
}

/** The types that can be named in an expression. */
export const typeNames: ReadonlySet<string> = new Set([
  'null_type',
  'bool',
  'int',
  'uint',
  'double',
  'string',
  'bytes',
  'list',
  'map',
  'type',
  'google.protobuf.Timestamp',
  'google.protobuf.Duration',
])

const typeOf = (_: Meter, value: Value): TypeName => {
  const kind = kindOf(value)
  return { kind: 'type', name: TYPE_NAMES[kind] ?? kind }
}

const conversion = (
  gives: Overload[1],
  from: readonly Overload[1][],
  run: Operation['run'],
): Operation => ({
  as: 'function',
  overloads: from.map((kind) => [[kind], gives]),
  isFolded: true,
  run,
})

/** The functions that make a value of one type of one of another. */
export const conversions: Operations = {
  int: conversion('int', ['int', 'uint', 'double', 'string', 'timestamp'], toInt),
  uint: conversion('uint', ['uint', 'int', 'double', 'string'], toUint),
  double: conversion('double', ['double', 'int', 'uint', 'string'], toDouble),
  string: conversion(
    'string',
    ['string', 'int', 'uint', 'double', 'bool', 'bytes', 'timestamp', 'duration'],
    toText,
  ),
  bool: conversion('bool', ['bool', 'string'], toBool),
  bytes: conversion('bytes', ['bytes', 'string'], toBytes),
  timestamp: conversion('timestamp', ['timestamp', 'string', 'int'], toTimestamp),
  duration: conversion('duration', ['duration', 'string'], toDuration),
  type: { as: 'function', overloads: [[['any'], 'type']], run: typeOf },
  dyn: { as: 'function', overloads: [[['any'], 'any']], run: (_, value) => value },
}
