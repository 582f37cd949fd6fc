import type { Authentication } from '../identity/identity.ts'
import { partOf } from '../policy/part.ts'
import type { Policy, Rule } from '../policy/policy.ts'
import { keepableForm } from '../request/form.ts'
import { isForFrame, mayLogin } from '../request/navigation.ts'
import type { Request } from '../request/request.ts'
import type { Access, Decision } from './decision.ts'

const takes = ({ authenticate }: Pick<Rule, 'authenticate'>, kind: 'session' | 'anonymous') =>
  authenticate.some((method) => method.kind === kind)

/**
 * The decision. An identity that is not permitted is forbidden, never sent to another login: it
 * would loop. A refused token or secret is challenged, never redirected; nor is a browser whose
 * session cookie the gateway hides, as it would after a login. Where a rule takes whom it does not
 * know, everybody else passes so. A login needs a client, a rule that takes sessions and a
 * navigation, be it of a frame, or a form that can wait for its end.
 */
export const decide = (
  request: Pick<Request, 'method' | 'header' | 'authority' | 'path' | 'body'>,
  policy: Pick<Policy, 'clients'>,
  rule: Pick<Rule, 'authenticate' | 'onUnauthenticated' | 'keepFormsMaxBytes' | 'clients'>,
  authentication: Authentication,
  access: Access,
): Decision => {
  if (authentication.kind === 'unauthenticated') {
    const refused = authentication
    const isCredential = refused.presented === 'bearer' || refused.presented === 'secret'
    if (!isCredential && takes(rule, 'anonymous')) return { kind: 'anonymous' }
    const canLogin =
      partOf(policy, rule).clients.length > 0 &&
      takes(rule, 'session') &&
      !isCredential &&
      refused.reason !== 'cookies_joined'
    if (!canLogin || rule.onUnauthenticated === 'Challenge') return { kind: 'challenge', refused }
    if (mayLogin(request, rule.onUnauthenticated)) return { kind: 'login', refused }
    if (isForFrame(request)) return { kind: 'login', refused, framed: true }
    const form = keepableForm(request, rule)
    return form === undefined ? { kind: 'challenge', refused } : { kind: 'login', refused, form }
  }
  const { identity } = authentication
  if (access.kind !== 'permitted') return { kind: 'forbid', identity, access }
  return { kind: 'allow', identity }
}
