import type { CheckPorts } from '../../core/check-ports.ts'
import type { Verdict } from '../../core/decision/decision.ts'
import { deny, denyFault } from '../../core/decision/deny.ts'
import type { PolicyLookup } from '../../core/policy-source.ts'
import { Fault } from '../../core/reason/fault.ts'
import type { Request } from '../../core/request/request.ts'
import { type Awaitable, andThen } from '../../core/time/awaitable.ts'
import { createArrive, detailOf } from './hand-off.ts'

/** Answers a host where clients are called back, and nothing else. */
export type CallbackHost = (
  request: Request,
  found: Extract<PolicyLookup, { readonly kind: 'callbacks' }>,
) => Awaitable<Verdict>

/**
 * Hands every answer of a provider over to the host where its login began. No login begins here, so
 * one that says so is none of ours; nothing else is served, and nothing reaches an upstream.
 */
export const createCallbackHost = (ports: CheckPorts): CallbackHost => {
  const arrive = createArrive(ports)
  return (request, { clients, broken }) => {
    const { canonical, unambiguous } = request.path
    const client = clients.find(({ callbackPath }) => unambiguous && callbackPath === canonical)
    if (client === undefined) {
      const [why] = broken
      return why === undefined
        ? deny('no_policy')
        : denyFault(new Fault('policy_broken', `${why}.`))
    }
    return andThen(arrive(request, client), (arrival) => {
      if (arrival.kind === 'elsewhere') return arrival.verdict
      return arrival.kind === 'malformed'
        ? deny('malformed_callback', detailOf(arrival))
        : deny('state_mismatch')
    })
  }
}
