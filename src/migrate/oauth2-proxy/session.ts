import { type JsonObject, withoutAbsent } from '../reading/json.ts'
import type { Ledger } from '../reading/ledger.ts'
import { secondsIn, secondsText } from '../writing/durations.ts'
import { listed } from './input/lists.ts'

const LONGEST_SECONDS = 720 * 3600

/** The host and path of the redirect URI, where it is a URL. */
export const redirectOf = (ledger: Ledger): { readonly host?: string; readonly path?: string } => {
  const written = ledger.text('redirect_url')
  if (written === undefined) return {}
  const { hostname, pathname } = URL.parse(written, 'https://relative.invalid') ?? {}
  return withoutAbsent({
    host: hostname === 'relative.invalid' ? undefined : hostname,
    path: pathname === '/' ? undefined : pathname,
  })
}

const isBelow = (host: string, domain: string): boolean =>
  host === domain || host.endsWith(`.${domain}`)

const domainOf = (ledger: Ledger, hosts: readonly string[]): string | undefined => {
  const domains = listed(ledger, 'cookie_domains').map((one) =>
    one.replace(/^\*?\./, '').toLowerCase(),
  )
  const [domain, ...more] = domains
  if (domain === undefined) return undefined
  if (more.length === 0 && hosts.length > 0 && hosts.every((host) => isBelow(host, domain))) {
    return domain === hosts[0] && hosts.length === 1 ? undefined : domain
  }
  ledger.lose(
    'cookie_domains',
    'a client has one `session.cookie.domain`, above all of its hosts: each host has sessions of its own',
  )
  return undefined
}

const SAME_SITE: Readonly<Record<string, string>> = { lax: 'Lax', strict: 'Strict', none: 'None' }

const cookieOf = (ledger: Ledger, hosts: readonly string[]): JsonObject | undefined => {
  const cookie = withoutAbsent({
    domain: domainOf(ledger, hosts),
    sameSite: SAME_SITE[(ledger.text('cookie_samesite') ?? '').toLowerCase()],
  })
  for (const name of ['cookie_secure', 'cookie_httponly']) {
    if (ledger.flag(name) === false) ledger.lose(name, 'cookies are always `Secure` and `HttpOnly`')
  }
  return Object.keys(cookie).length === 0 ? undefined : cookie
}

const timeoutsOf = (ledger: Ledger): JsonObject => {
  const seconds = secondsIn(ledger.text('cookie_expire') ?? '')
  if (seconds === undefined || seconds === 0) {
    if (ledger.has('cookie_expire')) {
      ledger.lose(
        'cookie_expire',
        'the cookie always ends with the browser, unless `session.rememberMe` is chosen; the session ends as by default',
      )
    }
    return {}
  }
  const kept = secondsText(Math.min(seconds, LONGEST_SECONDS))
  if (seconds > LONGEST_SECONDS) {
    ledger.say(
      'cookie_expire',
      '`session.absoluteTimeout` and `session.idleTimeout`, cut to the 720h that there are at most',
    )
  }
  return { idleTimeout: kept, absoluteTimeout: kept }
}

/** The callback, sessions and sign-out of the client. */
export const sessionOf = (ledger: Ledger, hosts: readonly string[]): JsonObject => {
  const prefix = (ledger.text('proxy_prefix') ?? '/oauth2').replace(/\/$/, '')
  const redirect = redirectOf(ledger)
  const isElsewhere =
    redirect.host !== undefined &&
    hosts.length > 0 &&
    !(hosts.length === 1 && hosts[0] === redirect.host)
  const cookie = cookieOf(ledger, hosts)
  const session = withoutAbsent({ ...timeoutsOf(ledger), cookie })
  return withoutAbsent({
    callback: withoutAbsent({
      host: isElsewhere ? redirect.host : undefined,
      path: redirect.path ?? `${prefix}/callback`,
    }),
    session: Object.keys(session).length === 0 ? undefined : session,
    logout: { path: `${prefix}/sign_out` },
  })
}
