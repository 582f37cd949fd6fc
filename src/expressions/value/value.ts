/** An unsigned integer of 64 bits. */
export interface Uint {
  readonly kind: 'uint'
  readonly value: bigint
}

/** Bytes. */
export interface Bytes {
  readonly kind: 'bytes'
  readonly bytes: Uint8Array
}

/** A list, whose members are made when they are asked for. */
export interface List {
  readonly kind: 'list'
  readonly size: number
  /** The member at an index from 0 to the size. */
  readonly at: (index: number) => Value
}

/** A map, whose values are made when they are asked for. */
export interface ValueMap {
  readonly kind: 'map'
  /** Takes a time that grows with the size. Fails where nobody knows. */
  readonly size: () => number | Failure
  /** `undefined`: there is no such key. */
  readonly get: (key: Value) => Value | Failure | undefined
  /** Fails where nobody knows. */
  readonly has: (key: Value) => boolean | Failure
  /** Fails where nobody knows all of them. */
  readonly keys: () => readonly Value[] | Failure
}

/** A moment, in nanoseconds since 1970. */
export interface Timestamp {
  readonly kind: 'timestamp'
  readonly nanos: bigint
}

/** A span of time, in nanoseconds. */
export interface Duration {
  readonly kind: 'duration'
  readonly nanos: bigint
}

/** A type as a value, as `type(x)` gives it. */
export interface TypeName {
  readonly kind: 'type'
  readonly name: string
}

/** A value of CEL: a bigint is an `int`, a number is a `double`. */
export type Value =
  | null
  | boolean
  | bigint
  | number
  | string
  | Uint
  | Bytes
  | List
  | ValueMap
  | Timestamp
  | Duration
  | TypeName

/** What tells values apart. */
export type Kind =
  | 'null'
  | 'bool'
  | 'int'
  | 'double'
  | 'string'
  | Exclude<Value, null | boolean | bigint | number | string>['kind']

/**
 * Why there is no value. A class, as `instanceof` is the cheapest question to ask after every
 * operation.
 */
export class Failure {
  /** Completes "at character 5: …"; holds no value. */
  readonly message: string
  /** The place in the expression, from 0; absent until somebody knows it. */
  readonly at: number | undefined

  constructor(message: string, at?: number) {
    this.message = message
    this.at = at
  }
}

const BY_TYPE: Readonly<Record<string, Kind>> = {
  boolean: 'bool',
  bigint: 'int',
  number: 'double',
  string: 'string',
}

/** Which kind of value one is. */
export const kindOf = (value: Value): Kind => {
  if (value === null) return 'null'
  return typeof value === 'object' ? value.kind : (BY_TYPE[typeof value] ?? 'null')
}

/** A list of values that are there already. */
export const listOf = (members: readonly Value[]): List => ({
  kind: 'list',
  size: members.length,
  at: (index) => members[index] ?? null,
})

/** The members of a list from one index to before another. */
export const membersOf = ({ size, at }: List): readonly Value[] =>
  Array.from({ length: size }, (_, index) => at(index))

/** What a key is known by: numbers of every type that are equal are the same key. */
const keyOf = (key: Value): string | boolean | bigint | undefined => {
  switch (typeof key) {
    case 'string':
    case 'boolean':
    case 'bigint':
      return key
    case 'number':
      return Number.isInteger(key) ? BigInt(key) : undefined
    case 'object':
      return key !== null && key.kind === 'uint' ? key.value : undefined
  }
  return undefined
}

/** A map of these entries; `undefined` where a key is twice, or of a type that keys cannot be. */
export const mapOf = (entries: readonly (readonly [Value, Value])[]): ValueMap | undefined => {
  const known = new Map<string | boolean | bigint, readonly [Value, Value]>()
  for (const entry of entries) {
    const key = typeof entry[0] === 'number' ? undefined : keyOf(entry[0])
    if (key === undefined || known.has(key)) return undefined
    known.set(key, entry)
  }
  const entryOf = (key: Value) => {
    const found = keyOf(key)
    return found === undefined ? undefined : known.get(found)
  }
  return {
    kind: 'map',
    size: () => known.size,
    get: (key) => entryOf(key)?.[1],
    has: (key) => entryOf(key) !== undefined,
    keys: () => [...known.values()].map(([key]) => key),
  }
}
