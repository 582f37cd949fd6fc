import { createCheck } from '../../check/check.ts'
import type { CheckPorts } from '../../core/check-ports.ts'
import type { Verdict } from '../../core/decision/decision.ts'
import { denyFault } from '../../core/decision/deny.ts'
import { asFault } from '../../core/reason/fault.ts'
import type { Request } from '../../core/request/request.ts'

/**
 * What a request is answered with, by the very functions that answer it. A fault is a verdict too,
 * as it is where checks are answered.
 */
export const verdictOn = async (request: Request, ports: CheckPorts): Promise<Verdict> => {
  try {
    return await createCheck(ports)(request, ports.newBudget(0))
  } catch (thrown) {
    return denyFault(asFault(thrown))
  }
}
