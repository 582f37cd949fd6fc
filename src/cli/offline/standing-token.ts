import type { CheckPorts } from '../../core/check-ports.ts'
import type { Claims } from '../../core/identity/identity.ts'
import type { BearerMethod, Provider, Rule } from '../../core/policy/policy.ts'
import type { Request } from '../../core/request/request.ts'
import { isAccessTokenIssuer, TENANT_PLACE } from '../../oidc/token/issuers.ts'
import {
  filledUp,
  type Presented,
  type Somebody,
  type Unpresentable,
  unpresentable,
  withHeader,
} from './somebody.ts'

/** How long the tokens that stand in are good for. */
export const TOKEN_LIFETIME_S = 300

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A JWT that nobody signed. */
export const jwtOf = (type: 'JWT' | 'at+jwt', claims: Claims): string =>
  `${part({ alg: 'none', typ: type })}.${part(claims)}.`

/** The issuer of a provider, with the tenant that the claims name where it has many. */
export const standardIssuer = ({ issuer }: Provider, { tid }: Claims): string =>
  typeof tid === 'string' ? issuer.replace(TENANT_PLACE, tid) : issuer

const isIdTokenAlone = ({ accepts }: BearerMethod): boolean => !accepts.includes('access_token')

const standardClaims = (
  method: BearerMethod | undefined,
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
          [method.audienceClaim]: method.audiences[0] ?? '',
          ...(isIdTokenAlone(method) ? { at_hash: 'none' } : {}),
        }),
  }
}

const bearersOf = (rule: Rule | undefined): readonly BearerMethod[] =>
  (rule?.authenticate ?? []).filter((method) => method.kind === 'bearer')

/** The method that a token with these claims is for; of several, the first. */
const methodFor = (rule: Rule | undefined, claims: Claims): BearerMethod | undefined => {
  const bearers = bearersOf(rule)
  const fitting = bearers.find(({ provider }) => isAccessTokenIssuer(provider, claims))
  return fitting ?? bearers[0]
}

const contradictions = (request: Request, { claims, scopes }: Somebody): readonly string[] => [
  ...(request.header('authorization') === undefined
    ? []
    : ['The headers hold `authorization` already, where the token is put: leave one of them out.']),
  ...(scopes === undefined || (claims.scope ?? claims.scp) === undefined
    ? []
    : ['The scopes are said twice, and the claims have `scope` or `scp`: leave one of them out.']),
]

/**
 * A request with an access token of these claims, as the rule takes it. It is checked as every
 * token, but for its signature.
 */
export const presentToken = (
  request: Request,
  rule: Rule | undefined,
  somebody: Somebody,
  ports: CheckPorts,
): Presented | Unpresentable => {
  const problems = contradictions(request, somebody)
  if (problems.length > 0) return unpresentable(...problems)
  const method = methodFor(rule, somebody.claims)
  const nowMs = ports.clock.nowMs()
  const standard = standardClaims(method, somebody.claims, somebody.scopes, nowMs)
  const { claims, filledIn } = filledUp(somebody.claims, standard)
  const isIdToken = method !== undefined && isIdTokenAlone(method)
  const token = jwtOf(isIdToken ? 'JWT' : 'at+jwt', claims)
  return {
    kind: 'presented',
    request: withHeader(request, 'authorization', `Bearer ${token}`),
    ports,
    as: { via: 'bearer', filledIn },
  }
}
