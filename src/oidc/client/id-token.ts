import { hash } from 'node:crypto'
import type { Claims } from '../../core/identity/identity.ts'
import type { Client } from '../../core/registration/client.ts'
import type { Budget } from '../../core/time/budget.ts'
import type { Clock } from '../../core/time/clock.ts'
import type { KeySet } from '../provider/keys.ts'
import type { Refreshed } from '../provider/refreshed.ts'
import { skewOf } from '../token/access-token-claims.ts'
import { readJwt, type UnverifiedJwt } from '../token/jwt.ts'
import { checkHeader, checkIdTokenParties, checkSigned, checkTimes } from '../token/provider-jwt.ts'
import { checkFreshSignature } from '../token/signature.ts'
import { checkAskedContext, type ExpectedContext } from './authentication-context.ts'

/** What an ID token is checked against. */
export interface IdTokenExpectation {
  readonly client: Client
  readonly accessToken: string
  /**
   * Absent for a refresh, whose ID token need not carry one (OpenID Connect Core 1.0 section 12.2).
   */
  readonly nonce?: string
  /** Absent for a refresh: it is no authentication. */
  readonly context?: ExpectedContext
}

/** The claims of a good ID token, or what is wrong with it as a sentence. */
export type IdTokenCheck =
  | { readonly kind: 'valid'; readonly claims: Claims }
  | { readonly kind: 'invalid'; readonly detail: string }
  /** Right in everything else, but of another authentication than was asked for. */
  | { readonly kind: 'other_context'; readonly detail: string; readonly claims: Claims }
  /**
   * Right in everything else, but signed with a key that the provider does not publish, or does not
   * yet.
   */
  | { readonly kind: 'unverifiable'; readonly detail: string; readonly claims: Claims }

/** What the `typ` header may say, if anything. */
const TYPES = ['jwt']

const DIGESTS: Readonly<Record<string, string>> = {
  '256': 'sha256',
  '384': 'sha384',
  '512': 'sha512',
}

/**
 * The left half of the hash that belongs to the algorithm (OpenID Connect Core 1.0 section
 * 3.1.3.6).
 */
const accessTokenHash = (accessToken: string, algorithm: string): string => {
  const digest = hash(DIGESTS[algorithm.slice(2)] ?? 'sha512', accessToken, 'buffer')
  return digest.subarray(0, digest.length / 2).toString('base64url')
}

const checkBinding = (jwt: UnverifiedJwt, expected: IdTokenExpectation): string | undefined => {
  const { nonce, at_hash: accessHash } = jwt.claims
  if (expected.nonce !== undefined && nonce !== expected.nonce) {
    return 'Its nonce claim belongs to another login.'
  }
  if (accessHash === undefined) return undefined
  const isOfToken = accessHash === accessTokenHash(expected.accessToken, jwt.algorithm)
  return isOfToken ? undefined : 'Its at_hash claim belongs to another access token.'
}

const invalid = (detail: string): IdTokenCheck => ({ kind: 'invalid', detail })

/**
 * Every check of OpenID Connect Core 1.0 section 3.1.3.7 (R22, R23), the signature included
 * although the token came over TLS: a provider behind a careless proxy is worth one verification
 * per login.
 * @throws Fault if the provider's keys were never fetched and cannot be.
 */
export const checkIdToken = async (
  idToken: string,
  expected: IdTokenExpectation,
  keys: Refreshed<KeySet>,
  clock: Clock,
  budget: Budget,
): Promise<IdTokenCheck> => {
  const { client, context } = expected
  const skewMs = skewOf(client.provider)
  const jwt = readJwt(idToken)
  if (jwt === undefined) return invalid('It is not a JWT in compact form.')
  const refused =
    checkHeader(jwt, client, TYPES) ??
    checkIdTokenParties(jwt, client) ??
    checkTimes(jwt, skewMs, clock.nowMs()) ??
    checkBinding(jwt, expected)
  if (refused !== undefined) return invalid(refused)
  const { claims } = jwt
  const signed = await checkSigned(jwt, keys, budget, checkFreshSignature)
  if (signed.kind === 'unknown') return { kind: 'unverifiable', detail: signed.detail, claims }
  if (signed.kind !== 'valid') return invalid(signed.detail)
  const other = context && checkAskedContext(claims, context, skewMs, clock.nowMs())
  return other === undefined
    ? { kind: 'valid', claims }
    : { kind: 'other_context', detail: other, claims }
}
