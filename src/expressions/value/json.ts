import type { ExpressionValue } from '../../core/policy/expression.ts'
import { durationText } from './duration.ts'
import { type Meter, spend, spendLetters, spendText, TOO_COSTLY } from './meter.ts'
import { timestampText } from './timestamp.ts'
import { Failure, type List, type Value, type ValueMap } from './value.ts'

type JsonObject = { readonly [name: string]: ExpressionValue }

/** A list of JSON values. */
export const jsonList = (json: readonly ExpressionValue[]): List => ({
  kind: 'list',
  size: json.length,
  at: (index) => fromJson(json[index] ?? null),
})

/** A JSON object; its own members alone are there. */
export const jsonMap = (json: JsonObject): ValueMap => {
  const has = (key: Value): key is string => typeof key === 'string' && Object.hasOwn(json, key)
  return {
    kind: 'map',
    size: () => Object.keys(json).length,
    get: (key) => (has(key) ? fromJson(json[key] ?? null) : undefined),
    has,
    keys: () => Object.keys(json),
  }
}

const isList = (json: ExpressionValue): json is readonly ExpressionValue[] => Array.isArray(json)

/** A JSON value: numbers without a fraction are integers, as far as a double knows each of them. */
export const fromJson = (json: ExpressionValue): Value => {
  if (typeof json === 'number') return Number.isSafeInteger(json) ? BigInt(json) : json
  if (typeof json !== 'object' || json === null) return json
  return isList(json) ? jsonList(json) : jsonMap(json)
}

const NO_JSON = 'a value that JSON has no form for'

const integerJson = (value: bigint): ExpressionValue => {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : String(value)
}

const base64 = (bytes: Uint8Array): string =>
  btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))

const listJson = (list: List, meter: Meter): ExpressionValue | Failure => {
  const members: ExpressionValue[] = []
  for (let index = 0; index < list.size; index += 1) {
    const member = toJson(list.at(index), meter)
    if (member instanceof Failure) return member
    members.push(member)
  }
  return members
}

const mapJson = (map: ValueMap, meter: Meter): ExpressionValue | Failure => {
  const members: [string, ExpressionValue][] = []
  const keys = map.keys()
  if (keys instanceof Failure) return keys
  for (const key of keys) {
    const found = map.get(key)
    const value = found === undefined || found instanceof Failure ? found : toJson(found, meter)
    if (value instanceof Failure) return value
    if (typeof key !== 'string') return new Failure('the keys of a map that is told are texts')
    members.push([key, value ?? null])
  }
  return Object.fromEntries(members)
}

/**
 * What a value is in JSON, as the JSON mapping of protocol buffers has it: integers beyond 2^53 are
 * texts of their digits, bytes base64, timestamps and durations texts.
 */
export const toJson = (value: Value, meter: Meter): ExpressionValue | Failure => {
  if (!spend(meter, 1)) return TOO_COSTLY
  if (typeof value === 'bigint') return integerJson(value)
  if (typeof value === 'number') return Number.isFinite(value) ? value : new Failure(NO_JSON)
  if (typeof value === 'string') return spendText(meter, value.length) ? value : TOO_COSTLY
  if (typeof value !== 'object' || value === null) return value
  switch (value.kind) {
    case 'uint':
      return integerJson(value.value)
    case 'bytes':
      return spendLetters(meter, value.bytes.length) ? base64(value.bytes) : TOO_COSTLY
    case 'timestamp':
      return timestampText(value.nanos)
    case 'duration':
      return durationText(value.nanos)
    case 'list':
      return listJson(value, meter)
    case 'map':
      return mapJson(value, meter)
    case 'type':
      return new Failure(NO_JSON)
  }
}
