import type { CheckPorts } from '../../core/check-ports.ts'
import { findCookie } from '../../core/cookie/cookie.ts'
import type { DeviceBound } from '../../core/registration/client.ts'
import type { Request } from '../../core/request/request.ts'
import type { Session } from '../../core/session/session.ts'
import { FIRST_MS, type SessionDevice } from '../../core/session/session-device.ts'
import type { OpenSession } from '../../core/session/session-store.ts'
import { type BoundCookie, CLOCK_DIFFERENCE_MS, readBoundCookie } from './bound-cookie.ts'

/**
 * How a session stands with the device that it began on. `good`: it counts. `unproven`: its device
 * has to be proven first. `unbound`: no device was bound in time, and the client wants one.
 * `not_offered`: the same, of a session that began before the client wanted one.
 */
export type DeviceStanding = 'good' | 'unproven' | 'unbound' | 'not_offered'

/** Says how a session of a client that binds sessions stands, without asking anybody. */
export type StandingOf = (
  request: Pick<Request, 'header'>,
  terms: DeviceBound,
  open: OpenSession,
) => DeviceStanding

type Bound = Required<SessionDevice>['bound']

/** What another replica wrote may be of a moment to come, but of no later one. */
const isWithin = (sinceMs: number, lastingMs: number, nowMs: number): boolean => {
  const ageMs = nowMs - sinceMs
  return lastingMs > 0 && ageMs >= -CLOCK_DIFFERENCE_MS && ageMs < lastingMs
}

/**
 * What a browser says of itself never decides (`Secure-Session-Skipped`): a copy of its cookies can
 * say the same. A value of the cookie that was verified for a session is known again as long as
 * that session is at hand.
 */
export const createDeviceStanding = ({
  deviceProofs,
  clock,
}: Pick<CheckPorts, 'deviceProofs' | 'clock'>): StandingOf => {
  const known = new WeakMap<Session, BoundCookie>()

  const isProven = (
    request: Pick<Request, 'header'>,
    terms: DeviceBound,
    open: OpenSession,
    { key }: Bound,
    nowMs: number,
  ): boolean => {
    const cookie = findCookie(request.header('cookie'), terms.cookieName)
    if (cookie.kind !== 'one') return false
    const { value } = cookie
    const before = known.get(open.session)
    if (before?.value === value) return before.untilMs > nowMs
    const read = readBoundCookie(deviceProofs, terms, open, key, value, nowMs)
    if (read === undefined) return false
    known.set(open.session, read)
    return true
  }

  return (request, terms, open) => {
    const { device } = open.session
    const isWanted = terms.mode === 'Require'
    if (device === undefined) return isWanted ? 'not_offered' : 'good'
    const { bound, offeredAtMs } = device
    if (bound === undefined && !isWanted) return 'good'
    const nowMs = clock.nowMs()
    if (bound === undefined) return isWithin(offeredAtMs, FIRST_MS, nowMs) ? 'good' : 'unbound'
    const counts =
      isProven(request, terms, open, bound, nowMs) ||
      isWithin(offeredAtMs, FIRST_MS, nowMs) ||
      isWithin(bound.provenAtMs, terms.graceMs, nowMs)
    return counts ? 'good' : 'unproven'
  }
}
