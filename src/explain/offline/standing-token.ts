import type { CheckPorts } from '../../core/check-ports.ts'
import type { Claims } from '../../core/identity/identity.ts'
import type { TokenPlace } from '../../core/policy/applications.ts'
import type { AskedProof, BearerMethod, CredentialMethod, Rule } from '../../core/policy/policy.ts'
import type { Proofs } from '../../core/provider/proofs.ts'
import { issuerOfTenant, type Provider } from '../../core/registration/provider.ts'
import { parsePath, type Request } from '../../core/request/request.ts'
import { isAccessTokenIssuer } from '../../oidc/token/issuers.ts'
import { takesBearerTokens } from '../../policy/ways/ways.ts'
import {
  filledUp,
  type Presented,
  type Somebody,
  type Unpresentable,
  unpresentable,
  withCookie,
  withHeader,
} from './somebody.ts'

/** How long the tokens that stand in are good for. */
export const TOKEN_LIFETIME_S = 300

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A JWT that nobody signed. */
export const jwtOf = (type: 'JWT' | 'at+jwt', claims: Claims): string =>
  `${part({ alg: 'none', typ: type })}.${part(claims)}.`

/** The issuer of a provider, with the tenant that the claims name where it has many. */
export const standardIssuer = (provider: Provider, { tid }: Claims): string =>
  typeof tid === 'string' ? issuerOfTenant(provider, tid) : provider.issuer

/** A member of `authenticate` that takes tokens of a provider, as far as a token has to fit it. */
interface TokenMethod extends Pick<AskedProof, 'proof'> {
  readonly provider: Provider
  readonly audience?: { readonly claim: string; readonly name: string }
  readonly isIdToken: boolean
  readonly from?: readonly TokenPlace[]
}

/** A thumbprint of nothing. */
const NO_KEY = 'A'.repeat(43)

const CNF = { DPoP: { jkt: NO_KEY }, MutualTLS: { 'x5t#S256': NO_KEY } } as const

/** What the token is bound to by its claims, if to anything. */
const boundTo = ({ cnf }: Claims): Claims =>
  typeof cnf === 'object' && cnf !== null && !Array.isArray(cnf) ? (cnf as Claims) : {}

/** Takes whatever comes for the proof that a token asks for. */
const provenBy = (proofs: Proofs, certificate: Claims[string] | undefined): Proofs => ({
  ...proofs,
  read: () => ({ kind: 'good', useId: '', acceptedUntilMs: 0, nonce: 'ours' }),
  standingOf: () => 'good',
  isFirstUse: () => true,
  certificateHash: () => (typeof certificate === 'string' ? certificate : undefined),
})

const standardClaims = (
  method: TokenMethod | undefined,
  claims: Claims,
  scopes: readonly string[] | undefined,
  nowMs: number,
): Claims => {
  const nowS = Math.floor(nowMs / 1000)
  return {
    sub: 'somebody',
    iat: nowS,
    exp: nowS + TOKEN_LIFETIME_S,
    ...(scopes === undefined ? {} : { scope: scopes.join(' ') }),
    ...(method === undefined
      ? {}
      : {
          iss: standardIssuer(method.provider, claims),
          ...(method.audience === undefined
            ? {}
            : { [method.audience.claim]: method.audience.name }),
          ...(method.isIdToken ? { at_hash: 'none' } : {}),
          ...(method.proof === undefined ? {} : { cnf: CNF[method.proof] }),
        }),
  }
}

const ofBearer = (method: BearerMethod): TokenMethod => ({
  provider: method.provider,
  audience: { claim: method.audienceClaim, name: method.audiences[0] ?? '' },
  isIdToken: !method.accepts.includes('access_token'),
  ...(method.from === undefined ? {} : { from: method.from }),
  ...(method.proof === undefined ? {} : { proof: method.proof }),
})

const ofWay = ({ provider, settings, from, proof }: CredentialMethod): TokenMethod => {
  const { audiences, audienceClaim } = settings
  const name: unknown = Array.isArray(audiences) ? audiences[0] : undefined
  const isNamed = typeof name === 'string' && typeof audienceClaim === 'string'
  return {
    provider,
    isIdToken: false,
    ...(isNamed ? { audience: { claim: audienceClaim, name } } : {}),
    ...(from === undefined ? {} : { from }),
    ...(proof === undefined ? {} : { proof }),
  }
}

const tokenMethodsOf = (rule: Rule | undefined): readonly TokenMethod[] =>
  (rule?.authenticate ?? [])
    .filter(takesBearerTokens)
    .map((method) => (method.kind === 'bearer' ? ofBearer(method) : ofWay(method)))

/** The method that a token with these claims is for; of several, the first. */
const methodFor = (rule: Rule | undefined, claims: Claims): TokenMethod | undefined => {
  const methods = tokenMethodsOf(rule)
  const fitting = methods.find(({ provider }) => isAccessTokenIssuer(provider, claims))
  return fitting ?? methods[0]
}

const AUTHORIZATION: TokenPlace = { kind: 'header', name: 'authorization' }

/** Where the method looks for its token first. */
const placeFor = (method: TokenMethod | undefined): TokenPlace => method?.from?.[0] ?? AUTHORIZATION

const withParameter = (request: Request, name: string, value: string): Request => {
  const { raw } = request.path
  const path = parsePath(
    `${raw}${raw.includes('?') ? '&' : '?'}${encodeURIComponent(name)}=${value}`,
  )
  return path.ok ? { ...request, path: path.value } : request
}

/** With the proof beside it where it is bound to a key, which comes in `Authorization` alone. */
const withToken = (
  request: Request,
  { kind, name }: TokenPlace,
  token: string,
  isBoundToKey: boolean,
): Request => {
  if (isBoundToKey) {
    return withHeader(withHeader(request, 'authorization', `DPoP ${token}`), 'dpop', 'taken')
  }
  switch (kind) {
    case 'header':
      return withHeader(request, name, name === AUTHORIZATION.name ? `Bearer ${token}` : token)
    case 'cookie':
      return withCookie(request, name, token)
    case 'query':
      return withParameter(request, name, token)
  }
}

const contradictions = (
  request: Request,
  place: TokenPlace,
  { claims, scopes }: Somebody,
): readonly string[] => [
  ...(place.kind !== 'header' || request.header(place.name) === undefined
    ? []
    : [
        `The headers hold \`${place.name}\` already, where the token is put: leave one of them out.`,
      ]),
  ...(scopes === undefined || (claims.scope ?? claims.scp) === undefined
    ? []
    : ['The scopes are said twice, and the claims have `scope` or `scp`: leave one of them out.']),
]

/**
 * A request with an access token of these claims, as the rule takes it. It is checked as every
 * token, but for its signature, and for the proof of what binds it.
 */
export const presentToken = (
  request: Request,
  rule: Rule | undefined,
  somebody: Somebody,
  ports: CheckPorts,
): Presented | Unpresentable => {
  const method = methodFor(rule, somebody.claims)
  const place = placeFor(method)
  const problems = contradictions(request, place, somebody)
  if (problems.length > 0) return unpresentable(...problems)
  const nowMs = ports.clock.nowMs()
  const standard = standardClaims(method, somebody.claims, somebody.scopes, nowMs)
  const { claims, filledIn } = filledUp(somebody.claims, standard)
  const token = jwtOf(method?.isIdToken === true ? 'JWT' : 'at+jwt', claims)
  const { jkt, 'x5t#S256': certificate } = boundTo(claims)
  const shown = withToken(request, place, token, jkt !== undefined)
  return {
    kind: 'presented',
    request: certificate === undefined ? shown : { ...shown, certificate: () => 'taken' },
    ports: { ...ports, proofs: provenBy(ports.proofs, certificate) },
    as: { via: 'bearer', filledIn },
  }
}
