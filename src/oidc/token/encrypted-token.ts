import { createPrivateKey, createPublicKey, hash, type KeyObject } from 'node:crypto'
import type { Claims } from '../../core/identity/identity.ts'
import { Fault } from '../../core/reason/fault.ts'
import type { DecryptionKey } from '../../core/registration/decryption-key.ts'
import { parseJsonObject } from '../../outbound/json.ts'

/** A token out of its encryption, or why it stays closed, as a sentence about the token. */
export type OpenedToken =
  /** A JWS in compact form, of which nothing is verified, and the key that opened it. */
  | { readonly kind: 'signed'; readonly compact: string; readonly by: DecryptionKey }
  | { readonly kind: 'refused'; readonly detail: string }

/** The same of an answer, in which claims may be that nobody signed. */
export type OpenedAnswer =
  | Omit<Extract<OpenedToken, { kind: 'signed' }>, 'by'>
  | Extract<OpenedToken, { kind: 'refused' }>
  | { readonly kind: 'claims'; readonly claims: Claims }

/**
 * Opens a JWE with one of some keys: that which its `kid` names, else the first that can. `field`
 * says in a fault which field names the keys.
 * @throws Fault `provider_misconfigured` if none of the keys can be used.
 */
type Open<T> = (token: string, keys: readonly DecryptionKey[], field: string) => Promise<T>

/** Opens a nested JWT (RFC 7519 section 5.2). */
export type OpenToken = Open<OpenedToken>

/** Opens a nested JWT, or claims that are encrypted alone. */
export type OpenAnswer = Open<OpenedAnswer>

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
  readonly from: DecryptionKey
  readonly key: KeyObject
  readonly algorithms: readonly string[]
  /** What a `kid` may call it. */
  readonly keyId: string
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

/** RFC 7638 section 3.2: the members that make a key, in their order. */
const MEMBERS: Readonly<Record<string, readonly string[]>> = {
  RSA: ['e', 'kty', 'n'],
  EC: ['crv', 'kty', 'x', 'y'],
  OKP: ['crv', 'kty', 'x'],
}

const thumbprintOf = (key: KeyObject): string => {
  const jwk: Readonly<Record<string, unknown>> = createPublicKey(key).export({ format: 'jwk' })
  const members = (MEMBERS[String(jwk.kty)] ?? []).map((name) => [name, jwk[name]])
  return hash('sha256', JSON.stringify(Object.fromEntries(members)), 'base64url')
}

const prepare = (from: DecryptionKey): Prepared | undefined => {
  const key = parsed(from.privateKeyPem)
  if (key === undefined) return undefined
  const algorithms = algorithmsOf(key)
  if (algorithms.length === 0) return undefined
  return { from, key, algorithms, keyId: from.keyId ?? thumbprintOf(key) }
}

/** The key management that a key is used for; `undefined` for one that cannot be used at all. */
export const keyManagementOf = (key: DecryptionKey): readonly string[] | undefined =>
  prepare(key)?.algorithms

type Refused = Extract<OpenedToken, { kind: 'refused' }>

const refused = (detail: string): Refused => ({ kind: 'refused', detail })

const WRONG_CONTENT =
  'What is encrypted is no signed JWT: have the provider sign it before it encrypts it.'

const headerOf = (encoded: string): Claims | undefined =>
  parseJsonObject(Buffer.from(encoded, 'base64url').toString())

const isOfJwt = (cty: unknown): boolean =>
  typeof cty === 'string' && /^(?:application\/)?jwt$/i.test(cty)

const configured = ({ length }: readonly unknown[]): string =>
  length === 1 ? 'the key that is configured' : 'the keys that are configured'

/** What is wrong with a header. It is not authenticated yet: nothing else of it is looked at. */
const complaintAbout = (
  { alg, enc, zip, crit }: Claims,
  keys: readonly Prepared[],
): string | undefined => {
  if (crit !== undefined) return 'The crit header of its JWE names an unknown extension.'
  if (zip !== undefined) return 'It is compressed, which is not accepted in a JWE.'
  const algorithms = [...new Set(keys.flatMap((key) => key.algorithms))]
  if (typeof alg !== 'string' || !algorithms.includes(alg)) {
    return `The alg header of its JWE is none of ${algorithms.join(', ')}, which are accepted with ${configured(keys)}.`
  }
  return typeof enc === 'string' && CONTENT.includes(enc)
    ? undefined
    : `The enc header of its JWE is none of ${CONTENT.join(', ')}.`
}

/** One sentence for all that can go wrong behind the header: another would be an oracle. */
const stayingClosed = (keys: readonly Prepared[], { kid }: Claims): string => {
  const sentence = `It cannot be decrypted with ${configured(keys)}`
  const isOthers = typeof kid === 'string' && keys.every(({ keyId }) => keyId !== kid)
  return isOthers && keys.length > 1 ? `${sentence}, and its kid names none.` : `${sentence}.`
}

/** Those that can have been meant: the one that `kid` names first. */
const meantBy = ({ alg, kid }: Claims, keys: readonly Prepared[]): readonly Prepared[] => {
  const able = keys.filter(({ algorithms }) => algorithms.includes(String(alg)))
  const isNamed = ({ keyId }: Prepared): boolean => keyId === kid
  return [...able.filter(isNamed), ...able.filter((key) => !isNamed(key))]
}

/** Whether a token has the form of a JWE (RFC 7516 section 9), opened by whatever key. */
export const isEncrypted = (token: string): boolean => {
  const [, header] = COMPACT.exec(token) ?? []
  return header !== undefined && headerOf(header)?.enc !== undefined
}

interface Plain {
  readonly kind: 'plain'
  readonly text: string
  readonly by: DecryptionKey
}

const decryptBy = async (token: string, { key, algorithms }: Prepared): Promise<string> => {
  const { compactDecrypt } = await import('jose')
  const { plaintext } = await compactDecrypt(token, key, {
    keyManagementAlgorithms: [...algorithms],
    contentEncryptionAlgorithms: CONTENT,
  })
  return Buffer.from(plaintext).toString()
}

const decrypt = async (
  token: string,
  keys: readonly Prepared[],
  header: Claims,
): Promise<Plain | Refused> => {
  for (const one of meantBy(header, keys)) {
    try {
      return { kind: 'plain', text: await decryptBy(token, one), by: one.from }
    } catch {
      // The next may be the one.
    }
  }
  return refused(stayingClosed(keys, header))
}

const createPreparedOf = () => {
  const known = new WeakMap<DecryptionKey, Prepared>()

  const one = (key: DecryptionKey): readonly Prepared[] => {
    const prepared = known.get(key) ?? prepare(key)
    if (prepared === undefined) return []
    known.set(key, prepared)
    return [prepared]
  }

  return (keys: readonly DecryptionKey[], field: string): readonly Prepared[] => {
    const prepared = keys.flatMap(one)
    if (prepared.length > 0) return prepared
    throw new Fault(
      'provider_misconfigured',
      `The key that ${field} names opens no tokens: it is a damaged one, or neither RSA of ${MIN_RSA_BITS} bits or more nor one of P-256, P-384, P-521 and X25519.`,
    )
  }
}

/** `judge` says by the header what has to be inside. */
const createOpen = <T>(
  judge: (header: Claims) => Refused | ((plain: Plain) => T),
): Open<T | Refused> => {
  const preparedOf = createPreparedOf()

  return async (token, decryptionKeys, field) => {
    const keys = preparedOf(decryptionKeys, field)
    const [, encoded] = COMPACT.exec(token) ?? []
    if (encoded === undefined) return refused('It is not a JWE in compact form.')
    if (encoded.length > MAX_HEADER_LENGTH) return refused('Its JWE header is too long.')
    const header = headerOf(encoded)
    if (header === undefined) return refused('Its JWE header is no JSON object.')
    const complaint = complaintAbout(header, keys)
    if (complaint !== undefined) return refused(complaint)
    const readPlain = judge(header)
    if (typeof readPlain !== 'function') return readPlain
    const plain = await decrypt(token, keys, header)
    return plain.kind === 'plain' ? readPlain(plain) : plain
  }
}

const asSigned = ({ text, by }: Plain): OpenedToken =>
  SIGNED.test(text) ? { kind: 'signed', compact: text, by } : refused(WRONG_CONTENT)

/** Claims say themselves what they are; a JWT is said to be one (RFC 7519 section 5.2). */
const asClaims = ({ text }: Plain): OpenedAnswer => {
  const claims = parseJsonObject(text)
  return claims === undefined
    ? refused('What is encrypted is neither said to be a JWT by its cty header nor a JSON object.')
    : { kind: 'claims', claims }
}

const NOT_SAID = refused(
  'The cty header of its JWE is not JWT, so what is encrypted is not said to be a signed JWT.',
)

/**
 * Nested JWTs out of their encryption; whoever gets one verifies its signature as that of any
 * other. Nothing is decompressed, so what is inside is no longer than what came.
 */
export const createOpenToken = (): OpenToken =>
  createOpen(({ cty }) => (isOfJwt(cty) ? asSigned : NOT_SAID))

/**
 * The same, and claims that are encrypted without a signature: for what came from the provider
 * itself over TLS, and for nothing that came from anybody else.
 */
export const createOpenAnswer = (): OpenAnswer =>
  createOpen<OpenedAnswer>(({ cty }) => (isOfJwt(cty) ? asSigned : asClaims))
