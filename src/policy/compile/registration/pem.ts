const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\s]+)-----END \1-----/g

/**
 * The labels of the PEM blocks in a text, in order; none if any of it looks damaged (RFC 7468
 * section 3).
 */
const labelsOf = (text: string): readonly string[] => {
  const labels = [...text.matchAll(BLOCK)].map(([, label]) => label ?? '')
  const begun = text.split('-----BEGIN ').length - 1
  return labels.length === begun ? labels : []
}

/**
 * Whether a text has the shape of one private key in PKCS#8. Whether the key is one is found out
 * where it is used.
 */
export const isPrivateKeyPem = (text: string): boolean => {
  const labels = labelsOf(text)
  return labels.length === 1 && labels[0] === 'PRIVATE KEY'
}

const TLS_KEYS: ReadonlySet<string> = new Set(['PRIVATE KEY', 'RSA PRIVATE KEY', 'EC PRIVATE KEY'])

/**
 * Whether a text has the shape of one private key that is not encrypted, in PKCS#8 or as OpenSSL
 * and others wrote keys of RSA and elliptic curves before.
 */
export const isTlsKeyPem = (text: string): boolean => {
  const labels = labelsOf(text).filter((label) => label !== 'EC PARAMETERS')
  return labels.length === 1 && TLS_KEYS.has(labels[0] ?? '')
}

/** Whether a text has the shape of one or more certificates, and of nothing else. */
export const isCertificatesPem = (text: string): boolean => {
  const labels = labelsOf(text)
  return labels.length > 0 && labels.every((label) => label === 'CERTIFICATE')
}
