import {
  constants,
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type JsonWebKey,
  type KeyObject,
  sign,
} from 'node:crypto'
import { promisify } from 'node:util'
import type { KeyAlgorithm, PublicJwk } from '../core/assertion/key-set.ts'

/**
 * A key that signs. The private key is a `KeyObject` and stays one: nothing that prints this object
 * can print it.
 */
export interface SigningKey {
  readonly algorithm: KeyAlgorithm
  readonly publicJwk: PublicJwk
  readonly createdAtMs: number
  /** When the last of what it signs is over. */
  readonly endsAtMs: number
  readonly privateKey: KeyObject
  /** The signature over these bytes as a JWS has it, in base64url. */
  readonly sign: (bytes: Buffer) => string
}

interface Written {
  readonly createdAtMs: number
  readonly endsAtMs: number
  readonly jwk: JsonWebKey
}

const RSA_BITS = 2048

const generate = promisify(generateKeyPair)

/** On the threads of the pool: an RSA key takes as long as hundreds of checks. */
const pairOf = async (algorithm: KeyAlgorithm): Promise<KeyObject> => {
  switch (algorithm) {
    case 'ES256':
      return (await generate('ec', { namedCurve: 'P-256' })).privateKey
    case 'PS256':
      return (await generate('rsa', { modulusLength: RSA_BITS })).privateKey
    case 'EdDSA':
      return (await generate('ed25519')).privateKey
  }
}

/** A new key as it is kept: with its private part, to be sealed. */
export const makeKeyText = async (
  algorithm: KeyAlgorithm,
  { createdAtMs, endsAtMs }: Pick<Written, 'createdAtMs' | 'endsAtMs'>,
): Promise<string> => {
  const jwk = (await pairOf(algorithm)).export({ format: 'jwk' })
  return JSON.stringify({ createdAtMs, endsAtMs, jwk } satisfies Written)
}

/** RFC 7638: the SHA-256 of the members that make a key, in their order. */
const thumbprint = (members: Readonly<Record<string, string>>): string =>
  createHash('sha256').update(JSON.stringify(members)).digest('base64url')

/** Made member by member: no private one can come along. */
const publicJwkOf = (key: KeyObject): PublicJwk | undefined => {
  const { kty, crv, x, y, n, e } = createPublicKey(key).export({ format: 'jwk' })
  if (kty === 'RSA' && n !== undefined && e !== undefined) {
    return { kty, n, e, kid: thumbprint({ e, kty, n }), alg: 'PS256', use: 'sig' }
  }
  if (x === undefined) return undefined
  if (kty === 'EC' && crv === 'P-256' && y !== undefined) {
    return { kty, crv, x, y, kid: thumbprint({ crv, kty, x, y }), alg: 'ES256', use: 'sig' }
  }
  if (kty !== 'OKP' || crv !== 'Ed25519') return undefined
  return { kty, crv, x, kid: thumbprint({ crv, kty, x }), alg: 'EdDSA', use: 'sig' }
}

const PSS = {
  padding: constants.RSA_PKCS1_PSS_PADDING,
  saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
}

const signatureBy = (key: KeyObject, algorithm: KeyAlgorithm, bytes: Buffer): Buffer => {
  switch (algorithm) {
    case 'ES256':
      return sign('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' })
    case 'PS256':
      return sign('sha256', bytes, { key, ...PSS })
    case 'EdDSA':
      return sign(null, bytes, key)
  }
}

/** The key of a text that `makeKeyText` made; `undefined` for any other. Never throws. */
export const readKeyText = (text: string): SigningKey | undefined => {
  try {
    const { createdAtMs, endsAtMs, jwk } = JSON.parse(text) as Written
    const privateKey = createPrivateKey({ key: jwk, format: 'jwk' })
    const publicJwk = publicJwkOf(privateKey)
    if (publicJwk === undefined || !Number.isFinite(createdAtMs) || !Number.isFinite(endsAtMs)) {
      return undefined
    }
    const { alg: algorithm } = publicJwk
    return {
      algorithm,
      publicJwk,
      createdAtMs,
      endsAtMs,
      privateKey,
      sign: (bytes) => signatureBy(privateKey, algorithm, bytes).toString('base64url'),
    }
  } catch {
    return undefined
  }
}
