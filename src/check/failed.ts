import type { Failed } from '../core/check.ts'
import type { CheckPorts } from '../core/check-ports.ts'
import { denyFault } from '../core/decision/deny.ts'
import { asFault } from '../core/reason/fault.ts'
import { readableFault } from './answer/sharing.ts'
import { asSeenByBrowser } from './public-host.ts'

/**
 * The denial of a check that failed: what pages of other origins may read of it is said by the rule
 * that the request falls under, as of any other answer.
 */
export const createFailed =
  ({ policies }: Pick<CheckPorts, 'policies'>): Failed =>
  (request, thrown) => {
    const denial = denyFault(asFault(thrown))
    try {
      const found = policies.find(request)
      if (found.kind !== 'found') return denial
      const seen = asSeenByBrowser(request, found.policy, policies)
      return 'kind' in seen ? denial : readableFault(seen, found.policy, denial)
    } catch {
      return denial
    }
  }
