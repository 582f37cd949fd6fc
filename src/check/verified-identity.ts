import type { Authentication, Unauthenticated } from '../core/identity/identity.ts'
import type { Verification } from '../core/provider/token-verifier.ts'
import type { Reason } from '../core/reason/reason.ts'

/** What a credential is that a verification is of. */
type Presented = 'bearer' | 'secret'

/** A credential that was presented and refused. */
export const refused = (presented: Presented, reason: Reason, detail: string): Unauthenticated => ({
  kind: 'unauthenticated',
  reason,
  presented,
  detail,
  clearCookies: [],
})

type Verified = Extract<Verification, { readonly kind: 'verified' }>

/** `accessToken`: one that does not reach the upstream by itself. */
const authenticated = (
  via: string,
  { issuer, subject, claims, scopes, bearer, accessToken: given, binding }: Verified,
  moved: string | undefined,
): Authentication => {
  const { exp } = claims
  const expiresAtMs = typeof exp === 'number' ? exp * 1_000 : Number.POSITIVE_INFINITY
  const plain = { via, bearer, issuer, subject, claims, scopes, expiresAtMs } as const
  const whom = binding?.jkt === undefined ? plain : ({ ...plain, scheme: 'DPoP' } as const)
  const accessToken = given ?? moved
  const identity = accessToken === undefined ? whom : { ...whom, accessToken }
  return { kind: 'authenticated', identity }
}

/**
 * What verifications by one way come to, each made once: one that the verifier remembers is the
 * same object, and the same identity, at every check.
 */
export const createVerified = (via: string, presented: Presented) => {
  const staying = new WeakMap<Verified, Authentication>()
  const moving = new WeakMap<Verified, Authentication>()
  return (verification: Verification, moved: string | undefined): Authentication => {
    if (verification.kind === 'rejected') {
      const { reason, detail, retryAfterSeconds } = verification
      const plain = refused(presented, reason, detail)
      return retryAfterSeconds === undefined ? plain : { ...plain, retryAfterSeconds }
    }
    const known = moved === undefined ? staying : moving
    const before = known.get(verification)
    if (before !== undefined) return before
    const made = authenticated(via, verification, moved)
    known.set(verification, made)
    return made
  }
}
