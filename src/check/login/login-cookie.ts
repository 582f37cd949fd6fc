import { findCookie } from '../../core/cookie/cookie.ts'
import { LOGIN_COOKIE_PREFIX } from '../../core/cookie/own-cookies.ts'
import type { Client } from '../../core/policy/policy.ts'
import type { LoginState } from '../../core/provider/login-state.ts'
import type { Request } from '../../core/request/request.ts'
import type { Seal } from '../../core/session/seal.ts'
import type { Random } from '../../core/time/random.ts'

/** A login must be finished within this (R16). */
export const LOGIN_TTL_MS = 10 * 60_000

const STATE =
  /^(?<attempt>[0-9a-z]{9}[A-Za-z0-9_-]{11})\.[A-Za-z0-9_-]{43}(?:\.[A-Za-z0-9_-]{1,1024})?$/

/**
 * A fresh `state`: the attempt id, which begins with its time, and 256 random bits. Where the
 * callback is answered on another host, the sealed origin of the login follows.
 */
export const createState = (random: Random, nowMs: number): string =>
  `${nowMs.toString(36).padStart(9, '0')}${random.token(8)}.${random.token(32)}`

/** The attempt that a `state` belongs to; `undefined` if it is none of ours. */
export const attemptOf = (state: string): string | undefined => STATE.exec(state)?.groups?.attempt

/** The name of the cookie that holds the login state of an attempt. */
export const loginCookieName = (attempt: string): string => `${LOGIN_COOKIE_PREFIX}${attempt}`

const contextOf = (
  client: Client,
  request: Pick<Request, 'host'>,
  attempt: string,
): readonly string[] => ['login', client.tenant, request.host, attempt]

/** Seals a login state for its cookie: bound to the tenant, the host and the attempt. */
export const sealLogin = (
  seal: Seal,
  client: Client,
  request: Pick<Request, 'host'>,
  attempt: string,
  login: LoginState,
): string => seal.seal(contextOf(client, request, attempt), JSON.stringify(login))

/**
 * The login state that this browser holds for a `state`; `undefined` if it has none, or not one of
 * ours.
 */
export const openLogin = (
  seal: Seal,
  client: Client,
  request: Pick<Request, 'host' | 'header'>,
  state: string,
  attempt: string,
): LoginState | undefined => {
  const cookie = findCookie(request.header('cookie'), loginCookieName(attempt))
  if (cookie.kind !== 'one') return undefined
  const opened = seal.open(contextOf(client, request, attempt), cookie.value)
  if (opened === undefined) return undefined
  const login = JSON.parse(opened) as LoginState
  return login.state === state ? login : undefined
}
