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

/** The claims of an ID token, with what the userinfo endpoint adds to them or says anew. */
export const withUserinfo = (idToken: Claims, userinfo: Claims | undefined): Claims => {
  if (userinfo === undefined) return idToken
  const added = Object.entries(userinfo).filter(([name]) => !OF_THE_LOGIN.has(name))
  return { ...idToken, ...Object.fromEntries(added) }
}
