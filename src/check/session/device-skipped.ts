import { DEVICE_SKIPS, type DeviceSkip } from '../../core/identity/device-skip.ts'
import type { Request } from '../../core/request/request.ts'

const WORD = /^[a-z_]{1,32}/

/**
 * Why a browser says that it did not prove its device: for the log and the metrics, as anybody can
 * say anything here.
 */
export const deviceSkipped = (request: Pick<Request, 'header'>): DeviceSkip | undefined => {
  const said = request.header('secure-session-skipped')
  if (said === undefined) return undefined
  const word = WORD.exec(said)?.[0]
  return DEVICE_SKIPS.find((known) => known === word) ?? 'other'
}
