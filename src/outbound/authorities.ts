import { X509Certificate } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls'
import { LRUCache } from 'lru-cache'
import { complaintAbout } from './identity/certificate-words.ts'
import type { OwnCertificate } from './identity/own-certificate.ts'

/** Whom TLS connections trust. */
export interface Authorities {
  /**
   * The authorities of Node.js, and these PEM bundles besides. The same bundles give the same
   * context: to read some 270 certificates takes ten milliseconds, which no connection may cost.
   * What is no certificate in a bundle is passed over, as OpenSSL does. With a certificate of our
   * own the context is made anew each time, and kept by whoever asked. `ciphers`: those of TLS 1.2
   * and 1.3 that are offered, in the words of OpenSSL; absent: those of Node.js.
   */
  readonly contextFor: (
    bundles: readonly string[],
    own?: OwnCertificate,
    ciphers?: string,
  ) => Promise<SecureContext>
}

/** Contexts that are kept for those who ask next; whoever has one keeps it anyway. */
const MAX_KEPT = 64

/** Builds at most one context in a turn of the event loop, so that checks are answered between. */
export const createAuthorities = (): Authorities => {
  const kept = new LRUCache<string, Promise<SecureContext>>({ max: MAX_KEPT })
  let last: Promise<unknown> = Promise.resolve()

  const build = async (
    before: Promise<unknown>,
    bundles: readonly string[],
    own: OwnCertificate | undefined,
    ciphers: string | undefined,
  ) => {
    await before.catch(() => undefined)
    await nextTurn()
    const ca = [...getCACertificates('default'), ...bundles]
    return createSecureContext({
      ...(bundles.length === 0 ? {} : { ca }),
      ...(own === undefined ? {} : { cert: own.certificatePem, key: own.privateKeyPem }),
      ...(ciphers === undefined ? {} : { ciphers, minVersion: 'TLSv1.2' as const }),
    })
  }

  const next = (
    bundles: readonly string[],
    own?: OwnCertificate,
    ciphers?: string,
  ): Promise<SecureContext> => {
    const made = build(last, bundles, own, ciphers)
    last = made
    return made
  }

  return {
    contextFor: (bundles, own, ciphers) => {
      if (own !== undefined || ciphers !== undefined) return next(bundles, own, ciphers)
      const name = JSON.stringify(bundles)
      const known = kept.get(name)
      if (known !== undefined) return known
      const made = next(bundles)
      kept.set(name, made)
      made.catch(() => kept.delete(name))
      return made
    },
  }
}

const BLOCK = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

const read = (block: string): X509Certificate | undefined => {
  try {
    return new X509Certificate(block)
  } catch {
    return undefined
  }
}

const complaintIn = (block: string, place: number, nowMs: number): string | undefined => {
  const certificate = read(block)
  return certificate === undefined
    ? `its certificate number ${place} cannot be read`
    : complaintAbout(certificate, nowMs)
}

/** What is wrong with a bundle of authorities. */
export interface BundleReview {
  /** Each completes a sentence that names the bundle; without its full stop. */
  readonly complaints: readonly string[]
  /** Whether none of its certificates is of use at present. */
  readonly isUseless: boolean
}

/** Looks for certificates of a PEM bundle that are expired, not yet valid, or no certificates. */
export const reviewBundle = (pem: string, nowMs: number): BundleReview => {
  const blocks = pem.match(BLOCK) ?? []
  const complaints = blocks.flatMap((block, at) => complaintIn(block, at + 1, nowMs) ?? [])
  return { complaints, isUseless: complaints.length === blocks.length }
}
