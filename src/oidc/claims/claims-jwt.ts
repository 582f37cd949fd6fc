import type { Claims, Json } from '../../core/identity/identity.ts'
import type { ToldClaims } from '../../core/provider/claim-sources.ts'
import type { ClaimSource } from '../../core/registration/provider.ts'
import { trimBlanksAndLineEnds } from '../../core/request/trim-blanks.ts'
import { admittedAlgorithms } from '../provider/algorithms.ts'
import { skewOf } from '../token/access-token-claims.ts'
import { isEncrypted } from '../token/encrypted-token.ts'
import { isAccessTokenIssuer } from '../token/issuers.ts'
import { readJwt, type UnverifiedJwt } from '../token/jwt.ts'
import { isNumericDate } from '../token/numeric-date.ts'
import { audiencesOf } from '../token/provider-jwt.ts'

/** A JWT that says claims in the place of a provider, or what is wrong with it. */
export type ClaimsJwt =
  /** All is right but its signature, which is not looked at yet. */
  | { readonly kind: 'unverified'; readonly jwt: UnverifiedJwt }
  /** `why` completes a sentence that begins with the JWT; without its full stop. */
  | { readonly kind: 'refused'; readonly why: string }

const isAbsentOrDate = (value: Json | undefined): value is number | undefined =>
  value === undefined || isNumericDate(value)

/** None of the three has to be there; what is there has to hold. */
const complaintAboutTimes = (
  { exp, nbf, iat }: Claims,
  skewMs: number,
  nowMs: number,
): string | undefined => {
  if (!isAbsentOrDate(exp)) return 'has an exp claim that is malformed'
  if (!isAbsentOrDate(nbf)) return 'has an nbf claim that is malformed'
  if (!isAbsentOrDate(iat)) return 'has an iat claim that is malformed'
  if (exp !== undefined && exp * 1_000 + skewMs <= nowMs) return 'has expired'
  if (nbf !== undefined && nbf * 1_000 - skewMs > nowMs) return 'is not valid yet, by its nbf claim'
  return iat !== undefined && iat * 1_000 - skewMs > nowMs
    ? 'was issued in the future, by its iat claim'
    : undefined
}

/**
 * A claims provider has names of its own for people, which say nothing here (OpenID Connect Core
 * 1.0 section 5.6.2). Only a JWT that is issued in the provider's own name calls them as it does.
 */
const isAboutAnother = (claims: Claims, { provider, subject }: ToldClaims): boolean =>
  claims.sub !== undefined && claims.sub !== subject && isAccessTokenIssuer(provider, claims)

const complaintAbout = (
  jwt: UnverifiedJwt,
  { provider: signer }: ClaimSource,
  about: ToldClaims,
  nowMs: number,
): string | undefined => {
  const { claims } = jwt
  if (jwt.hasCritical) return 'has a crit header with an unknown extension'
  if (jwt.type !== undefined && jwt.type !== 'jwt') return 'is another kind of token, by its typ'
  if (claims.events !== undefined) return 'is a security event or logout token'
  if (!admittedAlgorithms(signer.signingAlgorithms).includes(jwt.algorithm)) {
    return 'has an alg header that is not in signingAlgorithms'
  }
  if (claims.iss !== signer.issuer) return 'comes from another issuer'
  const isForUs =
    claims.aud === undefined ||
    audiencesOf(jwt).some((one) => typeof one === 'string' && about.audiences.includes(one))
  if (!isForUs) return 'is for another audience'
  if (isAboutAnother(claims, about)) return 'is about somebody else'
  return complaintAboutTimes(claims, skewOf(signer), nowMs)
}

/** Reads what a claim source says of somebody, and checks all of it but the signature. */
export const readClaimsJwt = (
  text: string,
  source: ClaimSource,
  about: ToldClaims,
  nowMs: number,
): ClaimsJwt => {
  const compact = trimBlanksAndLineEnds(text)
  if (isEncrypted(compact)) {
    return { kind: 'refused', why: 'is encrypted: have it signed alone' }
  }
  const jwt = readJwt(compact)
  if (jwt === undefined) return { kind: 'refused', why: 'is no JWT in compact form' }
  const why = complaintAbout(jwt, source, about, nowMs)
  return why === undefined ? { kind: 'unverified', jwt } : { kind: 'refused', why }
}
