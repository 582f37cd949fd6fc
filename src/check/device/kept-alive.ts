import type { Verdict } from '../../core/decision/decision.ts'
import { denyFault } from '../../core/decision/deny.ts'
import { Fault } from '../../core/reason/fault.ts'
import type { Request } from '../../core/request/request.ts'
import { SESSION_HEADER } from './device-headers.ts'

/**
 * A denial for a host that is not served as it should be, such as one whose route is being edited:
 * to a browser that proves its device, anything but 503 would mean that its session is over.
 */
export const keptAlive = (request: Pick<Request, 'header'>, denial: Verdict): Verdict => {
  if (denial.kind === 'allow' || denial.status === 503) return denial
  if (request.header(SESSION_HEADER) === undefined) return denial
  const detail = `The host is not served for now (${denial.reason}).`
  return denyFault(new Fault('policy_broken', detail), { about: denial.about })
}
