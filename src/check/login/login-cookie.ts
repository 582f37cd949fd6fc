import { type CookieAttributes, findCookie, setCookie } from '../../core/cookie/cookie.ts'
import { LOGIN_COOKIE_PREFIX } from '../../core/cookie/own-cookies.ts'
import type { Header } from '../../core/decision/decision.ts'
import type { LoginState } from '../../core/provider/login-state.ts'
import type { Client } from '../../core/registration/client.ts'
import type { Request } from '../../core/request/request.ts'
import type { Seal } from '../../core/session/seal.ts'
import type { Random } from '../../core/time/random.ts'

/** No login cookie is larger, its name included: browsers keep 4 KiB of name and value. */
const MAX_COOKIE_BYTES = 3_584

/**
 * The cookie outlives the login by this, so that whoever comes back late is led to where they
 * wanted to go.
 */
export const LATE_MS = 3_600_000

const TIME_DIGITS = 9

const STATE =
  /^(?<attempt>[0-9a-z]{9}[A-Za-z0-9_-]{11})\.[A-Za-z0-9_-]{43}(?:\.[A-Za-z0-9_-]{1,1024})?$/

/**
 * A fresh `state`: the attempt id, which begins with its time, and 256 random bits. Where the
 * callback is answered on another host, the sealed origin of the login follows.
 */
export const createState = (random: Random, nowMs: number): string =>
  `${nowMs.toString(36).padStart(TIME_DIGITS, '0')}${random.token(8)}.${random.token(32)}`

/** The attempt that a `state` belongs to; `undefined` if it is none of ours. */
export const attemptOf = (state: string): string | undefined => STATE.exec(state)?.groups?.attempt

/**
 * When an attempt began, as its id says: good enough to say why it is over, and for nothing else.
 */
export const attemptTimeMs = (attempt: string): number =>
  Number.parseInt(attempt.slice(0, TIME_DIGITS), 36)

/** The name of the cookie that holds the login state of an attempt. */
export const loginCookieName = (attempt: string): string => `${LOGIN_COOKIE_PREFIX}${attempt}`

const contextOf = (
  client: Client,
  request: Pick<Request, 'host'>,
  attempt: string,
): readonly string[] => ['login', client.tenant, request.host, attempt]

/** A login state before it is known where it returns to. */
export type LoginDraft = Omit<LoginState, 'returnPath' | 'cut'>

/** The cookie of one attempt, and the state that it holds. */
export interface LoginCookie {
  readonly login: LoginState
  readonly name: string
  readonly value: string
}

/**
 * Seals a login state for its cookie: bound to the tenant, the host and the attempt. Of the places
 * to return to it takes the first with which the cookie is not too large (R16).
 */
export const sealLogin = (
  seal: Seal,
  client: Client,
  request: Pick<Request, 'host'>,
  draft: LoginDraft,
  returnPaths: readonly [string, ...string[]],
): LoginCookie => {
  const attempt = attemptOf(draft.state) ?? ''
  const name = loginCookieName(attempt)
  const context = contextOf(client, request, attempt)
  const sealWith = (returnPath: string): LoginCookie => {
    const cut = returnPath === returnPaths[0] ? {} : ({ cut: true } as const)
    const login: LoginState = { ...draft, returnPath, ...cut }
    return { login, name, value: seal.seal(context, JSON.stringify(login)) }
  }
  for (const returnPath of returnPaths) {
    const cookie = sealWith(returnPath)
    if (name.length + 1 + cookie.value.length <= MAX_COOKIE_BYTES) return cookie
  }
  return sealWith('/')
}

/** The `set-cookie` header of a login cookie. */
export const loginCookieHeader = (
  { loginLifetimeMs }: Pick<Client, 'loginLifetimeMs'>,
  { name, value }: LoginCookie,
  site: Pick<CookieAttributes, 'sameSite' | 'partitioned'>,
): Header => {
  const maxAgeSeconds = (loginLifetimeMs + LATE_MS) / 1000
  return ['set-cookie', setCookie(name, value, { ...site, maxAgeSeconds })]
}

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
