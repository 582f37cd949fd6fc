import type { Claims } from '../../core/identity/identity.ts'
import type { CredentialMethod } from '../../core/policy/policy.ts'
import type { TokenInquiry } from '../../core/provider/token-inquiry.ts'
import type { Verification } from '../../core/provider/token-verifier.ts'
import { Fault } from '../../core/reason/fault.ts'
import type { Clock } from '../../core/time/clock.ts'
import { readIntrospection } from '../../oidc/inquiry/introspection-answer.ts'
import { readUserinfo } from '../../oidc/inquiry/userinfo-answer.ts'
import { checkAudience, checkSubject, rejected } from '../../oidc/token/access-token-claims.ts'
import { isAccessTokenIssuer, whyOtherIssuer } from '../../oidc/token/issuers.ts'
import { readJwt } from '../../oidc/token/jwt.ts'
import { bearerKindOf } from '../../oidc/token/token-type.ts'

const notAsked = (whom: string): Fault =>
  new Fault(
    'provider_unreachable',
    `Nobody is asked here: ${whom} would be shown the token, which says nothing by itself. --live asks.`,
  )

/** What the provider would say of a JWT if it vouched for it: what stands in it. */
const vouchedFor = <Method extends CredentialMethod>(
  token: string,
  methods: readonly Method[],
  wordsOf: (method: Method) => string,
  judge: (claims: Claims, method: Method) => Verification,
): Verification => {
  const jwt = readJwt(token)
  if (jwt === undefined) throw notAsked(methods.map(wordsOf).join(', or '))
  const kind = bearerKindOf(jwt)
  if (kind.kind === 'neither') return rejected('token_type_invalid', kind.why)
  if (kind.kind === 'id_token') return rejected('token_type_invalid', 'The token is an ID token.')
  let answer: Verification = rejected('token_inactive', 'There is nobody to ask about the token.')
  for (const method of methods) {
    answer = isAccessTokenIssuer(method.provider, jwt.claims)
      ? judge(jwt.claims, method)
      : rejected('token_issuer_mismatch', whyOtherIssuer(method.provider, jwt.claims))
    if (answer.kind === 'verified') return answer
  }
  return answer
}

/** Nobody is asked: a JWT is taken for one that its provider vouches for. */
export const offlineInquiry = (clock: Clock): TokenInquiry => ({
  introspect: (token, methods) =>
    vouchedFor(
      token,
      methods,
      ({ provider, client }) =>
        `the introspection endpoint of ${provider.issuer}, as OIDCClient ${client.name},`,
      (claims, { provider, settings }) => {
        const answer = readIntrospection(claims, provider, clock.nowMs())
        if (answer.kind === 'rejected') return answer
        return checkAudience(answer.claims, settings) ?? answer
      },
    ),
  userinfo: (token, methods) =>
    vouchedFor(
      token,
      methods,
      ({ provider }) => `the userinfo endpoint of ${provider.issuer}`,
      (claims, { provider }) => checkSubject(claims) ?? readUserinfo(claims, provider),
    ),
})
