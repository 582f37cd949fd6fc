import type { Json } from '../../core/identity/identity.ts'
import type { LogoutTokenCheck } from '../../core/provider/relying-party.ts'
import type { Client } from '../../core/registration/client.ts'
import type { Budget } from '../../core/time/budget.ts'
import type { Clock } from '../../core/time/clock.ts'
import type { KeySet } from '../provider/keys.ts'
import type { Refreshed } from '../provider/refreshed.ts'
import { skewOf } from '../token/access-token-claims.ts'
import { isIssuer, whyOtherIssuer } from '../token/issuers.ts'
import { readJwt, type UnverifiedJwt } from '../token/jwt.ts'
import {
  audiencesOf,
  checkHeader,
  checkSigned,
  checkTimesIfExpiring,
} from '../token/provider-jwt.ts'

/** Explicit typing (Back-Channel Logout 1.0 section 2.4), and what older providers write. */
const TYPES = ['logout+jwt', 'jwt']

/** The member of `events` that makes a JWT a logout token. */
const EVENT = 'http://schemas.openid.net/event/backchannel-logout'

/**
 * However late it may expire, and where it has no `exp`, as those of drafts until 2022: a provider
 * has told us by then, or has to make a new one.
 */
const MAX_AGE_MS = 10 * 60_000

const MAX_NAME = 1_024

const isName = (value: Json | undefined): value is string =>
  typeof value === 'string' && value !== '' && value.length <= MAX_NAME

const isNameOrAbsent = (value: Json | undefined): value is string | undefined =>
  value === undefined || isName(value)

const isObject = (value: Json | undefined): value is { readonly [name: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const checkParties = (jwt: UnverifiedJwt, client: Client): string | undefined => {
  if (!isIssuer(client.provider, jwt.claims)) return whyOtherIssuer(client.provider, jwt.claims)
  const isForUs = audiencesOf(jwt).includes(client.clientId)
  return isForUs ? undefined : 'Its aud claim does not name the client.'
}

const checkAge = (jwt: UnverifiedJwt, skewMs: number, nowMs: number): string | undefined =>
  Number(jwt.claims.iat) * 1000 + MAX_AGE_MS + skewMs <= nowMs
    ? 'Its iat claim lies too far back.'
    : undefined

const checkContent = ({ claims }: UnverifiedJwt): string | undefined => {
  const { events, jti, sub, sid } = claims
  if (Object.hasOwn(claims, 'nonce')) return 'It has a nonce claim, as an ID token has.'
  const event = isObject(events) && Object.hasOwn(events, EVENT) ? events[EVENT] : undefined
  if (!isObject(event)) return 'Its events claim does not say that it is a logout token.'
  if (!isName(jti)) return 'Its jti claim is absent or malformed.'
  if (!isNameOrAbsent(sub)) return 'Its sub claim is malformed.'
  if (!isNameOrAbsent(sid)) return 'Its sid claim is malformed.'
  return sub === undefined && sid === undefined
    ? 'It has neither a sub nor a sid claim.'
    : undefined
}

const named = (claims: UnverifiedJwt['claims'], name: 'sub' | 'sid'): string | undefined => {
  const value = claims[name]
  return typeof value === 'string' ? value : undefined
}

const valid = ({ claims }: UnverifiedJwt, skewMs: number): LogoutTokenCheck => {
  const subject = named(claims, 'sub')
  const sid = named(claims, 'sid')
  const oldestMs = Number(claims.iat) * 1000 + MAX_AGE_MS
  const lastMs = claims.exp === undefined ? oldestMs : Math.min(Number(claims.exp) * 1000, oldestMs)
  return {
    kind: 'valid',
    issuer: String(claims.iss),
    id: String(claims.jti),
    acceptedUntilMs: Math.ceil(lastMs + skewMs),
    ...(subject === undefined ? {} : { subject }),
    ...(sid === undefined ? {} : { sid }),
  }
}

const invalid = (detail: string): LogoutTokenCheck => ({ kind: 'invalid', detail })

/**
 * Every check of OpenID Connect Back-Channel Logout 1.0 section 2.6 but the last: whether the token
 * was used before is for the replay guard. The algorithms are those of ID tokens.
 * @throws Fault if the provider's keys were never fetched and cannot be.
 */
export const checkLogoutToken = async (
  logoutToken: string,
  client: Client,
  keys: Refreshed<KeySet>,
  clock: Clock,
  budget: Budget,
): Promise<LogoutTokenCheck> => {
  const jwt = readJwt(logoutToken)
  if (jwt === undefined) return invalid('It is not a JWT in compact form.')
  const skewMs = skewOf(client.provider)
  const nowMs = clock.nowMs()
  const refused =
    checkHeader(jwt, client, TYPES) ??
    checkParties(jwt, client) ??
    checkTimesIfExpiring(jwt, skewMs, nowMs) ??
    checkAge(jwt, skewMs, nowMs) ??
    checkContent(jwt)
  if (refused !== undefined) return invalid(refused)
  const signed = await checkSigned(jwt, keys, budget)
  return signed.kind === 'valid' ? valid(jwt, skewMs) : invalid(signed.detail)
}
