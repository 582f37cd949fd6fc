import type { Claims, Json } from '../../core/identity/identity.ts'
import type { Verification } from '../../core/provider/token-verifier.ts'
import type { Provider } from '../../core/registration/provider.ts'
import { checkSubject, checkTimesTold, rejected } from '../token/access-token-claims.ts'
import { isAccessTokenIssuer, whyOtherIssuer } from '../token/issuers.ts'
import type { UnverifiedJwt } from '../token/jwt.ts'
import { scopesOf } from '../token/scopes.ts'
import { bearerKindOf } from '../token/token-type.ts'

/** What `token_type` may say of an access token (RFC 6749 section 7.1, RFC 8693 section 3). */
const ACCESS_TOKEN_TYPES: ReadonlySet<string> = new Set([
  'bearer',
  'access_token',
  'urn:ietf:params:oauth:token-type:access_token',
])

/** What `typ` may say of one. */
const ACCESS_TOKEN_TYPS: ReadonlySet<string> = new Set(['bearer', 'at+jwt', 'jwt'])

/** What `token_use` may say of one: Amazon Cognito, Ory Hydra. */
const ACCESS_TOKEN_USES: ReadonlySet<string> = new Set(['access', 'access_token'])

const isAmong = (value: Json | undefined, known: ReadonlySet<string>): boolean =>
  value === undefined || (typeof value === 'string' && known.has(value.toLowerCase()))

/** The claims in the words that tokens themselves use. */
const asInTokens = ({ typ, token_use: use, ...claims }: Claims): Claims => ({
  ...claims,
  ...(typ === undefined ? {} : { typ: 'Bearer' }),
  ...(use === undefined ? {} : { token_use: 'access' }),
})

/**
 * Why what an active answer is about is no access token that a bearer may use, as a sentence: an ID
 * token and a refresh token are active as well.
 */
const whyNoAccessToken = (answer: Claims): string | undefined => {
  const { token_type: type, typ, token_use: use } = answer
  if (!isAmong(type, ACCESS_TOKEN_TYPES)) {
    return 'The provider says by token_type that it is no bearer access token.'
  }
  if (!isAmong(typ, ACCESS_TOKEN_TYPS)) {
    return 'The provider says by typ that it is no access token.'
  }
  if (!isAmong(use, ACCESS_TOKEN_USES)) {
    return 'The provider says by token_use that it is no access token.'
  }
  const kind = bearerKindOf({ claims: asInTokens(answer) })
  if (kind.kind === 'neither') return kind.why
  return kind.kind === 'id_token' ? 'What the provider says of it fits an ID token.' : undefined
}

const AGREEING = ['iss', 'sub', 'jti'] as const

/**
 * The claim by which an answer is about another token than the JWT that was asked about; absent:
 * none, as far as that can be seen.
 */
export const otherTokenBy = (answer: Claims, jwt: UnverifiedJwt): string | undefined =>
  AGREEING.find((name) => {
    const told = answer[name]
    const carried = jwt.claims[name]
    return told !== undefined && carried !== undefined && told !== carried
  })

/** An issuer that vouches without naming itself is the one that was asked, if it is only one. */
const issuerOf = (answer: Claims, provider: Provider): string | undefined => {
  if (answer.iss === undefined) {
    return provider.tenants === undefined ? provider.issuer : undefined
  }
  return isAccessTokenIssuer(provider, answer) ? String(answer.iss) : undefined
}

/**
 * What an active answer comes to (RFC 7662 section 2.2): which token it is, who issued it, about
 * whom, and whether its times hold. Audiences are for each rule to compare. A subject is needed:
 * `client_id` and `username` name somebody else than `sub` does, and are not taken in its place.
 */
export const readIntrospection = (
  answer: Claims,
  provider: Provider,
  nowMs: number,
): Verification => {
  const why = whyNoAccessToken(answer)
  if (why !== undefined) return rejected('token_type_invalid', why)
  const issuer = issuerOf(answer, provider)
  if (issuer === undefined) {
    return rejected('token_issuer_mismatch', whyOtherIssuer(provider, answer))
  }
  const refused = checkSubject(answer) ?? checkTimesTold(answer, provider, nowMs)
  if (refused !== undefined) return refused
  const { active: _, ...claims } = answer
  return {
    kind: 'verified',
    bearer: 'access_token',
    issuer,
    subject: String(claims.sub),
    claims,
    scopes: scopesOf(claims),
  }
}
