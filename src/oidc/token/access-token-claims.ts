import type { Claims, Json } from '../../core/identity/identity.ts'
import type { BearerMethod } from '../../core/policy/policy.ts'
import type { Verification } from '../../core/provider/token-verifier.ts'
import type { Reason } from '../../core/reason/reason.ts'
import type { Provider } from '../../core/registration/provider.ts'
import { isNumericDate } from './numeric-date.ts'

/** A refusal of a token. */
export type Rejected = Extract<Verification, { kind: 'rejected' }>

/** Makes a refusal; the sentence never quotes the token. */
export const rejected = (reason: Reason, detail: string): Rejected => ({
  kind: 'rejected',
  reason,
  detail,
})

const MAX_SKEW_MS = 60_000

/** An `iat` further ahead than this is no matter of clocks. */
const MAX_ISSUED_AHEAD_MS = 300_000

/** The tolerated difference between the clocks: as configured, and never above a minute (R23). */
export const skewOf = (provider: Provider): number => Math.min(provider.clockSkewMs, MAX_SKEW_MS)

const isAbsentOrTime = (value: Json | undefined): value is number | undefined =>
  value === undefined || isNumericDate(value)

/**
 * The audiences of a token; `undefined` if the claim is absent or malformed (RFC 7519 section
 * 4.1.3).
 */
const audiencesOf = (claims: Claims, claim: string): readonly string[] | undefined => {
  const aud = Object.hasOwn(claims, claim) ? claims[claim] : undefined
  const list = Array.isArray(aud) ? aud : [aud]
  const texts = list.filter((one) => typeof one === 'string' && one !== '')
  return texts.length > 0 && texts.length === list.length ? texts.map(String) : undefined
}

const missing = (name: string): Rejected =>
  rejected('token_claims_invalid', `The ${name} claim is absent or malformed.`)

const checkExpiry = (exp: number, provider: Provider, nowMs: number): Rejected | undefined => {
  const skewMs = skewOf(provider)
  if (exp * 1000 + skewMs <= nowMs) return rejected('token_expired', 'The exp claim has passed.')
  const { maxTokenLifetimeMs } = provider
  if (maxTokenLifetimeMs !== undefined && exp * 1000 > nowMs + maxTokenLifetimeMs + skewMs) {
    return rejected('token_lifetime_too_long', 'The exp claim is beyond maxTokenLifetime.')
  }
  return undefined
}

/** Whether `nbf` and `iat` hold, if they are there. */
const checkBeginning = (
  { nbf, iat }: Claims,
  provider: Provider,
  nowMs: number,
): Rejected | undefined => {
  const skewMs = skewOf(provider)
  if (!isAbsentOrTime(nbf)) return missing('nbf')
  if (!isAbsentOrTime(iat)) return missing('iat')
  if (nbf !== undefined && nbf * 1000 - skewMs > nowMs) {
    return rejected('token_not_yet_valid', 'The nbf claim lies ahead.')
  }
  if (iat !== undefined && iat * 1000 - MAX_ISSUED_AHEAD_MS > nowMs) {
    return rejected('token_not_yet_valid', 'The iat claim lies ahead.')
  }
  return undefined
}

const checkTimes = (claims: Claims, provider: Provider, nowMs: number): Rejected | undefined => {
  if (!isNumericDate(claims.exp)) return missing('exp')
  const beginning = checkBeginning(claims, provider, nowMs)
  // A claim that is malformed is told before one that does not hold.
  if (beginning?.reason === 'token_claims_invalid') return beginning
  return checkExpiry(claims.exp, provider, nowMs) ?? beginning
}

/** Whether there is a subject; if not, the refusal. */
export const checkSubject = ({ sub }: Claims): Rejected | undefined =>
  typeof sub === 'string' && sub !== '' ? undefined : missing('sub')

/**
 * The validity of what a provider vouches for, which need not say when it ends (RFC 7662 section
 * 2.2), unless the provider is held to a longest life.
 */
export const checkTimesTold = (
  claims: Claims,
  provider: Provider,
  nowMs: number,
): Rejected | undefined =>
  claims.exp === undefined && provider.maxTokenLifetimeMs === undefined
    ? checkBeginning(claims, provider, nowMs)
    : checkTimes(claims, provider, nowMs)

/** Whether claims name one of the audiences required; if not, the refusal. */
export const checkAudience = (
  claims: Claims,
  { audiences: required, audienceClaim }: Pick<BearerMethod, 'audiences' | 'audienceClaim'>,
): Rejected | undefined => {
  const audiences = audiencesOf(claims, audienceClaim)
  if (audiences === undefined) return missing(audienceClaim)
  if (required.some((audience) => audiences.includes(audience))) return undefined
  return rejected(
    'token_audience_mismatch',
    `The ${audienceClaim} claim holds none of the audiences required.`,
  )
}

/**
 * What has to hold for a token each time it is used, whether or not its signature was checked
 * before: subject, audience and validity (RFC 9068 section 4, R23).
 */
export const checkClaims = (
  claims: Claims,
  method: BearerMethod,
  nowMs: number,
): Rejected | undefined => {
  const subject = checkSubject(claims)
  if (subject !== undefined) return subject
  const audience = checkAudience(claims, method)
  if (audience?.reason === 'token_claims_invalid') return audience
  return checkTimes(claims, method.provider, nowMs) ?? audience
}
