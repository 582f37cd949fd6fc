import { createPrivateKey, type KeyObject } from 'node:crypto'
import type { Claims } from '../../core/identity/identity.ts'
import { Fault } from '../../core/reason/fault.ts'
import type { DecryptionKey } from '../../core/registration/decryption-key.ts'
import { parseJsonObject } from '../../outbound/json.ts'

/** A token out of its encryption, or why it stays closed, as a sentence about the token. */
export type OpenedToken =
  /** A JWS in compact form, of which nothing is verified. */
  | { readonly kind: 'signed'; readonly compact: string }
  | { readonly kind: 'refused'; readonly detail: string }

/**
 * Opens a JWE with a key. `field` says in a fault which field names the key.
 * @throws Fault `provider_misconfigured` for a key that cannot be used.
 */
export type OpenToken = (token: string, key: DecryptionKey, field: string) => Promise<OpenedToken>

/** Five parts (RFC 7516 section 7.1); the encrypted key is empty where it is agreed upon. */
const COMPACT = /^([A-Za-z0-9_-]+)\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]+$/

const SIGNED = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/

/** Room for a certificate chain; nothing else in a header is long. */
const MAX_HEADER_LENGTH = 16_384

/**
 * Key management by the type of the key, so that no key is used in two ways. RSA1_5 is an oracle
 * for whoever watches the answers (RFC 7516 section 11.5), and a shared or derived key is none that
 * a private key opens: neither can be chosen. The SHA-1 of RSA-OAEP masks and is not relied on to
 * be free of collisions; many providers offer nothing newer.
 */
const RSA = ['RSA-OAEP-256', 'RSA-OAEP']
const AGREED = ['ECDH-ES', 'ECDH-ES+A128KW', 'ECDH-ES+A256KW']

const CONTENT = ['A128GCM', 'A256GCM', 'A128CBC-HS256', 'A256CBC-HS512']

const CURVES: ReadonlySet<string> = new Set(['prime256v1', 'secp384r1', 'secp521r1'])

const MIN_RSA_BITS = 2048

interface Prepared {
  readonly key: KeyObject
  readonly algorithms: readonly string[]
}

const algorithmsOf = ({
  asymmetricKeyType: type,
  asymmetricKeyDetails: details,
}: KeyObject): readonly string[] => {
  if (type === 'rsa') return (details?.modulusLength ?? 0) >= MIN_RSA_BITS ? RSA : []
  if (type === 'ec') return CURVES.has(details?.namedCurve ?? '') ? AGREED : []
  return type === 'x25519' ? AGREED : []
}

const parsed = (pem: string): KeyObject | undefined => {
  try {
    return createPrivateKey(pem)
  } catch {
    return undefined
  }
}

const prepare = ({ privateKeyPem }: DecryptionKey): Prepared | undefined => {
  const key = parsed(privateKeyPem)
  if (key === undefined) return undefined
  const algorithms = algorithmsOf(key)
  return algorithms.length === 0 ? undefined : { key, algorithms }
}

/** The key management that a key is used for; `undefined` for one that cannot be used at all. */
export const keyManagementOf = (key: DecryptionKey): readonly string[] | undefined =>
  prepare(key)?.algorithms

const refused = (detail: string): OpenedToken => ({ kind: 'refused', detail })

const WRONG_CONTENT =
  'What is encrypted is no signed JWT: have the provider sign it before it encrypts it.'

/** One sentence for all that can go wrong behind the header: another would be an oracle. */
const STAYS_CLOSED = 'It cannot be decrypted with the key that is configured.'

const headerOf = (encoded: string): Claims | undefined =>
  parseJsonObject(Buffer.from(encoded, 'base64url').toString())

/** What is wrong with a header. It is not authenticated yet: nothing else of it is looked at. */
const complaintAbout = (encoded: string, algorithms: readonly string[]): string | undefined => {
  if (encoded.length > MAX_HEADER_LENGTH) return 'Its JWE header is too long.'
  const header = headerOf(encoded)
  if (header === undefined) return 'Its JWE header is no JSON object.'
  const { alg, enc, zip, crit, cty } = header
  if (crit !== undefined) return 'The crit header of its JWE names an unknown extension.'
  if (zip !== undefined) return 'It is compressed, which is not accepted in a JWE.'
  if (typeof alg !== 'string' || !algorithms.includes(alg)) {
    return `The alg header of its JWE is none of ${algorithms.join(', ')}, which are accepted with the key that is configured.`
  }
  if (typeof enc !== 'string' || !CONTENT.includes(enc)) {
    return `The enc header of its JWE is none of ${CONTENT.join(', ')}.`
  }
  return typeof cty === 'string' && /^(?:application\/)?jwt$/i.test(cty)
    ? undefined
    : 'The cty header of its JWE is not JWT, so what is encrypted is not said to be a signed JWT.'
}

/** Whether a token has the form of a JWE (RFC 7516 section 9), opened by whatever key. */
export const isEncrypted = (token: string): boolean => {
  const [, header] = COMPACT.exec(token) ?? []
  return header !== undefined && headerOf(header)?.enc !== undefined
}

/**
 * Nested JWTs (RFC 7519 section 5.2) out of their encryption; whoever gets one verifies its
 * signature as that of any other. Nothing is decompressed, so what is inside is no longer than what
 * came.
 */
export const createOpenToken = (): OpenToken => {
  const known = new WeakMap<DecryptionKey, Prepared>()

  const preparedOf = (key: DecryptionKey, field: string): Prepared => {
    const prepared = known.get(key) ?? prepare(key)
    if (prepared === undefined) {
      throw new Fault(
        'provider_misconfigured',
        `The key that ${field} names opens no tokens: it is a damaged one, or neither RSA of ${MIN_RSA_BITS} bits or more nor one of P-256, P-384, P-521 and X25519.`,
      )
    }
    known.set(key, prepared)
    return prepared
  }

  return async (token, decryptionKey, field) => {
    const { key, algorithms } = preparedOf(decryptionKey, field)
    const [, header] = COMPACT.exec(token) ?? []
    if (header === undefined) return refused('It is not a JWE in compact form.')
    const complaint = complaintAbout(header, algorithms)
    if (complaint !== undefined) return refused(complaint)
    const { compactDecrypt } = await import('jose')
    try {
      const { plaintext } = await compactDecrypt(token, key, {
        keyManagementAlgorithms: [...algorithms],
        contentEncryptionAlgorithms: CONTENT,
      })
      const compact = Buffer.from(plaintext).toString()
      return SIGNED.test(compact) ? { kind: 'signed', compact } : refused(WRONG_CONTENT)
    } catch {
      return refused(STAYS_CLOSED)
    }
  }
}
