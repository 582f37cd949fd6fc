import { type Meter, spend, spendKeys, spendText } from './meter.ts'
import { Failure, kindOf, type List, type Value, type ValueMap } from './value.ts'

/** An integer of either type as it is, a double as it is; `undefined` for what is no number. */
export const numberOf = (value: Value): bigint | number | undefined => {
  if (typeof value === 'bigint' || typeof value === 'number') return value
  return typeof value === 'object' && value?.kind === 'uint' ? value.value : undefined
}

const sameLists = (one: List, other: List, meter: Meter): boolean => {
  if (one.size !== other.size) return false
  for (let index = 0; index < one.size; index += 1) {
    if (!isSame(one.at(index), other.at(index), meter)) return false
  }
  return true
}

/** No answer counts that was found where nobody knows all that is compared. */
const isUnknown = (meter: Meter, failure: Failure): false => {
  meter.unknown ??= failure
  return false
}

const sameMaps = (one: ValueMap, other: ValueMap, meter: Meter): boolean => {
  const [size, otherSize] = [one.size(), other.size()]
  if (size instanceof Failure) return isUnknown(meter, size)
  if (otherSize instanceof Failure) return isUnknown(meter, otherSize)
  if (!spendKeys(meter, size + otherSize) || size !== otherSize) return false
  const keys = one.keys()
  if (keys instanceof Failure) return isUnknown(meter, keys)
  return keys.every((key) => {
    const [a, b] = [one.get(key), other.get(key)]
    return a !== undefined && b !== undefined && isSame(a as Value, b as Value, meter)
  })
}

const sameBytes = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && one.every((byte, at) => byte === other[at])

const sameObjects = (one: Value, other: Value, meter: Meter): boolean => {
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) {
    return false
  }
  if (one.kind === 'list' && other.kind === 'list') return sameLists(one, other, meter)
  if (one.kind === 'map' && other.kind === 'map') return sameMaps(one, other, meter)
  if (one.kind === 'bytes' && other.kind === 'bytes') {
    return spendText(meter, one.bytes.length) && sameBytes(one.bytes, other.bytes)
  }
  if (one.kind === 'type' && other.kind === 'type') return one.name === other.name
  if (one.kind === 'timestamp' && other.kind === 'timestamp') return one.nanos === other.nanos
  return one.kind === 'duration' && other.kind === 'duration' && one.nanos === other.nanos
}

/**
 * Whether two values are equal: numbers of all types by what they are, everything else only with
 * its own type. Every member that is compared is counted; where nothing is left, nothing is equal,
 * nor where nobody knows all of a map: the meter holds why.
 */
export const isSame = (one: Value, other: Value, meter: Meter): boolean => {
  if (!spend(meter, 1)) return false
  if (typeof one === 'string' && typeof other === 'string') {
    return one.length === other.length && spendText(meter, one.length) && one === other
  }
  if (one === null || typeof one === 'boolean') return one === other
  const a = numberOf(one)
  const b = a === undefined ? undefined : numberOf(other)
  if (a !== undefined && b !== undefined) return a <= b && a >= b
  return sameObjects(one, other, meter)
}

const SURROGATES = 0xd800
const PAST_SURROGATES = 0xe000

/** A code unit in the order of code points: surrogates stand for what is beyond all others. */
const rankOf = (unit: number): number =>
  unit >= PAST_SURROGATES ? unit - 0x2000 : unit >= SURROGATES ? unit + 0x2000 : unit

/** Texts in the order of their code points. */
const compareTexts = (one: string, other: string): number => {
  const length = Math.min(one.length, other.length)
  for (let at = 0; at < length; at += 1) {
    const [a, b] = [one.charCodeAt(at), other.charCodeAt(at)]
    if (a !== b) return rankOf(a) - rankOf(b)
  }
  return one.length - other.length
}

const compareBytes = (one: Uint8Array, other: Uint8Array): number => {
  const length = Math.min(one.length, other.length)
  for (let at = 0; at < length; at += 1) {
    const difference = (one[at] ?? 0) - (other[at] ?? 0)
    if (difference !== 0) return difference
  }
  return one.length - other.length
}

const compareNanos = (one: bigint, other: bigint): number =>
  one === other ? 0 : one < other ? -1 : 1

const compareNumbers = (one: bigint | number, other: bigint | number): number => {
  if (one < other) return -1
  if (one > other) return 1
  return Number.isNaN(one) || Number.isNaN(other) ? Number.NaN : 0
}

/**
 * Below nought where one value comes before the other, above where it comes after, `NaN` where
 * neither does; `undefined` where the two have no order.
 */
export const orderOf = (one: Value, other: Value, meter: Meter): number | undefined => {
  const a = numberOf(one)
  const b = a === undefined ? undefined : numberOf(other)
  if (a !== undefined && b !== undefined) return compareNumbers(a, b)
  if (typeof one === 'string' && typeof other === 'string') {
    return spendText(meter, Math.min(one.length, other.length)) ? compareTexts(one, other) : 0
  }
  if (typeof one === 'boolean' && typeof other === 'boolean') return Number(one) - Number(other)
  if (kindOf(one) !== kindOf(other)) return undefined
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) {
    return undefined
  }
  if (one.kind === 'bytes' && other.kind === 'bytes') {
    return spendText(meter, one.bytes.length) ? compareBytes(one.bytes, other.bytes) : 0
  }
  if (one.kind === 'timestamp' && other.kind === 'timestamp') {
    return compareNanos(one.nanos, other.nanos)
  }
  return one.kind === 'duration' && other.kind === 'duration'
    ? compareNanos(one.nanos, other.nanos)
    : undefined
}
