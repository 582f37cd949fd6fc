import { hash } from 'node:crypto'
import type { Claims, Json } from '../../src/core/identity/identity.ts'
import { createTokenSigner, type SignerAlgorithm } from './token-signer.ts'

type Changes = Readonly<Record<string, Json | undefined>>

/** What a proof is for. */
export interface ProofSketch {
  readonly token: string
  readonly method?: string
  readonly uri: string
  readonly nowMs: number
  /** Laid over the claims; `undefined` takes one away. */
  readonly claims?: Changes
  /** Laid over the header likewise. */
  readonly header?: Changes
}

/** A caller with a key of its own, who proves that tokens are theirs, honestly or not. */
export interface DpopCaller {
  readonly jkt: string
  readonly publicJwk: Claims
  readonly privatePem: string
  readonly prove: (sketch: ProofSketch) => string
}

const THUMBPRINT_MEMBERS: Readonly<Record<string, readonly string[]>> = {
  EC: ['crv', 'kty', 'x', 'y'],
  OKP: ['crv', 'kty', 'x'],
  RSA: ['e', 'kty', 'n'],
}

let proofs = 0

const compact = (value: Changes): Claims => JSON.parse(JSON.stringify(value)) as Claims

/** A caller with a new key. */
export const createDpopCaller = (algorithm: SignerAlgorithm = 'ES256'): DpopCaller => {
  const signer = createTokenSigner(undefined, algorithm)
  const { use: _, ...publicJwk } = signer.publicJwk
  const members = THUMBPRINT_MEMBERS[String(publicJwk.kty)] ?? []
  const required = Object.fromEntries(members.map((name) => [name, publicJwk[name]]))
  return {
    jkt: hash('sha256', JSON.stringify(required), 'base64url'),
    publicJwk,
    privatePem: signer.privatePem,
    prove: ({ token, method = 'GET', uri, nowMs, claims = {}, header = {} }) => {
      proofs += 1
      const said = {
        jti: `proof-${proofs}`,
        htm: method,
        htu: uri,
        iat: Math.floor(nowMs / 1000),
        ath: hash('sha256', token, 'base64url'),
        ...claims,
      }
      return signer.sign(compact(said), { typ: 'dpop+jwt', jwk: publicJwk, ...header })
    },
  }
}
