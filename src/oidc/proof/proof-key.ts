import { hash } from 'node:crypto'
import type { Claims } from '../../core/identity/identity.ts'
import { PROOF_ALGORITHMS } from '../../core/provider/proofs.ts'
import { keyFits } from '../provider/algorithms.ts'
import { importPublicKey, type VerificationKey } from '../provider/keys.ts'

/** Private members of every type of key (RFC 7518 section 6, RFC 8037), and `oct` has no other. */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'] as const

/** The required public members by type, in the order of their names (RFC 7638 section 3.2). */
const PUBLIC_MEMBERS: Readonly<Record<string, readonly string[]>> = {
  EC: ['crv', 'kty', 'x', 'y'],
  OKP: ['crv', 'kty', 'x'],
  RSA: ['e', 'kty', 'n'],
}

/** A modulus of 4096 bits in base64url: a longer one would be a burden for everybody else. */
const MAX_MEMBER_LENGTH = 683

const MEMBER = /^[A-Za-z0-9_-]+$/

/** The key that a proof carries, not imported yet. */
export interface ProofKey {
  readonly algorithm: string
  /** Its thumbprint (RFC 7638), SHA-256. */
  readonly jkt: string
  /** Its public members alone. */
  readonly jwk: Readonly<Record<string, string>>
}

/** A key, or what is wrong with it, as a sentence. */
export type ReadProofKey = ProofKey | string

const isObject = (value: unknown): value is Claims =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const membersOf = (jwk: Claims): Readonly<Record<string, string>> | undefined => {
  const { kty } = jwk
  const names =
    typeof kty === 'string' && Object.hasOwn(PUBLIC_MEMBERS, kty) ? PUBLIC_MEMBERS[kty] : undefined
  if (names === undefined) return undefined
  const members: Record<string, string> = {}
  for (const name of names) {
    const value = jwk[name]
    if (typeof value !== 'string' || value.length > MAX_MEMBER_LENGTH) return undefined
    if (name !== 'crv' && !MEMBER.test(value)) return undefined
    members[name] = value
  }
  return members
}

/** Reads the key that a proof is signed with, and that it carries itself. Nothing is verified. */
export const readProofKey = (algorithm: unknown, jwk: unknown): ReadProofKey => {
  if (!PROOF_ALGORITHMS.some((one) => one === algorithm)) {
    return `The alg header of the proof is none of ${PROOF_ALGORITHMS.join(', ')}.`
  }
  if (!isObject(jwk)) return 'The proof carries no jwk header.'
  if (PRIVATE_MEMBERS.some((name) => Object.hasOwn(jwk, name))) {
    return 'The jwk header of the proof holds a private or symmetric key: that key is known to others now.'
  }
  const members = membersOf(jwk)
  const name = String(algorithm)
  if (members === undefined || !keyFits(members, name)) {
    return `The jwk header of the proof is no public key for ${name}.`
  }
  return {
    algorithm: name,
    jkt: hash('sha256', JSON.stringify(members), 'base64url'),
    jwk: members,
  }
}

/** The key, ready to verify with; `undefined` where it is none, or too large or too weak. */
export const importProofKey = ({ algorithm, jwk }: ProofKey): VerificationKey | undefined => {
  const key = importPublicKey(jwk)
  return key === undefined ? undefined : { algorithm, key }
}
