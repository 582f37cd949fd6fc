import { createAuthenticate } from '../check/authenticate.ts'
import { asSeenByBrowser } from '../check/public-host.ts'
import type { CheckPorts } from '../core/check-ports.ts'
import type { Identity } from '../core/identity/identity.ts'
import type { Requirement } from '../core/policy/requirement.ts'
import type { Request } from '../core/request/request.ts'
import { classify } from '../policy/applying/classify.ts'
import { clockSkewFor } from '../policy/applying/evaluate-context.ts'
import { type ClauseVerdict, clauseVerdicts } from './clause-verdicts.ts'
import type { AskedAs } from './offline/somebody.ts'

/** Who a credential turned out to be, and what the clauses of the rule make of them. */
interface Known extends Pick<Identity, 'issuer' | 'subject' | 'scopes'> {
  readonly clauses: readonly ClauseVerdict[]
}

/** As whom a request was asked; `known` is absent where nobody is asked, or none was accepted. */
export interface IdentityFacts extends AskedAs {
  readonly known?: Known
}

const knownBy = async (
  request: Request,
  ports: CheckPorts,
  wordsOf: (requirement: Requirement) => string,
): Promise<Known | undefined> => {
  const found = ports.policies.find(request)
  if (found.kind !== 'found') return undefined
  const { policy } = found
  const seen = asSeenByBrowser(request, policy, ports.policies)
  if ('kind' in seen) return undefined
  const intent = classify(policy, seen)
  if (intent.kind !== 'protected') return undefined
  const { rule } = intent
  const outcome = await createAuthenticate(ports)(seen, policy, rule, ports.newBudget(0))
  if (outcome.kind !== 'authenticated') return undefined
  const { identity } = outcome
  const { issuer, subject, scopes } = identity
  const clockSkewMs = clockSkewFor(policy, rule, identity)
  const asked = { request: seen, nowMs: ports.clock.nowMs(), clockSkewMs }
  return { issuer, subject, scopes, clauses: clauseVerdicts(rule, identity, asked, wordsOf) }
}

/** Whom the credential of a request stands for, by the very function that finds it out. */
export const identityFacts = async (
  request: Request,
  as: AskedAs,
  ports: CheckPorts,
  wordsOf: (requirement: Requirement) => string,
): Promise<IdentityFacts> => {
  const known = await knownBy(request, ports, wordsOf)
  return { ...as, ...(known === undefined ? {} : { known }) }
}
