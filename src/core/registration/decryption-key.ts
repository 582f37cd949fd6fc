/** What opens tokens that a provider encrypts (RFC 7516). */
export interface DecryptionKey {
  /** PKCS#8 PEM. */
  readonly privateKeyPem: string
}
