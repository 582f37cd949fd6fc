import type { BearerMethod } from '../../core/policy/policy.ts'
import type { UnverifiedJwt } from './jwt.ts'

/** Claims that only an ID token has (OpenID Connect Core 1.0 sections 2 and 3.3.2.11). */
const HASHES = ['at_hash', 'c_hash', 's_hash'] as const

type Claimed = Pick<UnverifiedJwt, 'claims'>

const isSelfAddressed = ({ claims }: Claimed): boolean => {
  const { aud, azp } = claims
  const only = Array.isArray(aud) && aud.length === 1 ? aud[0] : aud
  return azp !== undefined && only === azp && claims.scope === undefined && claims.scp === undefined
}

/** Whether the client that it was issued to is known, and is none of those that it is for. */
const isForSomebodyElse = ({ claims }: Claimed): boolean => {
  const { aud, azp, client_id: clientId } = claims
  const issuedTo = azp ?? clientId
  const audiences = Array.isArray(aud) ? aud : [aud]
  return issuedTo !== undefined && !audiences.includes(issuedTo)
}

const looksLikeIdToken = (jwt: Claimed): boolean =>
  HASHES.some((claim) => jwt.claims[claim] !== undefined) ||
  (jwt.claims.nonce !== undefined && !isForSomebodyElse(jwt)) ||
  isSelfAddressed(jwt)

const namesKey = ({ claims: { cnf } }: Claimed): boolean =>
  typeof cnf === 'object' && cnf !== null && Object.hasOwn(cnf, 'jkt')

/** What Keycloak says of an access token; `DPoP` is a promise that a key has to stand for. */
const isDeclaredAccess = (jwt: Claimed): boolean => {
  const { typ } = jwt.claims
  return typ === 'Bearer' || (typ === 'DPoP' && namesKey(jwt))
}

const declaredOtherwise = (jwt: Claimed): boolean => {
  const { typ, token_use: use } = jwt.claims
  return (typ !== undefined && !isDeclaredAccess(jwt)) || (use !== undefined && use !== 'access')
}

/**
 * A bearer of a sender-constrained token has to prove more than that they have it (RFC 9449 section
 * 6, RFC 8705 section 3).
 */
const isBound = ({ claims }: Claimed): boolean => claims.cnf !== undefined

/** What a JWT is as a bearer, or why it is none, as a sentence. */
export type BearerKind =
  | { readonly kind: 'access_token' | 'id_token' }
  | { readonly kind: 'neither'; readonly why: string }

const neither = (why: string): BearerKind => ({ kind: 'neither', why })

/**
 * Which kind of token a JWT is (R23, RFC 8725 section 3.11).
 *
 * `typ: at+jwt` says it (RFC 9068). `JWT` and no `typ` say nothing, so the claims are asked: what
 * the provider itself declares (`typ` of Keycloak: `Bearer`, or `DPoP` where it is bound to a key,
 * not `ID`, `Refresh`, `Logout`; `token_use` of Cognito: `access`, not `id`), then what only an ID
 * token has: one of the hashes, a `nonce` where it is for the client that it was issued to, or that
 * client as its only audience while it grants no scope. A token that declares `Bearer` may carry
 * `nonce`, as older Keycloaks do. A logout token has `events`. Every other `typ` is another kind of
 * JWT.
 */
export const kindOf = (jwt: Pick<UnverifiedJwt, 'type' | 'claims'>): BearerKind => {
  const { type, claims } = jwt
  if (type === 'at+jwt') return { kind: 'access_token' }
  if (type !== undefined && type !== 'jwt') {
    return neither('The typ header names another kind of token.')
  }
  if (claims.events !== undefined) return neither('The token is a security event or logout token.')
  if (claims.typ === 'ID' || claims.token_use === 'id') return { kind: 'id_token' }
  if (declaredOtherwise(jwt))
    return neither('The provider declares the token to be no access token.')
  const isDeclared = isDeclaredAccess(jwt) || claims.token_use === 'access'
  return isDeclared || !looksLikeIdToken(jwt) ? { kind: 'access_token' } : { kind: 'id_token' }
}

/** The same where nobody asks its bearer for a proof: then one that is bound is none. */
export const bearerKindOf = (jwt: Pick<UnverifiedJwt, 'type' | 'claims'>): BearerKind =>
  isBound(jwt)
    ? neither('The token is bound to a key, and possession of that key is not proven.')
    : kindOf(jwt)

/** The same of a JWT that is accepted as a bearer. */
export const bearerOf = (jwt: UnverifiedJwt): 'access_token' | 'id_token' =>
  kindOf(jwt).kind === 'id_token' ? 'id_token' : 'access_token'

const UNACCEPTED = {
  id_token: 'The token is an ID token.',
  access_token: 'The token is an access token, and `accept` of the rule takes ID tokens alone.',
} as const

/**
 * Why a JWT is no bearer that a method accepts, as a sentence; `undefined` if it is one, who may
 * have to prove what binds it.
 */
export const whyNotAccepted = (
  jwt: UnverifiedJwt,
  { accepts }: Pick<BearerMethod, 'accepts'>,
): string | undefined => {
  const found = kindOf(jwt)
  if (found.kind === 'neither') return found.why
  return accepts.includes(found.kind) ? undefined : UNACCEPTED[found.kind]
}
