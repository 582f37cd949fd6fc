/** What opens tokens that a provider encrypts (RFC 7516). */
export interface DecryptionKey {
  /** PKCS#8 PEM. */
  readonly privateKeyPem: string
  /** The `kid` that it is registered by; absent: none, or its thumbprint (RFC 7638). */
  readonly keyId?: string
}
