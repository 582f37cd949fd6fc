import type { Identity, Json } from '../identity/identity.ts'
import type { Rule } from '../policy/policy.ts'
import { utf8Bytes } from '../request/byte-text.ts'
import { toldValue } from './told-value.ts'

/** One value of a list that Envoy is told. */
export type MetadataScalar = string | number | boolean

/** What Envoy can be told under one key. */
export type MetadataValue = MetadataScalar | readonly MetadataScalar[]

/** What Envoy's filters and logs are told about who is calling, by key. */
export type Metadata = readonly (readonly [key: string, value: MetadataValue])[]

/** Names the keys that were left out, comma separated. */
const LEFT_OUT_KEY = 'left_out'

const MAX_VALUE_BYTES = 1024
const MAX_BYTES = 8 * 1024

/** What a number or a boolean takes, and each member of a list besides. */
const SCALAR_BYTES = 12

/**
 * What ends a line of a log, speaks to a terminal, or turns a line around: C0 and C1 controls, line
 * and paragraph separators, bidirectional marks and overrides, and the mark of a byte order.
 */
const UNSAFE = /[\u0000-\u001f%\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g

/** As headers have them, so that no two values become one: `%` itself is encoded as well. */
const safe = (text: string): string => text.toWellFormed().replace(UNSAFE, encodeURIComponent)

const scalarOf = (value: Json): MetadataScalar | undefined => {
  if (typeof value === 'string') return safe(value)
  return typeof value === 'number' || typeof value === 'boolean' ? value : undefined
}

const metadataValueOf = (value: Json): MetadataValue | undefined => {
  if (!Array.isArray(value)) return scalarOf(value)
  const members = value.map(scalarOf)
  return members.every((member) => member !== undefined) ? members : undefined
}

/** Never less than its bytes in UTF-8. */
const bytesOf = (value: MetadataValue): number => {
  if (typeof value === 'string') return utf8Bytes(value)
  if (typeof value !== 'object') return SCALAR_BYTES
  return value.reduce<number>((sum, member) => sum + bytesOf(member) + SCALAR_BYTES, 0)
}

/**
 * What Envoy's filters and logs are told of an identity under a rule. An absent claim has no key. A
 * value that is an object, is longer than 1 KiB, or for which 8 KiB in all have no room is left out
 * and named under `left_out`: half of it would be a wrong one.
 */
export const metadataOf = (
  { metadata }: Pick<Rule, 'metadata'>,
  identity: Identity,
): { readonly metadata?: Metadata } => {
  if (metadata === undefined) return {}
  const leftOut: string[] = []
  let room = MAX_BYTES
  const told = metadata.flatMap(({ key, told }): Metadata => {
    const claim = toldValue(told, identity)
    if (claim === undefined || claim === null) return []
    const value = metadataValueOf(claim)
    const bytes = value === undefined ? Number.POSITIVE_INFINITY : bytesOf(value)
    if (value === undefined || bytes > MAX_VALUE_BYTES || bytes + key.length > room) {
      leftOut.push(key)
      return []
    }
    room -= bytes + key.length
    return [[key, value]]
  })
  if (leftOut.length === 0) return { metadata: told }
  return { metadata: [...told, [LEFT_OUT_KEY, leftOut.join(',')]] }
}
