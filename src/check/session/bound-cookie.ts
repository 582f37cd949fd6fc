import { type CookieKey, setCookie } from '../../core/cookie/cookie.ts'
import type { Header } from '../../core/decision/decision.ts'
import type { Client, DeviceBound } from '../../core/registration/client.ts'
import type { DeviceProofs } from '../../core/session/device-proofs.ts'
import type { DeviceKey } from '../../core/session/session-device.ts'
import type { OpenSession } from '../../core/session/session-store.ts'

/** How far the clocks of replicas may be apart. */
export const CLOCK_DIFFERENCE_MS = 30_000

const VALUE = /^v1\.(?<expires>[0-9a-z]{1,9})\.(?<tag>[A-Za-z0-9_-]{43})$/

const textOf = ({ id }: Pick<OpenSession, 'id'>, { thumbprint }: DeviceKey, expires: string) =>
  `${id}|${thumbprint}|${expires}`

/** The place of the short-lived cookie of a client, as `clearing` takes it. */
export const boundCookiePlace = (
  { session: { cookie } }: Pick<Client, 'session'>,
  { cookieName }: DeviceBound,
): CookieKey => ({ name: cookieName, sameSite: cookie.sameSite })

/**
 * The short-lived cookie that stands for a proof of the device: its end and a keyed hash over the
 * session, the key and that end, so that every replica knows it again without asking anybody.
 */
export const boundCookie = (
  proofs: Pick<DeviceProofs, 'tag'>,
  { session: { cookie } }: Pick<Client, 'session'>,
  { cookieName, cookieLifetimeMs }: DeviceBound,
  open: Pick<OpenSession, 'id'>,
  key: DeviceKey,
  nowMs: number,
): Header => {
  const maxAgeSeconds = Math.floor(cookieLifetimeMs / 1_000)
  const expires = (Math.floor(nowMs / 1_000) + maxAgeSeconds).toString(36)
  const tag = proofs.tag('bound cookie', textOf(open, key, expires))
  const attributes = { sameSite: cookie.sameSite, maxAgeSeconds }
  return ['set-cookie', setCookie(cookieName, `v1.${expires}.${tag}`, attributes)]
}

/** A value of the cookie that counts, as a text of its own, and until when it does. */
export interface BoundCookie {
  readonly value: string
  readonly untilMs: number
}

/**
 * Reads a value of the cookie of a session; `undefined` for one of another session or key, one that
 * has ended, and one that ends later than this client says.
 */
export const readBoundCookie = (
  proofs: Pick<DeviceProofs, 'sameTag'>,
  { cookieLifetimeMs }: DeviceBound,
  open: Pick<OpenSession, 'id'>,
  key: DeviceKey,
  value: string,
  nowMs: number,
): BoundCookie | undefined => {
  const { expires, tag } = VALUE.exec(value)?.groups ?? {}
  if (expires === undefined || tag === undefined) return undefined
  const untilMs = Number.parseInt(expires, 36) * 1_000 + CLOCK_DIFFERENCE_MS
  if (untilMs <= nowMs || untilMs > nowMs + cookieLifetimeMs + 2 * CLOCK_DIFFERENCE_MS) {
    return undefined
  }
  const own = proofs.sameTag('bound cookie', textOf(open, key, expires), tag)
  return own === undefined ? undefined : { value: `v1.${expires}.${own}`, untilMs }
}
