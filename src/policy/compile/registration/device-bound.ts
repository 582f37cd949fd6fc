import type { Client, SessionCookie } from '../../../core/registration/client.ts'
import type { OIDCClient } from '../../resource/resource.ts'
import type { Findings } from '../object/findings.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** Browsers renew a cookie that has two minutes to live at every request. */
const LEAST_LIFETIME_MS = 3 * MINUTE

/** Beside the callback; below one without a folder, where no application has anything. */
const folderOf = (callbackPath: string): string =>
  callbackPath.slice(0, callbackPath.lastIndexOf('/')) || callbackPath

/** `session.deviceBound` of an OIDCClient. */
export const deviceBoundOf = (
  { session, callback }: OIDCClient['spec'],
  cookie: SessionCookie,
  findings: Findings,
): Pick<Client['session'], 'deviceBound'> => {
  const { deviceBound } = session
  if (deviceBound === undefined || deviceBound.mode === 'Off') return {}
  const field = ['spec', 'session', 'deviceBound']
  const lasting = (
    name: 'cookieLifetime' | 'challengeLifetime' | 'grace',
    leastMs: number,
    mostMs: number,
  ) => findings.durationMs([...field, name], deviceBound[name], { leastMs, mostMs })
  const folder = folderOf(callback.path)
  return {
    deviceBound: {
      mode: deviceBound.mode,
      cookieName: `${cookie.name}-bound`,
      cookieLifetimeMs: lasting('cookieLifetime', LEAST_LIFETIME_MS, HOUR),
      challengeLifetimeMs: lasting('challengeLifetime', MINUTE, 24 * HOUR),
      singleUse: deviceBound.singleUse,
      graceMs: lasting('grace', 0, HOUR),
      paths: { bind: `${folder}/session/bind`, refresh: `${folder}/session/refresh` },
    },
  }
}
