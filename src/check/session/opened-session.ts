import type { CheckPorts } from '../../core/check-ports.ts'
import { findCookie } from '../../core/cookie/cookie.ts'
import { placesOf, RELOAD_COOKIE } from '../../core/cookie/own-cookies.ts'
import type { Unauthenticated } from '../../core/identity/identity.ts'
import { sessionClaims } from '../../core/identity/session-claims.ts'
import type { Client, DeviceBound } from '../../core/registration/client.ts'
import type { Request } from '../../core/request/request.ts'
import { isRevoked } from '../../core/session/revoked.ts'
import { isBoundHere } from '../../core/session/session-binding.ts'
import type { OpenSession, SessionOpening } from '../../core/session/session-store.ts'
import { type Awaitable, andThen } from '../../core/time/awaitable.ts'
import type { Budget } from '../../core/time/budget.ts'
import { boundCookiePlace } from './bound-cookie.ts'
import { deviceSkipped } from './device-skipped.ts'
import { createDeviceStanding } from './device-standing.ts'
import { sessionTenant } from './session-tenant.ts'

/** The session of a request that counts here, whatever its tokens are; or why there is none. */
export type Opened = { readonly kind: 'opened'; readonly open: OpenSession } | Unauthenticated

/** Opens the session of a request with one client. It is not in use by that. */
export type OpenedSession = (request: Request, client: Client, budget: Budget) => Awaitable<Opened>

/** A session that no longer counts is removed behind the answer; a failure leaves it refused. */
const END_BUDGET_MS = 2_000

/** `withoutDevice`: its device need not be proven, as somebody has just signed in. */
export interface OpeningOptions {
  readonly withoutDevice?: boolean
}

/** A session that does not count. */
export const sessionRefused = (
  reason: Unauthenticated['reason'],
  extra: Partial<Unauthenticated> = {},
): Unauthenticated => ({
  kind: 'unauthenticated',
  reason,
  presented: 'session',
  clearCookies: [],
  ...extra,
})

const skipOf = (request: Request): Pick<Unauthenticated, 'deviceSkipped' | 'detail'> => {
  const skip = deviceSkipped(request)
  if (skip === undefined) return {}
  const detail = `The browser says that it did not prove its device: ${skip}.`
  return { deviceSkipped: skip, detail }
}

const RELOADED = { hasReloaded: true } as const

/** Set by the page that reloads itself once: what lacks a proof then gets another answer. */
const hasReloaded = (request: Request): boolean =>
  findCookie(request.header('cookie'), RELOAD_COOKIE).kind !== 'absent'

/**
 * Two cookies of our name mean that one was planted: neither counts and both are removed (R15). One
 * that its client has revoked has ended. One that is bound to another browser or network does not
 * count here, and goes on there. Nor does one that is bound to a device, before that is proven.
 */
export const createOpenedSession = (
  ports: Pick<CheckPorts, 'sessions' | 'tokenExchange' | 'deviceProofs' | 'clock' | 'newBudget'>,
  { withoutDevice = false }: OpeningOptions = {},
): OpenedSession => {
  const standingOf = createDeviceStanding(ports)

  const endBehind = (open: OpenSession, client: Client): void => {
    ports.sessions.remove(open, ports.newBudget(END_BUDGET_MS)).catch(() => undefined)
    const { issuer, subject, tokens } = open.session
    ports.tokenExchange.takeBack(client, { token: tokens.accessToken, issuer, subject }, 'now')
  }

  const byDevice = (
    request: Request,
    open: OpenSession,
    client: Client,
    terms: DeviceBound,
  ): Opened => {
    const { subject, tokens } = open.session
    const device = () => ({ client: client.name, subject, claims: sessionClaims(tokens) })
    switch (standingOf(request, terms, open)) {
      case 'good':
        return { kind: 'opened', open }
      case 'unproven':
        return sessionRefused('device_proof_required', {
          clearCookies: [boundCookiePlace(client, terms)],
          ...skipOf(request),
          device: { ...device(), lacks: 'proof', ...(hasReloaded(request) ? RELOADED : {}) },
        })
      case 'unbound':
        return sessionRefused('device_not_bound', { device: { ...device(), lacks: 'binding' } })
      case 'not_offered':
        return sessionRefused('device_not_offered')
    }
  }

  const judge = (request: Request, opening: SessionOpening, client: Client): Opened => {
    const { session } = client
    if (opening.kind === 'none') return sessionRefused(opening.reason)
    const { open } = opening
    if (isRevoked(open.session, session, ports.clock.nowMs())) {
      endBehind(open, client)
      return sessionRefused('session_ended')
    }
    if (!isBoundHere(request, session.bindTo, open.session.binding)) {
      return sessionRefused('session_elsewhere')
    }
    const { deviceBound } = session
    return deviceBound === undefined || withoutDevice
      ? { kind: 'opened', open }
      : byDevice(request, open, client, deviceBound)
  }

  return (request, client, budget) => {
    const own = client.session.cookie
    const cookie = findCookie(request.header('cookie'), own.name)
    switch (cookie.kind) {
      case 'absent':
        return sessionRefused('login_required', { presented: 'none' })
      case 'doubtful':
        return sessionRefused('cookies_joined')
      case 'duplicate':
        return sessionRefused('session_unknown', { clearCookies: placesOf(own, request.host) })
      case 'one':
        return andThen(
          ports.sessions.open(sessionTenant(client, request), cookie.value, budget),
          (opening) => judge(request, opening, client),
        )
    }
  }
}
