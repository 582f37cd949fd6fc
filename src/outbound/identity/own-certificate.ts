import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { createSecureContext } from 'node:tls'
import { complaintAbout, dayOf, nameOf } from './certificate-words.ts'

/** What we show of ourselves in a TLS handshake (RFC 8705 section 2). */
export interface OwnCertificate {
  /** PEM: the certificate, and after it those that lead to its authority. */
  readonly certificatePem: string
  /** PEM, not encrypted. Never told to anybody, in no log and no message. */
  readonly privateKeyPem: string
}

/** Why a certificate and a key are of no use together. */
export interface NoPair {
  readonly about: 'certificate' | 'key'
  /** Completes a sentence that says where it lies; without its full stop. */
  readonly complaint: string
}

const certificateIn = (pem: string): X509Certificate | undefined => {
  try {
    return new X509Certificate(pem)
  } catch {
    return undefined
  }
}

const read = new WeakMap<object, X509Certificate | undefined>()

/** The certificate of something that lasts: looked into once. */
const certificateOf = (
  own: Pick<OwnCertificate, 'certificatePem'>,
): X509Certificate | undefined => {
  if (!read.has(own)) read.set(own, certificateIn(own.certificatePem))
  return read.get(own)
}

const keyIn = (pem: string): KeyObject | undefined => {
  try {
    return createPrivateKey(pem)
  } catch {
    return undefined
  }
}

const LARGER = 'have it issued for an RSA key of at least 2048 bits, or an elliptic one'

/** What TLS says of a text that cannot be shown, by the code of the error. */
const REFUSED: Readonly<Record<string, string>> = {
  ERR_SSL_EE_KEY_TOO_SMALL: `holds a certificate whose key is too small for TLS: ${LARGER}`,
  ERR_SSL_CA_KEY_TOO_SMALL: `holds, behind the first certificate, one whose key is too small for TLS: ${LARGER}`,
}

/** Reads all of it, as a handshake would. */
const whyNotShown = ({ certificatePem, privateKeyPem }: OwnCertificate): string | undefined => {
  try {
    createSecureContext({ cert: certificatePem, key: privateKeyPem })
    return undefined
  } catch (thrown) {
    const { code, reason } = thrown as { readonly code?: string; readonly reason?: string }
    const known = REFUSED[code ?? '']
    if (known !== undefined) return known
    return `holds certificates that TLS cannot use (OpenSSL: ${reason ?? 'no reason'}): put the certificate there as it was issued, and whole, those that lead to its authority behind it, and nothing else`
  }
}

/**
 * Why the certificates and the key are of no use together; `undefined` if the key is that of the
 * first one and all can be shown. Whether they count at present is another question.
 */
export const whyNoPair = (own: OwnCertificate): NoPair | undefined => {
  const certificate = certificateIn(own.certificatePem)
  if (certificate === undefined) {
    return { about: 'certificate', complaint: 'holds a certificate that cannot be read' }
  }
  const key = keyIn(own.privateKeyPem)
  if (key === undefined) return { about: 'key', complaint: 'holds a key that cannot be read' }
  if (certificate.checkPrivateKey(key)) {
    const refused = whyNotShown(own)
    return refused === undefined ? undefined : { about: 'certificate', complaint: refused }
  }
  const complaint = `is not the key of the certificate of ${nameOf(certificate)} beside it: put both there as they were issued together, that certificate first`
  return { about: 'key', complaint }
}

/** How a certificate that we show stands at a time. */
export interface CertificateStanding {
  /** `soon`: it expires within two weeks. */
  readonly state: 'valid' | 'soon' | 'unusable'
  /** A sentence without its full stop, which stays the same from day to day. */
  readonly sentence: string
  /** Whole days; negative after it has expired. */
  readonly daysLeft: number
  readonly expiresAtMs: number
}

const DAY_MS = 86_400_000

const SOON_DAYS = 14

/**
 * How the first certificate of a text stands; `undefined` for a text that holds none, which is told
 * as `whyNoPair` says.
 */
export const certificateStanding = (
  own: Pick<OwnCertificate, 'certificatePem'>,
  nowMs: number,
): CertificateStanding | undefined => {
  const certificate = certificateOf(own)
  if (certificate === undefined) return undefined
  const expires = certificate.validToDate
  const expiresAtMs = expires.getTime()
  const daysLeft = Math.floor((expiresAtMs - nowMs) / DAY_MS)
  const common = { daysLeft, expiresAtMs }
  const complaint = complaintAbout(certificate, nowMs)
  if (complaint !== undefined) return { ...common, state: 'unusable', sentence: complaint }
  const sentence = `the certificate of ${nameOf(certificate)} expires on ${dayOf(expires)}`
  return { ...common, state: daysLeft < SOON_DAYS ? 'soon' : 'valid', sentence }
}
