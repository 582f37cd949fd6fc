import type { Client } from '../registration/client.ts'
import { type Cookie, type CookieKey, parseCookies } from './cookie.ts'

/**
 * Every cookie of ours that one host keeps begins with this, unless an operator named the session
 * cookie otherwise.
 */
export const OWN_COOKIE_PREFIX = '__Host-sallyport'

/**
 * Every cookie of ours that hosts share begins with this, whoever named it: so each host that we
 * protect knows it for ours, whichever client it belongs to.
 */
export const SHARED_COOKIE_PREFIX = '__Secure-sallyport'

/** The cookie of one login attempt; the attempt id follows. */
export const LOGIN_COOKIE_PREFIX = `${OWN_COOKIE_PREFIX}-login-`

/** The cookie that remembers the `state` of an RP-initiated logout. */
export const LOGOUT_COOKIE = `${OWN_COOKIE_PREFIX}-logout`

/** The cookie that remembers which of several providers a browser signed in with. */
export const PROVIDER_COOKIE = `${OWN_COOKIE_PREFIX}-provider`

/** The cookie that says that a page has reloaded itself to have its device proven. */
export const RELOAD_COOKIE = `${OWN_COOKIE_PREFIX}-reload`

/** The most login attempts that one browser may have under way (R16). */
const MAX_LOGIN_ATTEMPTS = 8

const MAX_OWN_BYTES = 8 * 1024

/** The clients of a host, as far as their cookies go. */
type Clients = readonly Pick<Client, 'session'>[]

/** Whether a cookie belongs to this service: it never reaches the upstream (R10). */
export const isOwnCookie = (name: string, clients: Clients): boolean =>
  name.startsWith(OWN_COOKIE_PREFIX) ||
  name.startsWith(SHARED_COOKIE_PREFIX) ||
  clients.some(
    ({ session }) => session.cookie.name === name || session.deviceBound?.cookieName === name,
  )

/**
 * Every place where a cookie of this name may lie that the host is sent: the host itself and, for a
 * shared one, each domain from there up to its own, as a neighbour may have planted it there (R15).
 */
export const placesOf = ({ name, domain }: CookieKey, host: string): readonly CookieKey[] => {
  if (domain === undefined) return [{ name }]
  const labels = host.split('.')
  const parents = labels.map((_, index) => labels.slice(index).join('.'))
  const shared = parents.filter((parent) => parent === domain || parent.endsWith(`.${domain}`))
  return [{ name }, ...shared.map((parent) => ({ name, domain: parent }))]
}

const bytesOf = (cookie: Cookie): number => cookie.name.length + cookie.value.length + 3

/**
 * The login cookies to drop so that one more of `newBytes` keeps the browser within 8 attempts and
 * all our cookies under 8 KiB (R16). Attempt ids begin with their time, so the smallest name is the
 * oldest.
 */
export const loginCookiesToDrop = (
  cookieHeader: string | undefined,
  clients: Clients,
  newBytes: number,
): readonly string[] => {
  const own = parseCookies(cookieHeader).filter((c) => isOwnCookie(c.name, clients))
  const attempts = own
    .filter((cookie) => cookie.name.startsWith(LOGIN_COOKIE_PREFIX))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
  let bytes = own.reduce((sum, cookie) => sum + bytesOf(cookie), newBytes)
  const dropped: string[] = []
  for (const attempt of attempts) {
    const remaining = attempts.length - dropped.length
    if (remaining < MAX_LOGIN_ATTEMPTS && bytes < MAX_OWN_BYTES) break
    dropped.push(attempt.name)
    bytes -= bytesOf(attempt)
  }
  return dropped
}
