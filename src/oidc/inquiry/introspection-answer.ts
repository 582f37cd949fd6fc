import { withoutPlaces } from '../../core/identity/elsewhere.ts'
import type { Claims, Json } from '../../core/identity/identity.ts'
import type { Binding } from '../../core/provider/proofs.ts'
import type { IntrospectionMethod } from '../../core/provider/token-inquiry.ts'
import type { Verification } from '../../core/provider/token-verifier.ts'
import type { Provider } from '../../core/registration/provider.ts'
import {
  checkAudience,
  checkSubject,
  checkTimesTold,
  type Rejected,
  rejected,
} from '../token/access-token-claims.ts'
import { bindingOf, whyUnbound } from '../token/binding.ts'
import { isAccessTokenIssuer, whyOtherIssuer } from '../token/issuers.ts'
import type { UnverifiedJwt } from '../token/jwt.ts'
import { scopesOf } from '../token/scopes.ts'
import { kindOf } from '../token/token-type.ts'

/** What says of an access token that it is bound to a key (RFC 9449 section 6.2). */
const DPOP = 'dpop'

/** What `token_type` may say of an access token (RFC 6749 section 7.1, RFC 8693 section 3). */
const ACCESS_TOKEN_TYPES: ReadonlySet<string> = new Set([
  'bearer',
  DPOP,
  'access_token',
  'urn:ietf:params:oauth:token-type:access_token',
])

/** What `typ` may say of one. */
const ACCESS_TOKEN_TYPS: ReadonlySet<string> = new Set(['bearer', DPOP, 'at+jwt', 'jwt'])

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
 * Why what an active answer is about is no access token, as a sentence: an ID token and a refresh
 * token are active as well.
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
  const kind = kindOf({ claims: asInTokens(answer) })
  if (kind.kind === 'neither') return kind.why
  return kind.kind === 'id_token' ? 'What the provider says of it fits an ID token.' : undefined
}

const AGREEING = ['iss', 'sub', 'jti'] as const

/** Whether two bind a token to the same, as far as each of them can be read. */
const isSameBinding = (one: Claims, other: Claims): boolean => {
  const [told, carried] = [bindingOf(one, ''), bindingOf(other, '')]
  if (typeof told === 'string' || typeof carried === 'string') return true
  return told?.jkt === carried?.jkt && told?.certificate === carried?.certificate
}

/**
 * The claim by which an answer is about another token than the JWT that was asked about; absent:
 * none, as far as that can be seen.
 */
export const otherTokenBy = (
  answer: Claims,
  { claims }: Pick<UnverifiedJwt, 'claims'>,
): string | undefined => {
  const other = AGREEING.find((name) => {
    const [told, carried] = [answer[name], claims[name]]
    return told !== undefined && carried !== undefined && told !== carried
  })
  const areBound = answer.cnf !== undefined && claims.cnf !== undefined
  return other ?? (areBound && !isSameBinding(answer, claims) ? 'cnf' : undefined)
}

/** Of a JWT that says itself what it is bound to, an answer that does not is no release. */
export const boundAsCarried = (
  answer: Claims,
  { claims: { cnf } }: Pick<UnverifiedJwt, 'claims'>,
): Claims => (answer.cnf === undefined && cnf !== undefined ? { ...answer, cnf } : answer)

/** An issuer that vouches without naming itself is the one that was asked, if it is only one. */
const issuerOf = (answer: Claims, provider: Provider): string | undefined => {
  if (answer.iss === undefined) {
    return provider.tenants === undefined ? provider.issuer : undefined
  }
  return isAccessTokenIssuer(provider, answer) ? String(answer.iss) : undefined
}

const isSaid = (value: Json | undefined): boolean =>
  typeof value === 'string' && value.toLowerCase() === DPOP

/** What a token is bound to by an answer, or why that cannot be checked, as a sentence. */
const readBinding = (answer: Claims, tokenHash: string): Binding | string | undefined => {
  const binding = bindingOf(answer, tokenHash)
  const isByKey = isSaid(answer.token_type) || isSaid(answer.typ)
  if (!isByKey || typeof binding === 'string' || binding?.jkt !== undefined) return binding
  return 'The provider says that the token is bound by DPoP, and not to which key (cnf.jkt).'
}

/**
 * What an active answer comes to (RFC 7662 section 2.2): which token it is, who issued it, about
 * whom, what it is bound to (RFC 9449 section 6.2, RFC 8705 section 3.2), and whether its times
 * hold. Audiences are for each rule to compare. Places of claims that are elsewhere are left out.
 * A subject is needed: `client_id` and `username` name somebody else than `sub` does, and are not
 * taken in its place. `tokenHash`: SHA-256 of the token.
 */
export const readIntrospection = (
  answer: Claims,
  provider: Provider,
  tokenHash: string,
  nowMs: number,
): Verification => {
  const why = whyNoAccessToken(answer)
  if (why !== undefined) return rejected('token_type_invalid', why)
  const binding = readBinding(answer, tokenHash)
  if (typeof binding === 'string') return rejected('token_binding_unknown', binding)
  const issuer = issuerOf(answer, provider)
  if (issuer === undefined) {
    return rejected('token_issuer_mismatch', whyOtherIssuer(provider, answer))
  }
  const refused = checkSubject(answer) ?? checkTimesTold(answer, provider, nowMs)
  if (refused !== undefined) return refused
  const { active: _, ...claims } = withoutPlaces(answer)
  return {
    kind: 'verified',
    bearer: 'access_token',
    issuer,
    subject: String(claims.sub),
    claims,
    scopes: scopesOf(claims),
    ...(binding === undefined ? {} : { binding }),
  }
}

/** Whether a rule takes what a provider vouches for; if not, the refusal. */
export const checkVouched = (
  { claims, binding }: Extract<Verification, { readonly kind: 'verified' }>,
  method: Pick<IntrospectionMethod, 'proof' | 'settings'>,
): Rejected | undefined => {
  const why = whyUnbound(binding, method)
  return why === undefined ? checkAudience(claims, method.settings) : rejected('token_unbound', why)
}
