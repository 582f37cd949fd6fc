import type { Access, Decision } from './decision.ts'
import type { Authentication } from './identity.ts'
import { mayLogin } from './navigation.ts'
import type { Policy, Rule } from './policy.ts'
import type { Request } from './request.ts'

/**
 * The decision. An identity that is not permitted is forbidden, never sent to another login: it
 * would loop. A refused bearer token is challenged, never redirected. A login needs a client, a
 * rule that takes sessions and a navigation.
 */
export const decide = (
  request: Pick<Request, 'method' | 'header'>,
  policy: Pick<Policy, 'clients'>,
  rule: Pick<Rule, 'authenticate' | 'onUnauthenticated'>,
  authentication: Authentication,
  access: Access,
): Decision => {
  if (authentication.kind === 'unauthenticated') {
    const takesSessions = rule.authenticate.some((method) => method.kind === 'session')
    const login =
      policy.clients.length > 0 &&
      takesSessions &&
      authentication.presented !== 'bearer' &&
      mayLogin(request, rule.onUnauthenticated)
    return { kind: login ? 'login' : 'challenge', refused: authentication }
  }
  const { identity } = authentication
  if (access.kind !== 'permitted') return { kind: 'forbid', identity, access }
  return { kind: 'allow', identity }
}
