import { claimNamesIn } from './elsewhere.ts'
import type { Claims } from './identity.ts'

/** Claims about a token or about the login, not about the end-user: only the ID token says them. */
const OF_THE_LOGIN: ReadonlySet<string> = new Set([
  'iss',
  'sub',
  'aud',
  'azp',
  'exp',
  'iat',
  'nbf',
  'jti',
  'nonce',
  'sid',
  'acr',
  'amr',
  'auth_time',
  'at_hash',
  'c_hash',
  's_hash',
])

/** Claims about an access token, not about the end-user. */
const OF_THE_TOKEN: ReadonlySet<string> = new Set([
  ...OF_THE_LOGIN,
  'client_id',
  'cnf',
  'events',
  'token_use',
  'typ',
])

/** Claims that the provider says by itself, or nobody does. */
const OF_THE_PROVIDER: ReadonlySet<string> = new Set([
  ...OF_THE_TOKEN,
  'act',
  'may_act',
  'scope',
  'scp',
  '_claim_names',
  '_claim_sources',
])

const without = (claims: Claims, names: ReadonlySet<string>): Claims =>
  Object.fromEntries(Object.entries(claims).filter(([name]) => !names.has(name)))

/** Where the claims of a session come from. */
export interface ClaimOrigins {
  /** Of the validated ID token. */
  readonly claims: Claims
  /** Of the verified access token, where the client wants them. */
  readonly accessTokenClaims?: Claims
  /** What the userinfo endpoint said, where the client asks it. */
  readonly userinfo?: Claims
  /** What claim sources said that those refer to. */
  readonly sourcedClaims?: Claims
}

/** Which claims are elsewhere, whichever document says so: one takes no other's word back. */
const allNamesIn = (documents: readonly Claims[]): Claims => {
  if (documents.every(({ _claim_names: names }) => names === undefined)) return {}
  const names = documents.flatMap((one) => Object.entries(claimNamesIn(one)))
  return { _claim_names: Object.fromEntries(names) }
}

/**
 * Whether a claim source may say a claim, given what the provider says itself: it adds, about the
 * end-user alone, and never replaces.
 */
export const mayAdd = (own: Claims, name: string): boolean =>
  !OF_THE_PROVIDER.has(name) && (!Object.hasOwn(own, name) || own[name] === null)

/** Claims with what claim sources add to them. */
export const withSourced = (own: Claims, sourced: Claims): Claims => ({
  ...own,
  ...Object.fromEntries(Object.entries(sourced).filter(([name]) => mayAdd(own, name))),
})

/**
 * The claims of a session: those of the ID token, with what the access token adds to them or says
 * anew, and over both what the userinfo endpoint says. What speaks of the login is the ID token's
 * alone. What claim sources say comes after all of them.
 */
export const sessionClaims = (origins: ClaimOrigins): Claims => {
  const { claims, accessTokenClaims = {}, userinfo = {}, sourcedClaims } = origins
  if (origins.accessTokenClaims === undefined && origins.userinfo === undefined) {
    return sourcedClaims === undefined ? claims : withSourced(claims, sourcedClaims)
  }
  const own = {
    ...claims,
    ...without(accessTokenClaims, OF_THE_TOKEN),
    ...without(userinfo, OF_THE_LOGIN),
    ...allNamesIn([claims, accessTokenClaims, userinfo]),
  }
  return sourcedClaims === undefined ? own : withSourced(own, sourcedClaims)
}
