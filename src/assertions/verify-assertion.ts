import { createPublicKey, type JsonWebKey, verify } from 'node:crypto'
import type { KeySet, PublicJwk } from '../core/assertion/key-set.ts'
import type { Claims } from '../core/identity/identity.ts'
import type { Clock } from '../core/time/clock.ts'

/** What verifying takes. */
export interface VerifyingDeps {
  /** `iss`: our own. */
  readonly issuer: string
  /** `aud`: whoever verifies. */
  readonly audience: string
  readonly keySet: () => KeySet
  readonly clock: Clock
}

/** An assertion of ours, or why it counts for nothing, as the end of a sentence. */
export type VerifiedAssertion =
  | { readonly kind: 'verified'; readonly claims: Claims }
  | { readonly kind: 'refused'; readonly why: string }

/** Longer ones are none of ours: a header of the gateway is shorter. */
const MAX_LENGTH = 64 * 1024

const COMPACT = /^(?<header>[\w-]+)\.(?<claims>[\w-]+)\.(?<signature>[\w-]+)$/

const refused = (why: string): VerifiedAssertion => ({ kind: 'refused', why })

const objectIn = (part: string | undefined): Claims | undefined => {
  try {
    const value: unknown = JSON.parse(Buffer.from(part ?? '', 'base64url').toString('utf8'))
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Claims)
      : undefined
  } catch {
    return undefined
  }
}

const isSigned = (jwk: PublicJwk, input: string, signature: string): boolean => {
  const key = createPublicKey({ key: { ...jwk } as JsonWebKey, format: 'jwk' })
  const [bytes, given] = [Buffer.from(input), Buffer.from(signature, 'base64url')]
  return jwk.alg === 'EdDSA'
    ? verify(null, bytes, key, given)
    : verify('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' }, given)
}

const wrongClaim = (claims: Claims, deps: VerifyingDeps): string | undefined => {
  const { iss, aud, sub, exp } = claims
  if (iss !== deps.issuer) return 'it names another issuer than assertions.issuer'
  if (aud !== deps.audience) return 'it is for another audience than adminApi.assertion.audience'
  if (typeof sub !== 'string' || sub === '') return 'it names nobody'
  return typeof exp === 'number' && exp * 1_000 > deps.clock.nowMs() ? undefined : 'it has expired'
}

/**
 * Verifies assertions of this installation by the keys that it signs with itself: nothing is
 * fetched. The key says which algorithm counts, never the assertion.
 */
export const verifyAssertion = (assertion: string, deps: VerifyingDeps): VerifiedAssertion => {
  const parts = assertion.length > MAX_LENGTH ? undefined : COMPACT.exec(assertion)?.groups
  const [header, claims] = [objectIn(parts?.header), objectIn(parts?.claims)]
  if (parts === undefined || header === undefined || claims === undefined) {
    return refused('it is no JWT')
  }
  const set = deps.keySet()
  if (set.kind === 'unused')
    return refused('no ProtectedRoute that is in force asks for assertions')
  if (set.kind === 'unavailable') return refused('the keys of assertions cannot be read right now')
  const key = set.keys.find(({ kid }) => kid === header.kid)
  if (key === undefined || key.alg !== header.alg || header.typ !== 'JWT') {
    return refused('it is not signed by a key of this installation')
  }
  if (!isSigned(key, `${parts.header}.${parts.claims}`, parts.signature ?? '')) {
    return refused('its signature is wrong')
  }
  const wrong = wrongClaim(claims, deps)
  return wrong === undefined ? { kind: 'verified', claims } : refused(wrong)
}
