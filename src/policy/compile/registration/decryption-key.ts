import type { DecryptionKey } from '../../../core/registration/decryption-key.ts'
import type { FieldPath } from '../../resource/resource.ts'
import type { Finding } from '../object/findings.ts'
import { privateKeyText } from './credential.ts'
import type { DataReading, DataRef } from './keyed-data.ts'

/** A key that a draft names, or what is wrong with it; neither where it names none. */
export interface LinkedKey {
  readonly key?: DecryptionKey
  readonly findings: readonly Finding[]
}

/** Where a key lies in the namespace of whoever names it; absent: nowhere. */
export const keyRefOf = (
  namespace: string,
  ref: { readonly name: string; readonly key: string } | undefined,
): { readonly decryptionKey?: DataRef } =>
  ref === undefined ? {} : { decryptionKey: { kind: 'Secret', namespace, ...ref } }

/** A key that a draft names, as it was read. What it opens is found out where it is used. */
export const linkKey = (
  ref: DataRef | undefined,
  field: FieldPath,
  found: DataReading | undefined,
): LinkedKey => {
  if (ref === undefined || found === undefined) return { findings: [] }
  const reading = privateKeyText(ref, found)
  if (reading.ok) return { key: { privateKeyPem: reading.text }, findings: [] }
  const { reason, message } = reading
  return { findings: [{ field, message, reason }] }
}
