import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { CompactEncrypt } from 'jose'
import type { Claims, Json } from '../../src/core/identity/identity.ts'

/** The kinds of keys that open tokens. */
export type OpeningKeyType = 'RSA' | 'P-256' | 'P-384' | 'P-521' | 'X25519'

/** A key pair of whoever tokens are encrypted to. */
export interface OpeningKey {
  readonly privateKeyPem: string
  readonly publicKey: KeyObject
  readonly publicJwk: Claims
}

const pairOf = (type: OpeningKeyType, bits: number) => {
  if (type === 'RSA') return generateKeyPairSync('rsa', { modulusLength: bits })
  if (type === 'X25519') return generateKeyPairSync('x25519')
  return generateKeyPairSync('ec', { namedCurve: type })
}

/** A new key. */
export const anOpeningKey = (type: OpeningKeyType = 'RSA', bits = 2048): OpeningKey => {
  const { publicKey, privateKey } = pairOf(type, bits)
  return {
    privateKeyPem: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    publicKey,
    publicJwk: { ...(publicKey.export({ format: 'jwk' }) as Claims), use: 'enc', kid: 'enc-1' },
  }
}

/** A JWE in compact form; `header` is laid over what an honest provider writes. */
export const encryptedTo = (
  key: Pick<OpeningKey, 'publicKey'>,
  content: string,
  header: Readonly<Record<string, Json | undefined>> = {},
): Promise<string> => {
  const all = { alg: 'RSA-OAEP-256', enc: 'A256GCM', cty: 'JWT', ...header }
  const written = JSON.parse(JSON.stringify(all)) as { readonly alg: string; readonly enc: string }
  return new CompactEncrypt(Buffer.from(content)).setProtectedHeader(written).encrypt(key.publicKey)
}
