import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type JsonWebKey,
  type KeyObject,
  sign,
} from 'node:crypto'
import type { PublicJwk } from '../core/assertion/key-set.ts'

/** What assertions are signed with (RFC 7518 section 3.4, RFC 8037 section 3.1). */
export type AssertionAlgorithm = 'ES256' | 'EdDSA'

/**
 * A key that signs assertions. The private key stays in a closure: nothing that prints this object
 * can print it.
 */
export interface SigningKey {
  readonly algorithm: AssertionAlgorithm
  readonly publicJwk: PublicJwk
  readonly createdAtMs: number
  /** When the last of its assertions is over. */
  readonly endsAtMs: number
  /** The signature over these bytes as a JWS has it, in base64url. */
  readonly sign: (bytes: Buffer) => string
}

interface Written {
  readonly createdAtMs: number
  readonly endsAtMs: number
  readonly jwk: JsonWebKey
}

const pairOf = (algorithm: AssertionAlgorithm): KeyObject =>
  algorithm === 'ES256'
    ? generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
    : generateKeyPairSync('ed25519').privateKey

/** A new key as it is kept: with its private part, to be sealed. */
export const makeKeyText = (
  algorithm: AssertionAlgorithm,
  { createdAtMs, endsAtMs }: Pick<Written, 'createdAtMs' | 'endsAtMs'>,
): string => {
  const jwk = pairOf(algorithm).export({ format: 'jwk' })
  return JSON.stringify({ createdAtMs, endsAtMs, jwk } satisfies Written)
}

/** RFC 7638: the SHA-256 of the members that make a key, in their order. */
const thumbprint = (members: Readonly<Record<string, string>>): string =>
  createHash('sha256').update(JSON.stringify(members)).digest('base64url')

/** Made member by member: no private one can come along. */
const publicJwkOf = (key: KeyObject): PublicJwk | undefined => {
  const { kty, crv, x, y } = createPublicKey(key).export({ format: 'jwk' })
  if (x === undefined) return undefined
  if (kty === 'EC' && crv === 'P-256' && y !== undefined) {
    return { kty, crv, x, y, kid: thumbprint({ crv, kty, x, y }), alg: 'ES256', use: 'sig' }
  }
  if (kty !== 'OKP' || crv !== 'Ed25519') return undefined
  return { kty, crv, x, kid: thumbprint({ crv, kty, x }), alg: 'EdDSA', use: 'sig' }
}

const signWith = (key: KeyObject, algorithm: AssertionAlgorithm) => (bytes: Buffer) =>
  algorithm === 'ES256'
    ? sign('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')
    : sign(null, bytes, key).toString('base64url')

/** The key of a text that `makeKeyText` made; `undefined` for any other. Never throws. */
export const readKeyText = (text: string): SigningKey | undefined => {
  try {
    const { createdAtMs, endsAtMs, jwk } = JSON.parse(text) as Written
    const key = createPrivateKey({ key: jwk, format: 'jwk' })
    const publicJwk = publicJwkOf(key)
    if (publicJwk === undefined || !Number.isFinite(createdAtMs) || !Number.isFinite(endsAtMs)) {
      return undefined
    }
    const { alg: algorithm } = publicJwk
    return { algorithm, publicJwk, createdAtMs, endsAtMs, sign: signWith(key, algorithm) }
  } catch {
    return undefined
  }
}
