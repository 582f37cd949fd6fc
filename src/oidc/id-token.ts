import { hash } from 'node:crypto'
import type { Claims } from '../core/identity.ts'
import type { Client } from '../core/policy.ts'
import type { Budget, Clock } from '../core/ports.ts'
import { skewOf } from './access-token-claims.ts'
import { admittedAlgorithms } from './algorithms.ts'
import { readJwt, type UnverifiedJwt } from './jwt.ts'
import type { KeySet } from './keys.ts'
import type { Refreshed } from './refreshed.ts'
import { checkSignature } from './signature.ts'

/** What an ID token is checked against. */
export interface IdTokenExpectation {
  readonly client: Client
  readonly accessToken: string
  /**
   * Absent for a refresh, whose ID token need not carry one (OpenID Connect Core 1.0 section 12.2).
   */
  readonly nonce?: string
}

/** The claims of a good ID token, or what is wrong with it as a sentence. */
export type IdTokenCheck =
  | { readonly kind: 'valid'; readonly claims: Claims }
  | { readonly kind: 'invalid'; readonly detail: string }
  /**
   * Right in everything else, but signed with a key that the provider does not publish, or does not
   * yet.
   */
  | { readonly kind: 'unverifiable'; readonly detail: string; readonly claims: Claims }

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

const checkHeader = (jwt: UnverifiedJwt, client: Client): string | undefined => {
  if (jwt.hasCritical) return 'Its crit header names an unknown extension.'
  if (jwt.type !== undefined && jwt.type !== 'jwt') return 'Its typ header names another token.'
  const admitted = admittedAlgorithms(client.provider.signingAlgorithms)
  return admitted.includes(jwt.algorithm)
    ? undefined
    : 'Its alg header is not in signingAlgorithms.'
}

const checkParties = ({ claims }: UnverifiedJwt, client: Client): string | undefined => {
  const { iss, sub, aud, azp } = claims
  if (iss !== client.provider.issuer) return 'Its iss claim names another issuer.'
  if (typeof sub !== 'string' || sub === '') return 'Its sub claim is absent or malformed.'
  const audiences = Array.isArray(aud) ? aud : [aud]
  if (!audiences.includes(client.clientId)) return 'Its aud claim does not name the client.'
  if (audiences.length > 1 && azp === undefined) return 'It has several audiences and no azp claim.'
  const isOurs = azp === undefined || azp === client.clientId
  return isOurs ? undefined : 'Its azp claim names another client.'
}

const checkTimes = (jwt: UnverifiedJwt, skewMs: number, nowMs: number): string | undefined => {
  const { exp, iat, nbf } = jwt.claims
  if (typeof exp !== 'number') return 'Its exp claim is absent or malformed.'
  if (typeof iat !== 'number') return 'Its iat claim is absent or malformed.'
  if (exp * 1000 + skewMs <= nowMs) return 'Its exp claim has passed.'
  if (iat * 1000 - skewMs > nowMs) return 'Its iat claim lies ahead.'
  if (typeof nbf === 'number' && nbf * 1000 - skewMs > nowMs) return 'Its nbf claim lies ahead.'
  return undefined
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

const SIGNATURES = {
  unknown: 'It is signed with a key that the provider does not publish.',
  unfit: 'It is signed with a key of another algorithm.',
  invalid: 'Its signature is not valid.',
} as const

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
  const { client } = expected
  const jwt = readJwt(idToken)
  if (jwt === undefined) return invalid('It is not a JWT in compact form.')
  const refused =
    checkHeader(jwt, client) ??
    checkParties(jwt, client) ??
    checkTimes(jwt, skewOf(client.provider), clock.nowMs()) ??
    checkBinding(jwt, expected)
  if (refused !== undefined) return invalid(refused)
  const signature = await checkSignature(jwt, keys, budget)
  if (signature.kind === 'unknown') {
    return { kind: 'unverifiable', detail: SIGNATURES.unknown, claims: jwt.claims }
  }
  if (signature.kind !== 'valid') return invalid(SIGNATURES[signature.kind])
  return { kind: 'valid', claims: jwt.claims }
}
