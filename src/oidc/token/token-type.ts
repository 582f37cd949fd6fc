import type { UnverifiedJwt } from './jwt.ts'

/**
 * Claims that only an ID token has: they bind it to a login (OpenID Connect Core 1.0 sections 2 and
 * 3.3.2.11).
 */
const ID_TOKEN_CLAIMS = ['nonce', 'at_hash', 'c_hash', 's_hash'] as const

const isSelfAddressed = ({ claims }: UnverifiedJwt): boolean => {
  const { aud, azp } = claims
  const only = Array.isArray(aud) && aud.length === 1 ? aud[0] : aud
  return azp !== undefined && only === azp && claims.scope === undefined && claims.scp === undefined
}

const looksLikeIdToken = (jwt: UnverifiedJwt): boolean =>
  ID_TOKEN_CLAIMS.some((claim) => jwt.claims[claim] !== undefined) || isSelfAddressed(jwt)

const declaredOtherwise = ({ claims }: UnverifiedJwt): boolean =>
  (claims.typ !== undefined && claims.typ !== 'Bearer') ||
  (claims.token_use !== undefined && claims.token_use !== 'access')

/**
 * A bearer of a sender-constrained token has to prove more than we check (RFC 9449 section 6, RFC
 * 8705 section 3).
 */
const isBound = ({ claims }: UnverifiedJwt): boolean => claims.cnf !== undefined

/**
 * Why a JWT is no bearer access token, as a sentence; `undefined` if it is one (R23, RFC 8725
 * section 3.11).
 *
 * `typ: at+jwt` says it (RFC 9068). `JWT` and no `typ` say nothing, so the claims are asked: what
 * the provider itself declares (`typ` of Keycloak: `Bearer`, not `ID`, `Refresh`, `Logout`;
 * `token_use` of Cognito: `access`, not `id`), then what only an ID token has: `nonce` or one of
 * the hashes, or an audience that is the very client it was issued to while it grants no scope. A
 * token that declares `Bearer` may carry `nonce`, as older Keycloaks do. A logout token has
 * `events`. Every other `typ` is another kind of JWT.
 */
export const whyNotAccessToken = (jwt: UnverifiedJwt): string | undefined => {
  const { type, claims } = jwt
  if (isBound(jwt)) return 'The token is bound to a key, and possession of that key is not proven.'
  if (type === 'at+jwt') return undefined
  if (type !== undefined && type !== 'jwt') return 'The typ header names another kind of token.'
  if (claims.events !== undefined) return 'The token is a security event or logout token.'
  if (declaredOtherwise(jwt)) return 'The provider declares the token to be no access token.'
  const isDeclared = claims.typ === 'Bearer' || claims.token_use === 'access'
  return isDeclared || !looksLikeIdToken(jwt) ? undefined : 'The token is an ID token.'
}
