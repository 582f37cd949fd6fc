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

const without = (claims: Claims, names: ReadonlySet<string>): Claims =>
  Object.fromEntries(Object.entries(claims).filter(([name]) => !names.has(name)))

/** Where the claims of a session come from. */
export interface ClaimSources {
  /** Of the validated ID token. */
  readonly claims: Claims
  /** Of the verified access token, where the client wants them. */
  readonly accessTokenClaims?: Claims
  /** What the userinfo endpoint said, where the client asks it. */
  readonly userinfo?: Claims
}

/**
 * The claims of a session: those of the ID token, with what the access token adds to them or says
 * anew, and over both what the userinfo endpoint says. What speaks of the login is the ID token's
 * alone.
 */
export const sessionClaims = ({ claims, accessTokenClaims, userinfo }: ClaimSources): Claims => {
  if (accessTokenClaims === undefined && userinfo === undefined) return claims
  return {
    ...claims,
    ...without(accessTokenClaims ?? {}, OF_THE_TOKEN),
    ...without(userinfo ?? {}, OF_THE_LOGIN),
  }
}
