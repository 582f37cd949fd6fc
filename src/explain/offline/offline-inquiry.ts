import { hash } from 'node:crypto'
import type { Claims } from '../../core/identity/identity.ts'
import type { CredentialMethod } from '../../core/policy/policy.ts'
import type {
  IntrospectionMethod,
  TokenInquiry,
  UserinfoMethod,
} from '../../core/provider/token-inquiry.ts'
import type { Verification } from '../../core/provider/token-verifier.ts'
import { Fault } from '../../core/reason/fault.ts'
import type { Clock } from '../../core/time/clock.ts'
import { checkVouched, readIntrospection } from '../../oidc/inquiry/introspection-answer.ts'
import { readUserinfo } from '../../oidc/inquiry/userinfo-answer.ts'
import { checkSubject, rejected } from '../../oidc/token/access-token-claims.ts'
import { isAccessTokenIssuer, whyOtherIssuer } from '../../oidc/token/issuers.ts'
import { readJwt, type UnverifiedJwt } from '../../oidc/token/jwt.ts'
import { type BearerKind, bearerKindOf, kindOf } from '../../oidc/token/token-type.ts'

const notAsked = (whom: string): Fault =>
  new Fault(
    'provider_unreachable',
    `Nobody is asked here: ${whom} would be shown the token, which says nothing by itself. \`explain --live\` asks.`,
  )

/** How one way of asking reads what stands in a JWT. */
interface Reading<Method> {
  /** Who would be asked, in words. */
  readonly words: (method: Method) => string
  readonly kindOf: (jwt: UnverifiedJwt) => BearerKind
  readonly judge: (claims: Claims, method: Method, tokenHash: string) => Verification
}

/** What the provider would say of a JWT if it vouched for it: what stands in it. */
const vouchedFor = <Method extends CredentialMethod>(
  token: string,
  methods: readonly Method[],
  { words, kindOf: kindOfToken, judge }: Reading<Method>,
): Verification => {
  const jwt = readJwt(token)
  if (jwt === undefined) throw notAsked(methods.map(words).join(', or '))
  const kind = kindOfToken(jwt)
  if (kind.kind === 'neither') return rejected('token_type_invalid', kind.why)
  if (kind.kind === 'id_token') return rejected('token_type_invalid', 'The token is an ID token.')
  const tokenHash = hash('sha256', token, 'base64url')
  let answer: Verification = rejected('token_inactive', 'There is nobody to ask about the token.')
  for (const method of methods) {
    answer = isAccessTokenIssuer(method.provider, jwt.claims)
      ? judge(jwt.claims, method, tokenHash)
      : rejected('token_issuer_mismatch', whyOtherIssuer(method.provider, jwt.claims))
    if (answer.kind === 'verified') return answer
  }
  return answer
}

const introspecting = (clock: Clock): Reading<IntrospectionMethod> => ({
  words: ({ provider, client }) =>
    `the introspection endpoint of ${provider.issuer}, as OIDCClient ${client.name},`,
  kindOf,
  judge: (claims, method, tokenHash) => {
    const answer = readIntrospection(claims, method.provider, tokenHash, clock.nowMs())
    return answer.kind === 'rejected' ? answer : (checkVouched(answer, method) ?? answer)
  },
})

const SHOWING: Reading<UserinfoMethod> = {
  words: ({ provider }) => `the userinfo endpoint of ${provider.issuer}`,
  kindOf: bearerKindOf,
  judge: (claims, { provider }) => checkSubject(claims) ?? readUserinfo(claims, provider),
}

/** Nobody is asked: a JWT is taken for one that its provider vouches for. */
export const offlineInquiry = (clock: Clock): TokenInquiry => {
  const reading = introspecting(clock)
  return {
    introspect: (token, methods) => vouchedFor(token, methods, reading),
    userinfo: (token, methods) => vouchedFor(token, methods, SHOWING),
  }
}
