import { eachInSteps, type Steps } from '../../../core/time/steps.ts'
import type { ConfigMap, ProblemReason, Secret } from '../../resource/resource.ts'
import { objectKey } from '../../resource/resource.ts'
import type { InvalidObject } from '../object/invalid-object.ts'

/** One value in a Secret or ConfigMap. */
export interface DataRef {
  readonly kind: 'Secret' | 'ConfigMap'
  readonly namespace: string
  readonly name: string
  readonly key: string
}

/**
 * A value, or why there is none; the message is a sentence without its full stop and never holds
 * the value.
 */
export type DataReading =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly reason: ProblemReason; readonly message: string }

/** What tells one reading from another: equal marks stand for the same reading. */
export const markOfReading = (reading: DataReading | undefined): string | undefined => {
  if (reading === undefined) return undefined
  return reading.ok ? `value ${reading.text}` : `${reading.reason} ${reading.message}`
}

/** Looks values up. */
export type ReadData = (ref: DataRef) => DataReading

const REASONS = {
  Secret: {
    absent: 'SecretNotFound',
    invalid: 'SecretInvalid',
    unreadable: 'SecretNotReadable',
  },
  ConfigMap: {
    absent: 'ConfigMapNotFound',
    invalid: 'ConfigMapInvalid',
    unreadable: 'ConfigMapNotReadable',
  },
} as const satisfies Readonly<
  Record<DataRef['kind'], Readonly<Record<'absent' | 'invalid' | 'unreadable', ProblemReason>>>
>

/**
 * A value that is there, but is not what its user needs: `complaint` completes "The key … of Secret
 * … ".
 */
export const unfit = (ref: DataRef, complaint: string): DataReading => ({
  ok: false,
  reason: REASONS[ref.kind].invalid,
  message: `The key "${ref.key}" of ${objectKey(ref)} ${complaint}`,
})

const absent = (ref: DataRef, message: string): DataReading => ({
  ok: false,
  reason: REASONS[ref.kind].absent,
  message,
})

/**
 * Reads from these objects. There is no last known good here: a Secret that is gone, damaged or
 * lacks its key fails closed at once (R29). One line end after the value is not part of it: files
 * and `base64` add it.
 */
export const createReadData = function* (
  objects: readonly (Secret | ConfigMap)[],
  invalid: readonly InvalidObject[],
): Steps<ReadData> {
  const present = new Map<string, Readonly<Record<string, string>>>()
  yield* eachInSteps(objects, (object) => {
    present.set(objectKey({ kind: object.kind, ...object.metadata }), object.data)
  })
  const damaged = new Map<string, InvalidObject>()
  yield* eachInSteps(invalid, (object) => {
    damaged.set(objectKey(object), object)
  })
  return (ref) => {
    const key = objectKey(ref)
    const data = present.get(key)
    if (data === undefined) {
      const known = damaged.get(key)
      if (known === undefined) {
        return absent(ref, `${key} was not found: create it in the same namespace`)
      }
      return known.unreadable === undefined
        ? { ok: false, reason: REASONS[ref.kind].invalid, message: `${key} is invalid` }
        : { ok: false, reason: REASONS[ref.kind].unreadable, message: known.unreadable }
    }
    if (!Object.hasOwn(data, ref.key)) return absent(ref, `${key} has no key "${ref.key}": add it`)
    const text = (data[ref.key] ?? '').replace(/\r?\n$/, '')
    return text === '' ? unfit(ref, 'is empty') : { ok: true, text }
  }
}
