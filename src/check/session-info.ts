import type { CheckPorts } from '../core/check-ports.ts'
import type { Deny } from '../core/decision/decision.ts'
import { deny } from '../core/decision/deny.ts'
import { claimAt } from '../core/decision/told-value.ts'
import type { Json } from '../core/identity/identity.ts'
import { sessionClaims } from '../core/identity/session-claims.ts'
import type { Part } from '../core/policy/part.ts'
import type { Policy, Rule } from '../core/policy/policy.ts'
import type { Request } from '../core/request/request.ts'
import type { Budget } from '../core/time/budget.ts'
import { ownRoadOf, partOfPage } from '../policy/applying/own-roads.ts'
import { aboutSession } from './answer/about-session.ts'
import { challenge } from './answer/denials.ts'
import { createFindSession, type FoundSession } from './session/found-session.ts'

/** Answers a page that asks about its own session. */
export type SessionInfo = (
  request: Request,
  policy: Policy,
  rule: Rule,
  budget: Budget,
) => Promise<Deny>

const timeOf = (ms: number): string => new Date(ms).toISOString()

/** The chosen claims by the names that the operator wrote; what is absent is left out. */
const claimsOf = ({ session, client }: FoundSession): Readonly<Record<string, Json>> => {
  const claims = sessionClaims(session.tokens)
  return Object.fromEntries(
    client.session.info.flatMap(({ written, path }) => {
      const value = claimAt(claims, path)
      return value === undefined ? [] : [[written, value]]
    }),
  )
}

const membersOf = (found: FoundSession): Readonly<Record<string, Json>> => {
  const { session, client, endsAtMs } = found
  const idleEndMs = session.lastSeenAtMs + session.idleTimeoutMs
  return {
    claims: claimsOf(found),
    expiresAt: timeOf(endsAtMs),
    idleExpiresAt: timeOf(Math.min(idleEndMs, endsAtMs)),
    signOut: client.logout.path,
  }
}

const signInOf = (policy: Policy, { clients }: Part): Readonly<Record<string, Json>> => {
  const paths = clients.flatMap(({ pagePaths }) => pagePaths?.login ?? [])
  const path = paths.find((one) => ownRoadOf(policy, one)?.kind === 'login_link')
  return path === undefined ? {} : { signIn: path }
}

const BY_SESSION: Pick<Rule, 'authenticate'> = { authenticate: [{ kind: 'session' }] }

/**
 * A document in JSON, whoever asks: the chosen claims, when the session ends, and where to sign
 * out; or 401 with where to sign in, and never a login. It does not count as a use of the session.
 */
export const createSessionInfo = (ports: CheckPorts): SessionInfo => {
  const findSession = createFindSession(ports)
  return async (request, policy, rule, budget) => {
    const part = partOfPage(policy, request.path.canonical)
    const found = await findSession(request, part, rule, budget)
    if (found.kind === 'unauthenticated') {
      const refusal = challenge(request, policy, { ...rule, ...BY_SESSION }, found)
      return { ...refusal, content: 'problem', members: signInOf(policy, part) }
    }
    const { session } = found
    const whom = { ...aboutSession(session), client: session.client }
    const about = { policy: policy.name, rule: rule.name, ...whom }
    return deny('session_info', { content: 'json', members: membersOf(found), about })
  }
}
