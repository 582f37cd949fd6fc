import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import type { Claims, Json } from '../../src/core/identity/identity.ts'

/** The algorithms that tests sign with. */
export type SignerAlgorithm = 'RS256' | 'PS256' | 'ES256' | 'ES384' | 'EdDSA' | 'Ed25519'

/** A key pair of a provider, and what it can sign, honest or not. */
export interface TokenSigner {
  readonly algorithm: SignerAlgorithm
  readonly publicJwk: Claims
  readonly publicPem: string
  readonly privatePem: string
  /** A compact JWS; `header` is laid over `alg` and `kid`, and `undefined` takes a member away. */
  readonly sign: (claims: Claims, header?: Readonly<Record<string, Json | undefined>>) => string
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

const pairOf = (algorithm: SignerAlgorithm): { publicKey: KeyObject; privateKey: KeyObject } => {
  if (algorithm === 'ES256') return generateKeyPairSync('ec', { namedCurve: 'P-256' })
  if (algorithm === 'ES384') return generateKeyPairSync('ec', { namedCurve: 'P-384' })
  if (algorithm.startsWith('Ed')) return generateKeyPairSync('ed25519')
  return generateKeyPairSync('rsa', { modulusLength: 2048 })
}

const signatureOf = (algorithm: SignerAlgorithm, key: KeyObject, input: string): string => {
  const data = Buffer.from(input)
  const elliptic = { key, dsaEncoding: 'ieee-p1363' as const }
  const [digest, options] = {
    RS256: ['sha256', { key }] as const,
    PS256: ['sha256', { key, padding: 6, saltLength: 32 }] as const,
    ES256: ['sha256', elliptic] as const,
    ES384: ['sha384', elliptic] as const,
    EdDSA: [null, { key }] as const,
    Ed25519: [null, { key }] as const,
  }[algorithm]
  return sign(digest, data, options).toString('base64url')
}

/** A new key under this id; without one its tokens and its JWK name none. */
export const createTokenSigner = (
  keyId: string | undefined,
  algorithm: SignerAlgorithm = 'RS256',
): TokenSigner => {
  const { publicKey, privateKey } = pairOf(algorithm)
  const named = keyId === undefined ? {} : { kid: keyId }
  return {
    algorithm,
    publicJwk: { ...(publicKey.export({ format: 'jwk' }) as Claims), use: 'sig', ...named },
    publicPem: publicKey.export({ format: 'pem', type: 'spki' }).toString(),
    privatePem: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    sign: (claims, header = {}) => {
      const input = `${encode({ alg: algorithm, ...named, ...header })}.${encode(claims)}`
      return `${input}.${signatureOf(algorithm, privateKey, input)}`
    },
  }
}

/** A token that nobody signed. */
export const unsignedToken = (claims: Claims): string =>
  `${encode({ alg: 'none' })}.${encode(claims)}.`

/**
 * A token that is signed with a shared secret, which may be a public key for all the forger cares.
 */
export const hmacToken = (claims: Claims, secret: string, keyId?: string): string => {
  const header = { alg: 'HS256', ...(keyId === undefined ? {} : { kid: keyId }) }
  const input = `${encode(header)}.${encode(claims)}`
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`
}
