/** A public key (RFC 7517): what signatures are verified with, and nothing else. */
export interface PublicJwk {
  readonly kty: 'EC' | 'OKP'
  readonly crv: 'P-256' | 'Ed25519'
  readonly x: string
  /** Of P-256 alone. */
  readonly y?: string
  readonly kid: string
  readonly alg: 'ES256' | 'EdDSA'
  readonly use: 'sig'
}

/** What assertions are verified by. `unused`: no route asks for one. */
export type KeySet =
  | { readonly kind: 'keys'; readonly keys: readonly PublicJwk[] }
  | { readonly kind: 'unused' }
  | { readonly kind: 'unavailable' }
