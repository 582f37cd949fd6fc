import type { ClientAuthentication } from '../../../core/registration/client.ts'
import { PROFILE_ALGORITHMS } from '../../../core/registration/profile.ts'
import type { SigningAlgorithm } from '../../../core/registration/provider.ts'

/** What a private key is, as far as it decides what can be signed with it. */
export interface KeyFacts {
  readonly type: 'RSA' | 'EC' | 'EdDSA' | 'other'
  /** Of an RSA key: the bits of its modulus. */
  readonly bits?: number
  /** Of any other: the curve. */
  readonly curve?: string
}

/** Looks into a private key; `undefined` for one that cannot be read. */
export type DescribeKey = (privateKeyPem: string) => KeyFacts | undefined

type WithKey = Extract<
  ClientAuthentication,
  { readonly method: 'private_key_jwt'; readonly privateKeyPem: string }
>

const MIN_RSA_BITS = 2048

const MEND = `put one there for RSA of at least ${MIN_RSA_BITS} bits, P-256 or Ed25519`

const algorithmOf = ({ type, curve }: KeyFacts): SigningAlgorithm | undefined => {
  if (type === 'RSA') return 'PS256'
  if (type === 'EC') return curve === 'P-256' ? 'ES256' : undefined
  return type === 'EdDSA' && curve === 'Ed25519' ? 'EdDSA' : undefined
}

const named = ({ type, bits, curve }: KeyFacts): string =>
  type === 'RSA' ? `an RSA key of ${bits} bits` : `a key of the curve ${curve ?? 'of no name'}`

/**
 * The one algorithm of the profile that a key signs by, or what is wrong with the key; completes
 * "The key … of Secret … ". `written`: what the author says of the algorithm.
 */
const profileAlgorithm = (
  facts: KeyFacts,
  written: SigningAlgorithm | undefined,
): { readonly algorithm: SigningAlgorithm } | { readonly complaint: string } => {
  const fitting = algorithmOf(facts)
  const isShort = facts.type === 'RSA' && (facts.bits ?? 0) < MIN_RSA_BITS
  if (fitting === undefined || isShort) {
    const demanded = `the profile demands ${PROFILE_ALGORITHMS.join(', ')}, with RSA of at least ${MIN_RSA_BITS} bits`
    return { complaint: `is ${named(facts)}, and ${demanded}: ${MEND}` }
  }
  if (written !== undefined && written !== fitting) {
    const complaint = `is ${named(facts)}, which signs by ${fitting}, and \`authentication.algorithm\` is ${written}: leave the field out, or ${MEND}`
    return { complaint }
  }
  return { algorithm: fitting }
}

/** The credential with the algorithm that follows from its key. */
export const withProfileAlgorithm = (
  authentication: WithKey,
  written: SigningAlgorithm | undefined,
  describe: DescribeKey | undefined,
): WithKey | { readonly complaint: string } => {
  const facts = describe?.(authentication.privateKeyPem)
  if (describe !== undefined && facts === undefined) {
    return { complaint: `cannot be read: ${MEND}` }
  }
  if (facts === undefined) return { ...authentication, algorithm: written ?? 'PS256' }
  const found = profileAlgorithm(facts, written)
  return 'complaint' in found ? found : { ...authentication, algorithm: found.algorithm }
}
