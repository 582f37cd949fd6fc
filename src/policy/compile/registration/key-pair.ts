import type { ClientCertificate } from '../../../core/registration/client.ts'
import type { Finding } from '../object/findings.ts'
import { type DataReading, type DataRef, unfit } from './keyed-data.ts'
import { isCertificatesPem, isTlsKeyPem } from './pem.ts'

/** Which of the two is wrong, and what is; completes "The key … of Secret … ". */
export interface PairComplaint {
  readonly about: 'certificate' | 'key'
  readonly complaint: string
}

/** Why a certificate and a key are of no use together; `undefined` if they are. */
export type WhyNoPair = (pair: ClientCertificate) => PairComplaint | undefined

/** Where both lie: in one Secret of the type `kubernetes.io/tls`. */
export interface PairRef {
  /** The certificate. */
  readonly ref: DataRef
  readonly keyRef: DataRef
}

/** Where a certificate and its key lie in the namespace of whoever names them. */
export const pairRefOf = (namespace: string, { name }: { readonly name: string }): PairRef => ({
  ref: { kind: 'Secret', namespace, name, key: 'tls.crt' },
  keyRef: { kind: 'Secret', namespace, name, key: 'tls.key' },
})

const certificateText = (ref: DataRef, reading: DataReading): DataReading =>
  reading.ok && !isCertificatesPem(reading.text)
    ? unfit(ref, 'is no PEM certificate (`BEGIN CERTIFICATE`)')
    : reading

const keyText = (ref: DataRef, reading: DataReading): DataReading =>
  reading.ok && !isTlsKeyPem(reading.text)
    ? unfit(
        ref,
        'is no PEM private key, or an encrypted one: write it as PKCS#8 (`BEGIN PRIVATE KEY`)',
      )
    : reading

const ofPair = (
  { ref, keyRef }: PairRef,
  pair: ClientCertificate,
  whyNoPair: WhyNoPair | undefined,
): DataReading | undefined => {
  const why = whyNoPair?.(pair)
  if (why === undefined) return undefined
  return unfit(why.about === 'key' ? keyRef : ref, why.complaint)
}

const findingOf =
  (field: Finding['field']) =>
  (reading: DataReading): readonly Finding[] =>
    reading.ok ? [] : [{ field, message: reading.message, reason: reading.reason }]

/** The pair that a draft names, or everything that is wrong with it. */
export const linkPair = (
  refs: PairRef,
  field: Finding['field'],
  found: { readonly certificate: DataReading; readonly key: DataReading },
  whyNoPair: WhyNoPair | undefined,
): ClientCertificate | readonly Finding[] => {
  const certificate = certificateText(refs.ref, found.certificate)
  const key = keyText(refs.keyRef, found.key)
  if (!certificate.ok || !key.ok) {
    const findings = [certificate, key].flatMap(findingOf(field))
    return [...new Map(findings.map((one) => [one.message, one])).values()]
  }
  const pair = { certificatePem: certificate.text, privateKeyPem: key.text }
  const unfitting = ofPair(refs, pair, whyNoPair)
  return unfitting === undefined ? pair : findingOf(field)(unfitting)
}
