import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Claims } from '../../core/identity/identity.ts'
import type { ProofReading, ProofTerms } from '../../core/provider/proofs.ts'
import { isTargetUri } from '../../core/request/target-uri.ts'
import type { Clock } from '../../core/time/clock.ts'
import type { VerificationKey } from '../provider/keys.ts'
import { isNumericDate } from '../token/numeric-date.ts'
import { isSignedBy } from '../token/signature.ts'
import { objectIn } from './jwt-part.ts'
import { importProofKey, readProofKey } from './proof-key.ts'

/** How far the time of a proof may be from ours, before and after (RFC 9449 section 11.1). */
const PROOF_WINDOW_MS = 60_000

/** A proof with a key of 4096 bits and a long URI has half of it. */
const MAX_PROOF_LENGTH = 8 * 1024

const MAX_ID_BYTES = 256
const MAX_NONCE_LENGTH = 256

/** Clients that are remembered by the headers of their proofs, which stay the same. */
const MAX_KEYS = 2_000

/** With a key of 4096 bits it has half of that; a longer one is read each time. */
const MAX_KEPT_LENGTH = 2 * 1024

const COMPACT = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.[A-Za-z0-9_-]+$/

/** Whose proofs have this header. */
interface Signer {
  readonly jkt: string
  readonly key: VerificationKey
}

const bad = (detail: string) => ({ kind: 'bad', detail }) as const

type Bad = ReturnType<typeof bad>

const NOT_A_PROOF = bad('The DPoP header does not hold one proof, which is a JWT.')
const ANOTHER_KEY = bad('The proof is signed with another key than the token is bound to.')

/**
 * The key is compared with the one that the token is bound to before it is imported: a stranger's
 * costs nothing.
 */
const readSigner = (header: string, jkt: string): Signer | Bad => {
  const members = objectIn(header)
  if (members === undefined) return NOT_A_PROOF
  const { typ, alg, jwk, crit } = members
  if (typ !== 'dpop+jwt') return bad('The typ header of the proof is not dpop+jwt.')
  if (crit !== undefined) return bad('The crit header of the proof names an unknown extension.')
  const read = readProofKey(alg, jwk)
  if (typeof read === 'string') return bad(read)
  if (read.jkt !== jkt) return ANOTHER_KEY
  const key = importProofKey(read)
  return key === undefined
    ? bad('The key of the proof cannot be used: it is damaged, or RSA not of 2048 to 4096 bits.')
    : { jkt, key }
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''

/** What the claims say amiss, by RFC 9449 section 4.3. */
const amissIn = (claims: Claims, terms: ProofTerms, nowMs: number): string | undefined => {
  const { htm, htu, iat, ath, jti, nonce } = claims
  const { request, tokenHash } = terms
  if (htm !== request.method) return 'The htm claim of the proof is not the method of the request.'
  if (typeof htu !== 'string' || !isTargetUri(htu, request)) {
    return `The htu claim of the proof is not the URI of the request, which is https://${request.authority} with its path.`
  }
  if (ath !== tokenHash) return 'The ath claim of the proof is not the hash of the token.'
  if (!isText(jti) || Buffer.byteLength(jti) > MAX_ID_BYTES) {
    return `The jti claim of the proof is no text of at most ${MAX_ID_BYTES} bytes.`
  }
  if (nonce !== undefined && !(isText(nonce) && nonce.length <= MAX_NONCE_LENGTH)) {
    return `The nonce claim of the proof is no text of at most ${MAX_NONCE_LENGTH} characters.`
  }
  if (!isNumericDate(iat)) return 'The iat claim of the proof is absent or malformed.'
  const aheadMs = iat * 1000 - nowMs
  if (Math.abs(aheadMs) <= PROOF_WINDOW_MS) return undefined
  const where = aheadMs > 0 ? 'ahead' : 'back'
  return `The iat claim of the proof lies ${Math.round(Math.abs(aheadMs) / 1000)} seconds ${where}, and ${PROOF_WINDOW_MS / 1000} are taken: compare the clocks of the caller and of this machine.`
}

/** Reads the proofs of a caller. */
export type ReadDpopProof = (proof: string, terms: ProofTerms) => ProofReading

/**
 * Verifies DPoP proofs (RFC 9449 section 4.3), but for what takes memory: whether one was used
 * before, and its nonce. The header of a client's proofs is the same each time, so that its key is
 * read once. Never throws.
 */
export const createDpopProofReader = ({ clock }: { readonly clock: Clock }): ReadDpopProof => {
  const signers = new LRUCache<string, Signer>({ max: MAX_KEYS })

  const signerOf = (header: string, jkt: string): Signer | Bad => {
    const known = signers.get(header)
    if (known !== undefined) return known.jkt === jkt ? known : ANOTHER_KEY
    const read = readSigner(header, jkt)
    if ('key' in read && header.length <= MAX_KEPT_LENGTH) signers.set(header, read)
    return read
  }

  return (proof, terms) => {
    if (proof.length > MAX_PROOF_LENGTH) {
      return bad(`The proof is longer than ${MAX_PROOF_LENGTH} bytes.`)
    }
    const [, header, payload] = COMPACT.exec(proof) ?? []
    if (header === undefined || payload === undefined) return NOT_A_PROOF
    const signer = signerOf(header, terms.jkt)
    if ('kind' in signer) return signer
    const claims = objectIn(payload)
    if (claims === undefined) return NOT_A_PROOF
    const amiss = amissIn(claims, terms, clock.nowMs())
    if (amiss !== undefined) return bad(amiss)
    if (!isSignedBy({ compact: proof }, signer.key)) {
      return bad('The signature of the proof is not of the key that it carries.')
    }
    const { iat, jti, nonce } = claims
    return {
      kind: 'good',
      useId: hash('sha256', `${terms.jkt} ${jti}`, 'base64url'),
      acceptedUntilMs: Number(iat) * 1000 + PROOF_WINDOW_MS,
      ...(typeof nonce === 'string' ? { nonce } : {}),
    }
  }
}
