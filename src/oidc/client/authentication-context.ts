import type { AskedAuthentication } from '../../core/identity/asked-authentication.ts'
import type { Claims, Json } from '../../core/identity/identity.ts'
import { type AskedContext, askedContextOf } from '../../core/provider/asked-context.ts'
import type { LoginState } from '../../core/provider/login-state.ts'
import type { Client } from '../../core/registration/client.ts'
import { isNumericDate } from '../token/numeric-date.ts'

/** What a login asked of the authentication, and when. */
export interface ExpectedContext extends AskedContext {
  readonly askedAtMs: number
}

/**
 * What the ID token of a login has to answer. The contexts that raise a session are asked for in
 * place of the client's, and held to by whoever raises it.
 */
export const expectedContextOf = (client: Client, login: LoginState): ExpectedContext => {
  const { acrValues, ...rest } = askedContextOf(client, login.asked)
  const isInForce = acrValues !== undefined && login.stepUp?.acrValues === undefined
  return { ...rest, ...(isInForce ? { acrValues } : {}), askedAtMs: login.createdAtMs }
}

const listed = (text: string | undefined): readonly string[] =>
  (text ?? '').split(' ').filter((one) => one !== '')

/** The same, for a page that says it. */
export const askedOf = ({ acrValues, maxAge }: ExpectedContext): AskedAuthentication => ({
  ...(acrValues === undefined ? {} : { acrValues: listed(acrValues) }),
  ...(maxAge === undefined ? {} : { maxAgeMs: Number(maxAge) * 1_000 }),
})

const isOneOf = (acr: Json | undefined, values: readonly string[]): boolean =>
  typeof acr === 'string' && values.includes(acr)

const checkAge = (
  authTime: Json | undefined,
  { maxAge, askedAtMs }: ExpectedContext,
  skewMs: number,
  nowMs: number,
): string | undefined => {
  if (maxAge === undefined) return undefined
  if (authTime === undefined) return 'Its auth_time claim is absent, and max_age was asked for.'
  if (!isNumericDate(authTime)) return 'Its auth_time claim is malformed.'
  const authenticatedAtMs = authTime * 1000
  if (authenticatedAtMs - skewMs > nowMs) return 'Its auth_time claim lies ahead.'
  const isForThisLogin = authenticatedAtMs + skewMs >= askedAtMs
  // In whole seconds, as providers count and `auth_time` says: they ask nobody again before.
  const secondMs = Math.floor(nowMs / 1000) * 1000
  const isRecent = authenticatedAtMs + Number(maxAge) * 1000 + skewMs >= secondMs
  return isForThisLogin || isRecent
    ? undefined
    : `Its auth_time claim lies further back than the max_age of ${Number(maxAge)} s that was asked for.`
}

/**
 * OpenID Connect Core 1.0 section 3.1.3.7, points 12 and 13: whoever takes `max_age` or
 * `acr_values` off the request on its way does not get a session. An authentication for this very
 * login is never too old, however long the end-user took for the rest.
 */
export const checkAskedContext = (
  claims: Claims,
  expected: ExpectedContext,
  skewMs: number,
  nowMs: number,
): string | undefined => {
  const values = listed(expected.acrValues)
  if (values.length > 0 && !isOneOf(claims.acr, values)) {
    const what = claims.acr === undefined ? 'is absent' : 'is another'
    return `Its acr claim ${what}, and acr_values was asked for.`
  }
  return checkAge(claims.auth_time, expected, skewMs, nowMs)
}

const asks = (client: Client, name: string): boolean =>
  Object.hasOwn(client.authorizationParameters, name) || client.forwardParameters.includes(name)

/**
 * Why the claims of a refresh are not those of the same authentication (section 12.2), for a client
 * that asks for one: another `auth_time`, or an `acr` that is neither the former nor asked for. A
 * login that said neither, because that one asked for nothing, has nothing to differ from.
 */
export const whyOtherAuthentication = (
  client: Client,
  claims: Claims,
  old: Claims,
): string | undefined => {
  const { auth_time: authTime, acr } = claims
  const isOther = old.auth_time !== undefined && authTime !== old.auth_time
  if (asks(client, 'max_age') && authTime !== undefined && isOther) {
    return 'The auth_time claim of the new ID token is not that of the login.'
  }
  if (!asks(client, 'acr_values') || acr === undefined || acr === old.acr) return undefined
  const values = client.authorizationParameters.acr_values
  const isUnasked = values === undefined && old.acr === undefined
  return isUnasked || isOneOf(acr, listed(values))
    ? undefined
    : 'The acr claim of the new ID token is neither that of the login nor asked for.'
}

/**
 * The claims of a refresh, with the authentication that they are of: that of the login (section
 * 12.2). What the new ID token leaves out of it stays, and it never becomes newer.
 */
export const withSameAuthentication = (claims: Claims, old: Claims): Claims => {
  const { acr = old.acr, auth_time: authTime } = claims
  const former = old.auth_time
  const isNewer = isNumericDate(authTime) && isNumericDate(former) && authTime > former
  const time = authTime === undefined || isNewer ? former : authTime
  return {
    ...claims,
    ...(acr === undefined ? {} : { acr }),
    ...(time === undefined ? {} : { auth_time: time }),
  }
}
