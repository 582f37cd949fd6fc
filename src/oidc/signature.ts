import { compactVerify, errors } from 'jose'
import type { Budget } from '../core/ports.ts'
import type { UnverifiedJwt } from './jwt.ts'
import { chooseKeys, type KeySet, type VerificationKey } from './keys.ts'
import type { Refreshed } from './refreshed.ts'

/** Whether one of the provider's keys signed a token. */
export type SignatureCheck =
  | { readonly kind: 'valid'; readonly key: VerificationKey }
  | { readonly kind: 'invalid' }
  | { readonly kind: 'unfit' }
  | { readonly kind: 'unknown' }

const isSignedBy = async (jwt: UnverifiedJwt, key: VerificationKey): Promise<boolean> => {
  try {
    await compactVerify(jwt.compact, key.key, { algorithms: [key.algorithm] })
    return true
  } catch (thrown) {
    if (thrown instanceof errors.JOSEError) return false
    throw thrown
  }
}

const check = async (jwt: UnverifiedJwt, set: KeySet): Promise<SignatureCheck> => {
  const choice = chooseKeys(set, jwt.algorithm, jwt.keyId)
  if (choice.kind !== 'keys') return choice
  for (const key of choice.keys) {
    if (await isSignedBy(jwt, key)) return { kind: 'valid', key }
  }
  return { kind: 'invalid' }
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
  const result = await check(jwt, await keys.get(budget))
  if (!mayBeRotated(jwt, result) || !(await keys.refetch(budget))) return result
  return check(jwt, await keys.get(budget))
}
