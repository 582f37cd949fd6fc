import { generateKeyPairSync, sign } from 'node:crypto'
import type { Claims } from '../../src/core/identity/identity.ts'

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })

/** What these tokens are verified by. */
export const clusterKeys = {
  keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'cluster', use: 'sig', alg: 'ES256' }],
}

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** The issuer of a cluster. */
export const CLUSTER = 'https://kubernetes.default.svc'

/** A token as the API server issues them to a service account, with these claims otherwise. */
export const aServiceAccountToken = (
  audience: string,
  expiresAtMs: number,
  changes: Claims = {},
): string => {
  const claims = {
    iss: CLUSTER,
    sub: 'system:serviceaccount:shop:shop-login',
    aud: [audience],
    iat: Math.floor(expiresAtMs / 1_000) - 600,
    exp: Math.floor(expiresAtMs / 1_000),
    ...changes,
  }
  const signed = `${part({ alg: 'ES256', kid: 'cluster' })}.${part(claims)}`
  const signature = sign('sha256', Buffer.from(signed), {
    key: privateKey,
    dsaEncoding: 'ieee-p1363',
  })
  return `${signed}.${signature.toString('base64url')}`
}
