import type { Request } from '../request/request.ts'
import type { Awaitable } from '../time/awaitable.ts'
import type { Budget } from '../time/budget.ts'

/** What proofs may be signed with, as challenges name it; `Ed25519` is `EdDSA` (RFC 9864). */
export const PROOF_ALGORITHMS = ['ES256', 'ES384', 'RS256', 'PS256', 'EdDSA', 'Ed25519'] as const

/** What holds a token to the one who may use it (RFC 7800); at least one of the two is there. */
export interface Binding {
  /** The thumbprint of the key that signs the proofs (RFC 9449 section 6.1). */
  readonly jkt?: string
  /** SHA-256 of the certificate that the caller's connection has (RFC 8705 section 3.1). */
  readonly certificate?: string
  /** SHA-256 of the token in base64url, which its proofs name (`ath`). */
  readonly tokenHash: string
}

/** What one proof has to be about. */
export interface ProofTerms {
  /** Of the token. */
  readonly jkt: string
  readonly tokenHash: string
  /** As the caller sees it. */
  readonly request: Pick<Request, 'method' | 'authority' | 'path'>
}

/** A proof that is good but for having been used before. */
export interface GoodProof {
  readonly kind: 'good'
  /** Under which all replicas know it. */
  readonly useId: string
  /** Afterwards its time refuses it. */
  readonly acceptedUntilMs: number
  /** As the proof carries it. */
  readonly nonce?: string
}

/** What came of reading a proof. `detail`: for the log, without the proof. */
export type ProofReading = GoodProof | { readonly kind: 'bad'; readonly detail: string }

/** How a nonce stands: taken, taken for a little while yet, or none of ours that still counts. */
export type NonceStanding = 'good' | 'ending' | 'none'

/** How callers show that a token is theirs. */
export interface Proofs {
  /** Reads a DPoP proof and verifies all of it that needs no memory (RFC 9449 section 4.3). */
  readonly read: (proof: string, terms: ProofTerms) => ProofReading
  /**
   * True for the first who uses a proof, on whatever replica.
   * @throws Fault `session_store_unavailable` where that cannot be known
   */
  readonly isFirstUse: (proof: GoodProof, budget: Budget) => Awaitable<boolean>
  /** A nonce that every replica takes (RFC 9449 section 9). */
  readonly nonce: () => string
  readonly standingOf: (nonce: string) => NonceStanding
  /** SHA-256 of a certificate in PEM, in base64url; `undefined` for what is none. */
  readonly certificateHash: (pem: string) => string | undefined
}
