import type { KeyObject, webcrypto } from 'node:crypto'
import type { KeyAlgorithm } from '../../core/assertion/key-set.ts'
import type { Client, ManagedKeyAuthentication } from '../../core/registration/client.ts'
import type { Budget } from '../../core/time/budget.ts'

/** A key that the process has made for a client. */
export interface ManagedKey {
  readonly keyId: string
  readonly algorithm: KeyAlgorithm
  readonly privateKey: KeyObject
}

/**
 * The key that a client signs with now, by the name of the client.
 * @throws Fault `client_key_unavailable`
 */
export type KeyOfClient = (client: string, budget: Budget) => Promise<ManagedKey>

/** Of a client whose key the process makes. */
export const managedKeyOf = ({
  authentication,
}: Pick<Client, 'authentication'>): ManagedKeyAuthentication | undefined =>
  'rotationMs' in authentication ? authentication : undefined

/** What one RSA key can do besides. */
const RSA: ReadonlySet<string> = new Set(['PS256', 'PS384', 'PS512', 'RS256', 'RS384', 'RS512'])

const forWebCrypto = (algorithm: string) => {
  if (algorithm === 'ES256') return { name: 'ECDSA', namedCurve: 'P-256' }
  if (!RSA.has(algorithm)) return { name: 'Ed25519' }
  const name = algorithm.startsWith('PS') ? 'RSA-PSS' : 'RSASSA-PKCS1-v1_5'
  return { name, hash: `SHA-${algorithm.slice(2)}` }
}

/**
 * The algorithm to sign with by a key, where `wanted` was asked for: that one if the key can, else
 * its own. A key of the former algorithm signs on after that was changed.
 */
export const algorithmFor = ({ algorithm }: ManagedKey, wanted: string): string => {
  const isSame = RSA.has(algorithm)
    ? RSA.has(wanted)
    : forWebCrypto(algorithm).name === forWebCrypto(wanted).name
  return isSame ? wanted : algorithm
}

/** The key as the libraries take it, for one algorithm; it cannot be taken out of that again. */
export const cryptoKeyOf = ({ privateKey }: ManagedKey, algorithm: string): webcrypto.CryptoKey =>
  privateKey.toCryptoKey(forWebCrypto(algorithm), false, ['sign'])
