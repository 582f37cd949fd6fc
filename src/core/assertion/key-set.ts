/** What a signature is made with (RFC 7518 sections 3.4 and 3.5, RFC 8037 section 3.1). */
export type KeyAlgorithm = 'ES256' | 'PS256' | 'EdDSA'

/** A public key (RFC 7517): what signatures are verified with, and nothing else. */
export interface PublicJwk {
  readonly kty: 'EC' | 'OKP' | 'RSA'
  /** Of a key on a curve, with `x`. */
  readonly crv?: 'P-256' | 'Ed25519'
  readonly x?: string
  /** Of P-256 alone. */
  readonly y?: string
  /** Of an RSA key, with `e`. */
  readonly n?: string
  readonly e?: string
  readonly kid: string
  readonly alg: KeyAlgorithm
  readonly use: 'sig'
}

/** What signatures of ours are verified by. `unused`: nothing is signed for that purpose. */
export type KeySet =
  | { readonly kind: 'keys'; readonly keys: readonly PublicJwk[] }
  | { readonly kind: 'unused' }
  | { readonly kind: 'unavailable' }

/**
 * Where the public halves of the keys of a client are, which the process makes for it: at the port
 * that providers call.
 */
export const clientKeysPath = (name: string): string => `/.well-known/clients/${name}/jwks.json`
