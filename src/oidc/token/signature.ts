import { constants, type KeyObject, type VerifyKeyObjectInput, verify } from 'node:crypto'
import type { Budget } from '../../core/time/budget.ts'
import { chooseKeys, type KeySet, type VerificationKey } from '../provider/keys.ts'
import type { Refreshed } from '../provider/refreshed.ts'
import { derSignatureOf } from './ecdsa-signature.ts'
import type { UnverifiedJwt } from './jwt.ts'

/** Whether one of the provider's keys signed a token. */
export type SignatureCheck =
  | { readonly kind: 'valid'; readonly key: VerificationKey }
  | { readonly kind: 'invalid' }
  | { readonly kind: 'unfit' }
  | { readonly kind: 'unknown' }

const DIGESTS: Readonly<Record<string, string>> = { 256: 'sha256', 384: 'sha384', 512: 'sha512' }

const PSS = {
  padding: constants.RSA_PKCS1_PSS_PADDING,
  saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
} as const

/**
 * The key, with what its algorithm asks for besides (RFC 7518 section 3). A bare key costs two
 * thirds of the time that one inside of options does.
 */
const inputOf = ({ algorithm, key }: VerificationKey): KeyObject | VerifyKeyObjectInput =>
  algorithm.startsWith('PS') ? { ...PSS, key } : key

/**
 * RFC 8017 section 8.1.2: an RSA signature is as long as its modulus. OpenSSL takes one without its
 * leading zeros as well.
 */
const isOfKeyLength = (signature: Buffer, { key }: VerificationKey): boolean => {
  const bits = key.asymmetricKeyDetails?.modulusLength
  return bits === undefined || signature.length === Math.ceil(bits / 8)
}

/**
 * Verifies on this thread, in some twenty to a hundred microseconds. On the threads of the pool a
 * signature would wait behind whoever holds them: a few providers whose name servers are silent
 * could then keep every token of everybody else waiting.
 */
export const isSignedBy = (
  { compact }: Pick<UnverifiedJwt, 'compact'>,
  signer: VerificationKey,
): boolean => {
  const dot = compact.lastIndexOf('.')
  const written = Buffer.from(compact.slice(dot + 1), 'base64url')
  const { algorithm } = signer
  const signature = algorithm.startsWith('ES') ? derSignatureOf(algorithm, written) : written
  if (signature === undefined || !isOfKeyLength(signature, signer)) return false
  const digest = DIGESTS[algorithm.slice(2)]
  return verify(digest, Buffer.from(compact.slice(0, dot)), inputOf(signer), signature)
}

const check = (jwt: UnverifiedJwt, set: KeySet): SignatureCheck => {
  const choice = chooseKeys(set, jwt.algorithm, jwt.keyId)
  if (choice.kind !== 'keys') return choice
  const signer = choice.keys.find((key) => isSignedBy(jwt, key))
  return signer === undefined ? { kind: 'invalid' } : { kind: 'valid', key: signer }
}

/** A token that names a key we have is never worth a fetch, however wrong its signature (R26). */
const mayBeRotated = (jwt: UnverifiedJwt, result: SignatureCheck): boolean =>
  result.kind === 'unknown' || (result.kind === 'invalid' && jwt.keyId === undefined)

/**
 * Verifies the signature with the provider's keys. A key that we do not have yet is fetched once
 * per cooldown, whoever asks; when that fails the answer of the keys at hand stands.
 * @throws Fault if there are no keys at all.
 */
export const checkSignature = async (
  jwt: UnverifiedJwt,
  keys: Refreshed<KeySet>,
  budget: Budget,
): Promise<SignatureCheck> => {
  const result = check(jwt, await keys.get(budget))
  if (!mayBeRotated(jwt, result) || !(await keys.refetch(budget))) return result
  return check(jwt, await keys.get(budget))
}

/**
 * The same for a token that the provider itself has just handed to us, for a code or a refresh
 * token that is spent by now, or for the signed answer to a login, which is good for one: nobody
 * else can make us read keys that way, and nobody faster than once in two seconds. Whatever is
 * wrong with its signature may be a rotation, under another `kid` or under the same; it earns one
 * read, for which it waits within its budget.
 * @throws Fault if there are no keys at all, or the budget ends.
 */
export const checkFreshSignature = async (
  jwt: UnverifiedJwt,
  keys: Refreshed<KeySet>,
  budget: Budget,
): Promise<SignatureCheck> => {
  const set = await keys.get(budget)
  const result = check(jwt, set)
  if (result.kind === 'valid' || !(await keys.reread(set, budget))) return result
  return check(jwt, await keys.get(budget))
}
