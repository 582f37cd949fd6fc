import { createPrivateKey, type KeyObject } from 'node:crypto'

/** What a private key is, as far as it decides what can be signed with it. */
interface KeyFacts {
  readonly type: 'RSA' | 'EC' | 'EdDSA' | 'other'
  readonly bits?: number
  readonly curve?: string
}

const CURVES: Readonly<Record<string, string>> = {
  prime256v1: 'P-256',
  secp384r1: 'P-384',
  secp521r1: 'P-521',
}

const factsOf = ({
  asymmetricKeyType: type,
  asymmetricKeyDetails: details,
}: KeyObject): KeyFacts => {
  if (type === 'rsa') return { type: 'RSA', bits: details?.modulusLength ?? 0 }
  if (type === 'ec') {
    const curve = details?.namedCurve ?? 'of no name'
    return { type: 'EC', curve: CURVES[curve] ?? curve }
  }
  if (type === 'ed25519') return { type: 'EdDSA', curve: 'Ed25519' }
  return type === 'ed448' ? { type: 'EdDSA', curve: 'Ed448' } : { type: 'other', curve: `${type}` }
}

/** What a private key in PEM is; `undefined` for one that cannot be read. */
export const describeKey = (privateKeyPem: string): KeyFacts | undefined => {
  try {
    return factsOf(createPrivateKey(privateKeyPem))
  } catch {
    return undefined
  }
}
