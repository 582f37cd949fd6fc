import type { CheckPorts } from '../../core/check-ports.ts'
import type { Verdict } from '../../core/decision/decision.ts'
import { deny } from '../../core/decision/deny.ts'
import type { Request } from '../../core/request/request.ts'
import { bareText, SESSION_HEADER } from './device-headers.ts'
import { createDeviceSessionIds, mayBeName } from './device-session-id.ts'

/** What becomes of a denial for a host that is not served as it should be. */
export type KeptAlive = (
  request: Pick<Request, 'host' | 'header'>,
  denial: Verdict,
  /** The host that a gateway names beside that of the request. */
  publicHost?: string,
) => Verdict

/**
 * Such a host may be one whose route is being edited: to a browser that proves its device, anything
 * but 503 would mean that its session is over. Only a name that was made here for that host gets
 * it, as anybody can make one up.
 */
export const createKeptAlive = (ports: Pick<CheckPorts, 'seal'>): KeptAlive => {
  const ids = createDeviceSessionIds(ports)
  return (request, denial, publicHost = request.host) => {
    if (denial.kind === 'allow' || denial.status === 503) return denial
    const id = bareText(request.header(SESSION_HEADER))
    if (id === undefined || !mayBeName(id)) return denial
    const isOurs = [request.host, publicHost].some((host) => ids.named({ host }, id) !== undefined)
    if (!isOurs) return denial
    const detail = `The host is not served for now (${denial.reason}).`
    return deny('device_host_unserved', { detail, about: denial.about })
  }
}
