import type { Authentication, Identity, Unauthenticated } from '../identity/identity.ts'
import { partOf } from '../policy/part.ts'
import type { Policy, Rule } from '../policy/policy.ts'
import { keepableForm } from '../request/form.ts'
import { isForFrame, mayLogin } from '../request/navigation.ts'
import type { Request } from '../request/request.ts'
import type { Access, Decision } from './decision.ts'

const takes = ({ authenticate }: Pick<Rule, 'authenticate'>, kind: 'session' | 'anonymous') =>
  authenticate.some((method) => method.kind === kind)

type Asking = Pick<Request, 'method' | 'header' | 'authority' | 'path' | 'body'>

type Answering = Pick<Rule, 'onUnauthenticated' | 'keepFormsMaxBytes'>

/** A login for what can wait for one, and a challenge for the rest. */
const byLogin = (request: Asking, rule: Answering, refused: Unauthenticated): Decision => {
  if (rule.onUnauthenticated === 'Challenge') return { kind: 'challenge', refused }
  if (mayLogin(request, rule.onUnauthenticated)) return { kind: 'login', refused }
  if (isForFrame(request)) return { kind: 'login', refused, framed: true }
  const form = keepableForm(request, rule)
  return form === undefined ? { kind: 'challenge', refused } : { kind: 'login', refused, form }
}

/**
 * A page reloads itself for the proof of a device; a device that was not bound is not bound by
 * another login either.
 */
const byDevice = (request: Asking, refused: Unauthenticated): Decision | undefined => {
  const { device } = refused
  if (device === undefined || device.hasReloaded === true) return undefined
  const isShown = mayLogin(request, 'Auto') || isForFrame(request)
  return device.lacks === 'binding' || isShown ? { kind: 'device', refused, device } : undefined
}

type StepUpRequired = Access & { readonly kind: 'step_up' }

/**
 * A session is raised by a login, and whoever showed a token has to get another one (RFC 9470
 * section 4). Any other credential is none that an authentication stands behind.
 */
const bySteppingUp = (
  request: Asking,
  rule: Answering,
  identity: Identity,
  access: StepUpRequired,
): Decision => {
  const { asked, detail } = access
  const isSession = identity.via === 'session'
  if (!isSession && identity.bearer === undefined) return { kind: 'forbid', identity, access }
  const refused: Unauthenticated = {
    kind: 'unauthenticated',
    reason: 'step_up_required',
    presented: isSession ? 'session' : 'bearer',
    detail,
    clearCookies: [],
    stepUp: { identity, asked },
  }
  return isSession ? byLogin(request, rule, refused) : { kind: 'challenge', refused }
}

/**
 * The decision. An identity that is not permitted is forbidden, never sent to another login: it
 * would loop; but where another authentication is all that is missing, a session is raised by one.
 * A refused token or secret is challenged, never redirected; nor is a browser whose session cookie
 * the gateway hides, as it would after a login. Where a rule takes whom it does not know, everybody
 * else passes so. A login needs a client, a rule that takes sessions and a navigation, be it of a
 * frame, or a form that can wait for its end.
 */
export const decide = (
  request: Asking,
  policy: Pick<Policy, 'clients'>,
  rule: Answering & Pick<Rule, 'authenticate' | 'clients'>,
  authentication: Authentication,
  access: Access,
): Decision => {
  if (authentication.kind === 'unauthenticated') {
    const refused = authentication
    const isCredential = refused.presented === 'bearer' || refused.presented === 'secret'
    if (!isCredential && takes(rule, 'anonymous')) return { kind: 'anonymous' }
    const forDevice = byDevice(request, refused)
    if (forDevice !== undefined) return forDevice
    const canLogin =
      partOf(policy, rule).clients.length > 0 &&
      takes(rule, 'session') &&
      !isCredential &&
      refused.reason !== 'cookies_joined'
    return canLogin ? byLogin(request, rule, refused) : { kind: 'challenge', refused }
  }
  const { identity } = authentication
  if (access.kind === 'permitted') return { kind: 'allow', identity }
  if (access.kind === 'step_up') return bySteppingUp(request, rule, identity, access)
  return { kind: 'forbid', identity, access }
}
