import type { CheckPorts } from '../core/check-ports.ts'
import type { Authentication, Unauthenticated } from '../core/identity/identity.ts'
import type { Binding } from '../core/provider/proofs.ts'
import type { Reason } from '../core/reason/reason.ts'
import type { Request } from '../core/request/request.ts'
import { type Awaitable, andThen } from '../core/time/awaitable.ts'
import type { Budget } from '../core/time/budget.ts'

/** How a token was shown, and what it takes to believe that it is the caller's. */
export interface Shown {
  /** Absent: as any bearer token. */
  readonly scheme: 'DPoP' | undefined
  /** Absent: whoever has it may use it. */
  readonly binding: Binding | undefined
  readonly needsNonce: boolean
}

/** Whether the caller is the one whom a token is bound to; `proven` if so. */
export type Prove = (
  request: Request,
  shown: Shown,
  proven: Authentication,
  budget: Budget,
) => Awaitable<Authentication>

const refuse = (
  { scheme }: Pick<Shown, 'scheme'>,
  reason: Reason,
  detail: string,
  nonce?: string,
): Unauthenticated => ({
  kind: 'unauthenticated',
  reason,
  presented: 'bearer',
  detail,
  clearCookies: [],
  ...(scheme === undefined ? {} : { scheme }),
  ...(nonce === undefined ? {} : { nonce }),
})

/** The same with a fresh nonce, which the answer tells the caller (RFC 9449 section 8.2). */
const withNonce = (proven: Authentication, nextNonce: string): Authentication =>
  proven.kind === 'unauthenticated'
    ? proven
    : { ...proven, identity: { ...proven.identity, nextNonce } }

const NO_CERTIFICATE =
  'The token is bound to a client certificate, and the gateway told of none: have it ask for client certificates at the listener, and set include_peer_certificate of ext_authz.'
const UNREADABLE_CERTIFICATE = 'What the gateway told as the certificate is not one in PEM.'
const ANOTHER_CERTIFICATE =
  'The token is bound to another certificate than the one that the connection has.'
const SENT_AS_BEARER =
  'The token is bound to a key (cnf.jkt), and it came without `Authorization: DPoP`.'
const SENT_AS_DPOP = 'The token is bound to no key, and it came with `Authorization: DPoP`.'

/**
 * Proves tokens that are bound: to the certificate of the connection to the gateway (RFC 8705
 * section 3), and to a key by a proof that is used once (RFC 9449 section 7). What cannot be proven
 * is refused; the proof is remembered last, so that no other refusal spends it.
 */
export const createProving = ({ proofs }: Pick<CheckPorts, 'proofs'>): Prove => {
  const byCertificate = (
    request: Request,
    shown: Shown,
    expected: string,
  ): Unauthenticated | undefined => {
    const pem = request.certificate?.()
    if (pem === undefined || pem === '') return refuse(shown, 'certificate_missing', NO_CERTIFICATE)
    const hash = proofs.certificateHash(pem)
    if (hash === expected) return undefined
    const detail = hash === undefined ? UNREADABLE_CERTIFICATE : ANOTHER_CERTIFICATE
    return refuse(shown, 'certificate_mismatch', detail)
  }

  const byProof = (
    request: Request,
    shown: Shown,
    terms: { readonly jkt: string; readonly tokenHash: string },
    proven: Authentication,
    budget: Budget,
  ): Awaitable<Authentication> => {
    const { needsNonce } = shown
    const proof = request.header('dpop')
    if (proof === undefined || proof === '') {
      return refuse(shown, 'proof_missing', 'There is no DPoP header.')
    }
    const reading = proofs.read(proof, { ...terms, request })
    if (reading.kind === 'bad') return refuse(shown, 'proof_invalid', reading.detail)
    const { nonce } = reading
    const standing = nonce === undefined || !needsNonce ? 'none' : proofs.standingOf(nonce)
    if (needsNonce && standing === 'none') {
      const detail = `The nonce of the proof is ${nonce === undefined ? 'absent' : 'none of ours that still counts'}.`
      return refuse(shown, 'proof_nonce_required', detail, proofs.nonce())
    }
    return andThen(proofs.isFirstUse(reading, budget), (isFirst) => {
      if (!isFirst) return refuse(shown, 'proof_replayed', 'The proof was used before.')
      return standing === 'ending' ? withNonce(proven, proofs.nonce()) : proven
    })
  }

  return (request, shown, proven, budget) => {
    const { binding, scheme } = shown
    if (binding?.certificate !== undefined) {
      const refused = byCertificate(request, shown, binding.certificate)
      if (refused !== undefined) return refused
    }
    if (binding?.jkt === undefined) {
      return scheme === undefined ? proven : refuse(shown, 'token_scheme_invalid', SENT_AS_DPOP)
    }
    if (scheme === undefined) return refuse(shown, 'token_scheme_invalid', SENT_AS_BEARER)
    const { jkt, tokenHash } = binding
    return byProof(request, shown, { jkt, tokenHash }, proven, budget)
  }
}
