import type { OwnCertificate } from './identity/own-certificate.ts'

/** The fields of a resource that mend a call, as messages name them. */
export interface FieldWords {
  /** What sets the URL. */
  readonly url: string
  readonly timeout: string
  /** What adds a trusted authority. */
  readonly ca: string
}

/** What calls to a party may take at once. */
export interface PartyLimits {
  readonly callsInFlight: number
  readonly connections: number
  /** Of one answer. */
  readonly maxResponseBytes: number
}

/** Whom we call: an IdentityProvider is one as it is. */
export interface Party {
  /** How messages begin. */
  readonly name: string
  /** PEM certificates that are trusted besides those of Node.js, for this one alone. */
  readonly caPem?: string
  /** What leads there; absent: what leads to everybody, if anything does. */
  readonly proxy?: { readonly url: string; readonly caPem?: string }
  readonly requestTimeoutMs: number
  /**
   * What we show of ourselves to it, and not to a proxy in between; absent: nothing, as most do.
   */
  readonly own?: OwnCertificate
  /** What encrypts the connections to it, in the words of OpenSSL; absent: what Node.js offers. */
  readonly ciphers?: string
  /** It is told of the trace that a call belongs to, as one of ours is and nobody else. */
  readonly joinsTraces?: true
  /** Somebody else makes its URLs, and may write into them whom a call is about. */
  readonly hidesPath?: true
  /** Absent: those of an IdentityProvider. */
  readonly words?: FieldWords
  /** Absent: those of an IdentityProvider. */
  readonly limits?: PartyLimits
}

/** TLS 1.3, and of TLS 1.2 what BCP 195 recommends (RFC 9325 section 4.2). */
export const RECOMMENDED_CIPHERS = [
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'TLS_AES_128_GCM_SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
].join(':')

const OF_PROVIDER: FieldWords = {
  url: 'spec.issuer, spec.metadataURL and spec.endpoints',
  timeout: 'spec.requestTimeout',
  ca: 'spec.tls.caRef',
}

/** How messages about a party name its fields. */
export const wordsOf = ({ words = OF_PROVIDER }: Pick<Party, 'words'>): FieldWords => words

const LIMITS_OF_PROVIDER: PartyLimits = {
  callsInFlight: 64,
  connections: 16,
  maxResponseBytes: 512 * 1024,
}

/** What calls to a party may take at once. */
export const limitsOf = ({ limits = LIMITS_OF_PROVIDER }: Pick<Party, 'limits'>): PartyLimits =>
  limits
