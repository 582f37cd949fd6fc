import { parseCookies } from '../../core/cookie/cookie.ts'
import type { Seal } from '../../core/session/seal.ts'
import type { Clock } from '../../core/time/clock.ts'
import type { Random } from '../../core/time/random.ts'

/** A sign-in by token, as the cookie says it. */
export interface ConsoleLogin {
  readonly id: string
  /** SHA-256 of the token, base64url: whether it still counts, the token file says. */
  readonly tokenHash: string
  readonly signedInAtMs: number
  readonly seenAtMs: number
}

/** Puts sign-ins into cookies, and reads them back. */
export interface LoginCookie {
  readonly begin: (tokenHash: string) => ConsoleLogin
  /** The `set-cookie` of a login, used now. */
  readonly write: (login: ConsoleLogin) => string
  /** `undefined` for whatever this service did not seal, or is over. */
  readonly read: (cookieHeader: string | undefined) => ConsoleLogin | undefined
  /** Whether its last use was noted so long ago that it is worth noting again. */
  readonly isDue: (login: ConsoleLogin) => boolean
  /** The `set-cookie` that removes it. */
  readonly gone: string
}

const NAME = '__Host-sallyport-console'

const CONTEXT = ['console login']

/** Only for https and for this machine itself; browsers take it from nobody else. */
const ATTRIBUTES = 'Path=/; Secure; HttpOnly; SameSite=Strict'

/** Signed in again after that, whatever happens. */
export const LOGIN_LIFE_MS = 8 * 3_600_000

/** Signed in again if nothing was asked for so long. */
const LOGIN_IDLE_MS = 30 * 60_000

const NOTED_EVERY_MS = 60_000

const isLogin = (value: unknown): value is ConsoleLogin => {
  if (typeof value !== 'object' || value === null) return false
  const { id, tokenHash, signedInAtMs, seenAtMs } = value as Readonly<Record<string, unknown>>
  const texts = typeof id === 'string' && typeof tokenHash === 'string'
  return texts && typeof signedInAtMs === 'number' && typeof seenAtMs === 'number'
}

const opened = (seal: Seal, sealed: string): ConsoleLogin | undefined => {
  const text = seal.open(CONTEXT, sealed)
  const value: unknown = text === undefined ? undefined : JSON.parse(text)
  return isLogin(value) ? value : undefined
}

/** Logins live in the cookie alone, sealed by the keys of the process, with two ends. */
export const createLoginCookie = (deps: {
  readonly seal: Seal
  readonly clock: Clock
  readonly random: Random
}): LoginCookie => {
  const { seal, clock, random } = deps
  const lives = ({ signedInAtMs, seenAtMs }: ConsoleLogin): boolean =>
    clock.nowMs() - signedInAtMs < LOGIN_LIFE_MS && clock.nowMs() - seenAtMs < LOGIN_IDLE_MS
  return {
    begin: (tokenHash) => {
      const nowMs = clock.nowMs()
      return { id: random.token(16), tokenHash, signedInAtMs: nowMs, seenAtMs: nowMs }
    },
    write: (login) => {
      const now = JSON.stringify({ ...login, seenAtMs: clock.nowMs() })
      return `${NAME}=${seal.seal(CONTEXT, now)}; ${ATTRIBUTES}`
    },
    read: (cookieHeader) => {
      const cookies = parseCookies(cookieHeader).filter(({ name }) => name === NAME)
      const [only] = cookies
      const login = cookies.length === 1 && only ? opened(seal, only.value) : undefined
      return login !== undefined && lives(login) ? login : undefined
    },
    isDue: ({ seenAtMs }) => clock.nowMs() - seenAtMs >= NOTED_EVERY_MS,
    gone: `${NAME}=; ${ATTRIBUTES}; Max-Age=0`,
  }
}
