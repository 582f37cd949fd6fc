import { type JsonObject, withoutAbsent } from '../reading/json.ts'
import type { Ledger } from '../reading/ledger.ts'
import { secondsText } from '../writing/durations.ts'
import { firstOf } from './values.ts'

const LONGEST_SECONDS = 720 * 3600
const LONGEST_REMEMBERED_SECONDS = 2160 * 3600

const filled = (object: JsonObject): JsonObject | undefined =>
  Object.keys(object).length === 0 ? undefined : object

const callbackOf = (ledger: Ledger, hosts: readonly string[]): JsonObject | undefined => {
  const { hostname, pathname } = URL.parse(firstOf(ledger, 'redirect_uri') ?? '') ?? {}
  const isOther =
    hostname !== undefined && hosts.length > 0 && !(hosts.length === 1 && hosts[0] === hostname)
  const path = pathname === '/' ? undefined : pathname
  return filled(withoutAbsent({ host: isOther ? hostname : undefined, path }))
}

const BOUND: Readonly<Record<string, string>> = { ip: 'Address', 'user-agent': 'UserAgent' }

const SAME_SITE = ['Lax', 'Strict', 'None']

const cookieOf = (ledger: Ledger, hosts: readonly string[]): JsonObject | undefined => {
  const sameSite = ledger.text('session_cookie_same_site')
  const domain = ledger.text('session_cookie_domain')?.replace(/^\./, '').toLowerCase()
  const isAbove = hosts.every((one) => one === domain || one.endsWith(`.${domain}`))
  if (domain !== undefined && !(isAbove && hosts.length > 0)) {
    ledger.lose(
      'session_cookie_domain',
      '`session.cookie.domain` has to be above all hosts of the client',
    )
  }
  return filled(
    withoutAbsent({
      domain: isAbove && hosts.length > 0 ? domain : undefined,
      sameSite: sameSite !== undefined && SAME_SITE.includes(sameSite) ? sameSite : undefined,
    }),
  )
}

const secondsOf = (ledger: Ledger, name: string, most: number): number | undefined => {
  const seconds = Number(ledger.text(name) ?? Number.NaN)
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, most) : undefined
}

const timeoutsOf = (ledger: Ledger): JsonObject => {
  const absolute = secondsOf(ledger, 'session_absolute_timeout', LONGEST_SECONDS)
  const idling = secondsOf(ledger, 'session_idling_timeout', LONGEST_SECONDS)
  const idle = idling === undefined ? undefined : Math.min(idling, absolute ?? 12 * 3600)
  const shortened =
    absolute !== undefined && idle === undefined && absolute < 1800 ? absolute : idle
  return withoutAbsent({
    idleTimeout: shortened === undefined ? undefined : secondsText(shortened),
    absoluteTimeout: absolute === undefined ? undefined : secondsText(absolute),
  })
}

const rememberOf = (ledger: Ledger): JsonObject | undefined => {
  const absolute = secondsOf(
    ledger,
    'session_remember_absolute_timeout',
    LONGEST_REMEMBERED_SECONDS,
  )
  if (ledger.flag('session_remember') !== true) return undefined
  return withoutAbsent({
    absoluteTimeout: absolute === undefined ? undefined : secondsText(absolute),
  })
}

const logoutOf = (ledger: Ledger): JsonObject | undefined => {
  const suffix = ledger.text('logout_uri_suffix')
  const isPath = suffix?.startsWith('/') === true
  if (suffix !== undefined && !isPath) {
    ledger.lose('logout_uri_suffix', 'a whole path signs out: choose `logout.path`')
  }
  const redirectURL = firstOf(ledger, 'logout_redirect_uri')
  const isSafe = redirectURL?.startsWith('https://') === true
  if (redirectURL !== undefined && !isSafe) {
    ledger.lose('logout_redirect_uri', 'it has to be an https URL, or a path on the same host')
  }
  return filled(
    withoutAbsent({
      path: isPath ? suffix : undefined,
      redirectURL: isSafe ? redirectURL : undefined,
      revokeTokens: ledger.flag('logout_revoke'),
    }),
  )
}

/** The callback, sessions and sign-out of the client. */
export const sessionOf = (ledger: Ledger, hosts: readonly string[]): JsonObject => {
  const bound = ledger.texts('session_bind').flatMap((one) => BOUND[one] ?? [])
  const session = withoutAbsent({
    ...timeoutsOf(ledger),
    refresh: ledger.flag('refresh_tokens') === false ? { disabled: true } : undefined,
    rememberMe: rememberOf(ledger),
    bindTo: bound.length === 0 ? undefined : bound,
    cookie: cookieOf(ledger, hosts),
  })
  return withoutAbsent({
    callback: callbackOf(ledger, hosts),
    session: filled(session),
    logout: logoutOf(ledger),
  })
}
