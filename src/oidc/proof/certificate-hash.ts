import { hash } from 'node:crypto'

const CERTIFICATE =
  /^\s*-----BEGIN CERTIFICATE-----\s*([A-Za-z0-9+/=\s]+?)\s*-----END CERTIFICATE-----\s*$/

/**
 * SHA-256 of the DER of one certificate in PEM, in base64url, as `x5t#S256` has it (RFC 8705
 * section 3.1); `undefined` for anything else, and for more than one. Whether it is a good
 * certificate was for the gateway to say.
 */
export const certificateHash = (pem: string): string | undefined => {
  const [, base64] = CERTIFICATE.exec(pem) ?? []
  if (base64 === undefined) return undefined
  const der = Buffer.from(base64, 'base64')
  return der.length === 0 ? undefined : hash('sha256', der, 'base64url')
}
