import type { DecryptionKey } from '../../../core/registration/decryption-key.ts'
import type { FieldPath } from '../../resource/resource.ts'
import type { Finding } from '../object/findings.ts'
import { privateKeyText } from './credential.ts'
import type { DataReading, DataRef, ReadData } from './keyed-data.ts'

/** A key that a draft names: where it lies, its name at the provider, the field that says so. */
export interface KeyRef {
  readonly ref: DataRef
  readonly keyId?: string
  readonly field: FieldPath
}

/** The keys that a draft names, or what is wrong with them; neither where it names none. */
export interface LinkedKeys {
  /** Never empty. */
  readonly keys?: readonly DecryptionKey[]
  readonly findings: readonly Finding[]
}

type Ref = { readonly name: string; readonly key: string }

/** What names keys: one, or several. */
interface Naming {
  readonly decryptionKeyRef?: Ref
  readonly decryptionKeyRefs?: readonly (Ref & { readonly keyId?: string })[]
}

/** Where keys lie in the namespace of whoever names them; absent: nowhere. */
export const keyRefsOf = (
  namespace: string,
  { decryptionKeyRef: one, decryptionKeyRefs: several = [] }: Naming = {},
  field: FieldPath,
): { readonly decryptionKeys?: readonly KeyRef[] } => {
  const place = ({ name, key }: Ref): DataRef => ({ kind: 'Secret', namespace, name, key })
  const refs: readonly KeyRef[] = [
    ...(one === undefined ? [] : [{ ref: place(one), field: [...field, 'decryptionKeyRef'] }]),
    ...several.map(({ keyId, ...ref }, at) => ({
      ref: place(ref),
      ...(keyId === undefined ? {} : { keyId }),
      field: [...field, 'decryptionKeyRefs', at],
    })),
  ]
  return refs.length === 0 ? {} : { decryptionKeys: refs }
}

/** Looks up the keys in their order. */
export const readKeys = (
  refs: readonly KeyRef[] | undefined,
  read: ReadData,
): readonly DataReading[] => (refs ?? []).map(({ ref }) => read(ref))

const REMAINS = 'what is encrypted to it stays closed, and the other keys go on'

/**
 * The keys that a draft names, from what `readKeys` gave. What they open is found out where they
 * are used. One that is not there hinders nothing as long as there is another: during a change of
 * keys somebody takes one away.
 */
export const linkKeys = (
  refs: readonly KeyRef[] | undefined,
  found: readonly DataReading[],
): LinkedKeys => {
  const keys: DecryptionKey[] = []
  const findings: Finding[] = []
  for (const [at, { ref, keyId, field }] of (refs ?? []).entries()) {
    const reading = privateKeyText(ref, found[at] as DataReading)
    if (reading.ok) {
      keys.push({ privateKeyPem: reading.text, ...(keyId === undefined ? {} : { keyId }) })
    } else {
      findings.push({ field, message: reading.message, reason: reading.reason })
    }
  }
  if (keys.length === 0) return { findings }
  return { keys, findings: findings.map((finding) => ({ ...finding, remains: REMAINS })) }
}
