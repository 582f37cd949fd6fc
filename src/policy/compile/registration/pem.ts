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

/** Whether a text has the shape of one or more certificates, and of nothing else. */
export const isCertificatesPem = (text: string): boolean => {
  const labels = labelsOf(text)
  return labels.length > 0 && labels.every((label) => label === 'CERTIFICATE')
}
