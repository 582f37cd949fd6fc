/** Cryptographically strong randomness. */
export interface Random {
  /** `bytes` random bytes in base64url without padding. */
  readonly token: (bytes: number) => string
}
