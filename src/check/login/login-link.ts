import type { CheckPorts } from '../../core/check-ports.ts'
import type { Deny, Verdict } from '../../core/decision/decision.ts'
import { deny } from '../../core/decision/deny.ts'
import { partOf } from '../../core/policy/part.ts'
import type { Policy, Rule } from '../../core/policy/policy.ts'
import { isForFrame, mayLogin } from '../../core/request/navigation.ts'
import { parsePath, type Request } from '../../core/request/request.ts'
import type { Budget } from '../../core/time/budget.ts'
import { classify } from '../../policy/applying/classify.ts'
import { wantedAfterLogin } from '../../policy/applying/returning.ts'
import { aboutSession } from '../answer/about-session.ts'
import { challenge } from '../answer/denials.ts'
import { deviceDenial } from '../answer/device-denials.ts'
import { createFindSession } from '../session/found-session.ts'
import type { Login } from './login.ts'
import { continueAt } from './way-on.ts'

/** Answers a link that begins a login. */
export type LoginLink = (
  request: Request,
  policy: Policy,
  rule: Rule,
  budget: Budget,
) => Promise<Verdict>

/** Where a link leads that names no place. */
const START = '/'

const refuse = (policy: Policy, rule: Rule): Deny =>
  deny('return_url_refused', {
    ways: [{ label: 'continue', href: START }],
    about: { policy: policy.name, rule: rule.name },
    detail: 'The parameter rd is not one path of this host that a sign-in may lead to.',
  })

/** The rule that a page falls under: its part of the host is where the person is to sign in. */
const ruleOf = (policy: Policy, request: Request, url: string): Rule | undefined => {
  const path = parsePath(url)
  if (!path.ok) return undefined
  const intent = classify(policy, { ...request, path: path.value })
  return intent.kind === 'public' || intent.kind === 'protected' ? intent.rule : undefined
}

/**
 * Whoever follows the link arrives at the page that it names, signed in: at once with a session,
 * else by a login. Only what a browser opens as a page begins one (R19); a script gets 401.
 */
export const createLoginLink = (ports: CheckPorts, login: Login): LoginLink => {
  const findSession = createFindSession(ports)
  return async (request, policy, covering, budget) => {
    const wanted = wantedAfterLogin(policy, request)
    if (wanted.kind === 'refused') return refuse(policy, covering)
    const path = wanted.kind === 'none' ? START : wanted.url
    const rule = ruleOf(policy, request, path) ?? covering
    const part = partOf(policy, rule)
    const found = await findSession(request, part, rule, budget)
    if (found.kind === 'found') {
      const { client, session } = found
      const whom = { ...aboutSession(session), client: session.client }
      const about = { policy: policy.name, rule: rule.name, ...whom }
      const onward = { path, fragment: 'wanted', headers: [], about } as const
      return continueAt({ request, client }, 'already_signed_in', onward)
    }
    const { device } = found
    if (device !== undefined && device.hasReloaded !== true) {
      return deviceDenial(request, policy, rule, { refused: found, device })
    }
    const canLogin = part.clients.length > 0 && found.reason !== 'cookies_joined'
    const isVisit = request.method === 'GET' && canLogin
    if (isVisit && mayLogin(request, 'Auto')) {
      return login(request, policy, rule, { kind: 'login', refused: found, returnTo: path }, budget)
    }
    if (isVisit && isForFrame(request)) {
      const decision = { kind: 'login', refused: found, framed: true, returnTo: path } as const
      return login(request, policy, rule, decision, budget)
    }
    return challenge(request, policy, rule, found)
  }
}
