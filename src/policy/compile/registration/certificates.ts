import type { FieldPath } from '../../resource/resource.ts'
import type { Finding } from '../object/findings.ts'
import { type DataReading, type DataRef, type ReadData, unfit } from './keyed-data.ts'
import { isCertificatesPem } from './pem.ts'

/** A bundle that a draft refers to, or what is wrong with it; neither where it refers to none. */
export interface Certificates {
  readonly pem?: string
  readonly findings: readonly Finding[]
}

/** Looks up what a draft names; `undefined` where it names nothing. */
export const readOf = (ref: DataRef | undefined, read: ReadData): DataReading | undefined =>
  ref === undefined ? undefined : read(ref)

/** A bundle that a draft refers to, as it was read. */
export const certificates = (
  ref: DataRef | undefined,
  field: FieldPath,
  found: DataReading | undefined,
): Certificates => {
  if (ref === undefined || found === undefined) return { findings: [] }
  const reading: DataReading =
    found.ok && !isCertificatesPem(found.text)
      ? unfit(ref, 'is no bundle of PEM certificates')
      : found
  if (reading.ok) return { pem: reading.text, findings: [] }
  const { reason, message } = reading
  return { findings: [{ field, message, reason }] }
}
