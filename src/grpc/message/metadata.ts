import type { About } from '../../core/decision/decision.ts'
import type { Metadata, MetadataScalar, MetadataValue } from '../../core/decision/metadata.ts'
import { ENTRY, FIELDS } from './fields.ts'

/** What there is to be told of one answer. */
export interface Told {
  readonly reason: string
  readonly about: Pick<About, 'policy' | 'rule'>
  readonly metadata?: Metadata
}

/** Said where an answer belongs to no route or rule: no route and no rule is called so. */
const NONE = '(none)'

const WIRE = { varint: 0, fixed64: 1, bytes: 2 } as const

const STRUCT = FIELDS['google.protobuf.Struct']
const VALUE = FIELDS['google.protobuf.Value']
const LIST = FIELDS['google.protobuf.ListValue']

const varint = (value: number): readonly number[] =>
  value > 0x7f ? [(value & 0x7f) | 0x80, ...varint(value >>> 7)] : [value]

const sized = (field: number, content: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from([(field << 3) | WIRE.bytes, ...varint(content.length)]), content])

const text = (field: number, value: string): Buffer => sized(field, Buffer.from(value))

const scalar = (value: MetadataScalar): Buffer => {
  if (typeof value === 'string') return text(VALUE.stringValue, value)
  if (typeof value === 'boolean') {
    return Buffer.of((VALUE.boolValue << 3) | WIRE.varint, Number(value))
  }
  const bytes = Buffer.alloc(9, (VALUE.numberValue << 3) | WIRE.fixed64)
  bytes.writeDoubleLE(value, 1)
  return bytes
}

const valueBytes = (value: MetadataValue): Buffer => {
  if (typeof value !== 'object') return scalar(value)
  const members = value.map((member) => sized(LIST.values, scalar(member)))
  return sized(VALUE.listValue, Buffer.concat(members))
}

const entry = (key: string, value: MetadataValue): Buffer =>
  sized(STRUCT.fields, Buffer.concat([text(ENTRY.key, key), sized(ENTRY.value, valueBytes(value))]))

/** Reasons, routes and rules come again and again. When there are too many, all are forgotten. */
const MOST_KEPT = 4096

const NOTHING: Metadata = []

/**
 * Makes a writer of `dynamic_metadata`: one field of a CheckResponse, with what every answer says,
 * and what is told of who is calling.
 */
export const createMetadataWriter = (): ((told: Told) => Buffer) => {
  /** By policy, rule and reason: looked up without a new text. */
  const kept = new Map<string, Map<string, Map<string, Buffer>>>()
  let count = 0

  const encode = (reason: string, route: string, rule: string, metadata: Metadata): Buffer =>
    sized(
      FIELDS['envoy.service.auth.v3.CheckResponse'].dynamicMetadata,
      Buffer.concat([
        entry('reason', reason),
        entry('route', route),
        entry('rule', rule),
        ...metadata.map(([key, value]) => entry(key, value)),
      ]),
    )

  const keep = (policy: string, rule: string, reason: string): Buffer => {
    if (count >= MOST_KEPT) {
      kept.clear()
      count = 0
    }
    const made = encode(reason, policy, rule, NOTHING)
    const rules = kept.get(policy) ?? new Map<string, Map<string, Buffer>>()
    const reasons = rules.get(rule) ?? new Map<string, Buffer>()
    kept.set(policy, rules.set(rule, reasons.set(reason, made)))
    count += 1
    return made
  }

  return ({ reason, about: { policy = NONE, rule = NONE }, metadata = NOTHING }) =>
    metadata.length > 0
      ? encode(reason, policy, rule, metadata)
      : (kept.get(policy)?.get(rule)?.get(reason) ?? keep(policy, rule, reason))
}
