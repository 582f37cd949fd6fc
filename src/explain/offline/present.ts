import { asSeenByBrowser } from '../../check/public-host.ts'
import { ruleForResource } from '../../check/resource/audience.ts'
import type { CheckPorts } from '../../core/check-ports.ts'
import { partOf } from '../../core/policy/part.ts'
import type { Policy, Rule } from '../../core/policy/policy.ts'
import type { Client } from '../../core/registration/client.ts'
import type { Request } from '../../core/request/request.ts'
import { classify } from '../../policy/applying/classify.ts'
import { type Presented, type Somebody, type Unpresentable, unpresentable } from './somebody.ts'
import { presentSession } from './standing-session.ts'
import { presentToken } from './standing-token.ts'

/** What a request meets before anybody looks at who sent it. */
interface Met {
  readonly policy: Policy
  /** As the browser names the host. */
  readonly host: Pick<Request, 'host' | 'authority'>
  /** Absent on a road that no rule leads. */
  readonly rule?: Rule
}

/** The rule, whose tokens may be for a protected resource: then that is their audience. */
const tokenRule = (request: Request, { policy, host, rule }: Met): Rule | undefined =>
  rule === undefined ? undefined : ruleForResource(rule, policy, { ...host, path: request.path })

const metBy = (request: Request, { policies }: CheckPorts): Met | undefined => {
  const found = policies.find(request)
  if (found.kind !== 'found') return undefined
  const { policy } = found
  const seen = asSeenByBrowser(request, policy, policies)
  if ('kind' in seen) return undefined
  const { host, authority } = seen
  const intent = classify(policy, seen)
  return { policy, host: { host, authority }, ...('rule' in intent ? { rule: intent.rule } : {}) }
}

/** The rule that a request falls under; `undefined` on a road that no rule leads. */
export const ruleOf = (request: Request, ports: CheckPorts): Rule | undefined =>
  metBy(request, ports)?.rule

const isNamed = ({ name }: Client, written: string): boolean =>
  name === written || name.slice(name.indexOf('/') + 1) === written

/** Those whose sessions count here. */
const countingClients = ({ policy, rule }: Met): readonly Client[] =>
  rule === undefined ? policy.clients : partOf(policy, rule).clients

/**
 * Whose session it is: one that counts, or one of the host that is named, whatever it is worth
 * here. A sentence where there is no such client.
 */
const clientFor = (met: Met, written: string | undefined): Client | string => {
  const { clients, name } = met.policy
  const found =
    written === undefined
      ? countingClients(met)[0]
      : clients.find((client) => isNamed(client, written))
  if (found !== undefined) return found
  const known = clients.map((client) => client.name).join(', ')
  if (known === '') {
    return `ProtectedRoute ${name} has no OIDCClient, so there are no sessions: ask with a bearer token.`
  }
  return `${JSON.stringify(written)} is no OIDCClient of ProtectedRoute ${name}; these are: ${known}.`
}

/**
 * A request with the credential of somebody, as far as the host is anybody's: of a host that nobody
 * owns the answer is the same for everybody.
 */
export const present = (
  request: Request,
  somebody: Somebody,
  ports: CheckPorts,
): Presented | Unpresentable => {
  const { via } = somebody
  const met = metBy(request, ports)
  if (met === undefined) return { kind: 'presented', request, ports, as: { via, filledIn: [] } }
  if (via === 'bearer') {
    return somebody.client === undefined
      ? presentToken(request, tokenRule(request, met), somebody, ports)
      : unpresentable('A client is named, and bearer tokens are of none: leave it out.')
  }
  const client = clientFor(met, somebody.client)
  if (typeof client === 'string') return unpresentable(client)
  return presentSession(request, met.host, client, somebody, ports)
}
