import type { Client, SenderConstraint } from '../../../core/registration/client.ts'
import type { OIDCClient } from '../../resource/resource.ts'
import type { Finding } from '../object/findings.ts'
import { linkPair, type PairRef, pairRefOf, type WhyNoPair } from './key-pair.ts'
import type { DataReading, ReadData } from './keyed-data.ts'

const FIELD = ['spec', 'authentication', 'certificateRef']

/**
 * Where the certificate lies that tokens are bound to. Nothing where the client authenticates by a
 * certificate: then it is that one.
 */
export const bindingRefOf = (
  namespace: string,
  { method, certificateRef }: OIDCClient['spec']['authentication'],
  senderConstrained: SenderConstraint,
): { readonly bindingCertificate?: PairRef } => {
  const isOwn = method === 'tls_client_auth' || method === 'self_signed_tls_client_auth'
  if (senderConstrained !== 'MutualTLS' || isOwn || certificateRef === undefined) return {}
  return { bindingCertificate: pairRefOf(namespace, certificateRef) }
}

/** Looks up the certificate and its key, in this order. */
export const readBinding = (ref: PairRef | undefined, read: ReadData): readonly DataReading[] =>
  ref === undefined ? [] : [read(ref.ref), read(ref.keyRef)]

/** What tokens are bound to, or what is wrong with the Secret that should hold it. */
export interface LinkedBinding {
  readonly certificate: Pick<Client, 'bindingCertificate'>
  readonly findings: readonly Finding[]
}

/** The certificate, from what `readBinding` gave. */
export const linkBinding = (
  ref: PairRef | undefined,
  [certificate, key]: readonly DataReading[],
  whyNoPair: WhyNoPair | undefined,
): LinkedBinding => {
  if (ref === undefined || certificate === undefined || key === undefined) {
    return { certificate: {}, findings: [] }
  }
  const pair = linkPair(ref, FIELD, { certificate, key }, whyNoPair)
  return 'certificatePem' in pair
    ? { certificate: { bindingCertificate: pair }, findings: [] }
    : { certificate: {}, findings: pair }
}
