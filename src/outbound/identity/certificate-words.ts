import type { X509Certificate } from 'node:crypto'

/** Whom a certificate names, bounded and in quotes. */
export const nameOf = ({ subject }: X509Certificate): string =>
  `"${(subject ?? '').split('\n').join(', ').slice(0, 200)}"`

/** A day as people write it. */
export const dayOf = (date: Date): string => date.toISOString().slice(0, 10)

/** Why a certificate does not count at a time; completes a sentence that says where it lies. */
export const complaintAbout = (certificate: X509Certificate, nowMs: number): string | undefined => {
  const { validFromDate: from, validToDate: to } = certificate
  if (to.getTime() <= nowMs) {
    return `the certificate of ${nameOf(certificate)} expired on ${dayOf(to)}`
  }
  return from.getTime() > nowMs
    ? `the certificate of ${nameOf(certificate)} is not valid before ${dayOf(from)}`
    : undefined
}
