import { choiceToForget } from '../../core/cookie/chosen-client.ts'
import { type CookieKey, findCookie, parseCookies } from '../../core/cookie/cookie.ts'
import { LOGIN_COOKIE_PREFIX, LOGOUT_COOKIE, placesOf } from '../../core/cookie/own-cookies.ts'
import type { Header } from '../../core/decision/decision.ts'
import type { Policy } from '../../core/policy/policy.ts'
import type { Client } from '../../core/registration/client.ts'
import type { Request } from '../../core/request/request.ts'
import { clearing } from './denials.ts'
import { siteOfCookie } from './framing.ts'

const sessionPlaces = (request: Request, client: Client): readonly CookieKey[] => {
  const { cookie } = client.session
  const found = findCookie(request.header('cookie'), cookie.name)
  if (found.kind === 'absent') return []
  const places = found.kind === 'one' ? [cookie] : placesOf(cookie, request.host)
  const { sameSite, partitioned } = cookie
  const site = { sameSite, ...(partitioned === undefined ? {} : { partitioned }) }
  return places.map((place) => ({ ...place, ...site }))
}

/** The short-lived cookie that stood for a proof of the device. */
const boundPlaces = (
  request: Request,
  { session: { cookie, deviceBound } }: Client,
): readonly CookieKey[] => {
  if (deviceBound === undefined) return []
  const { cookieName: name } = deviceBound
  const found = findCookie(request.header('cookie'), name)
  return found.kind === 'absent' ? [] : [{ name, sameSite: cookie.sameSite }]
}

/**
 * What takes our cookies out of a browser that signs out: the session, with the attributes that it
 * was set with, what stood for a proof of its device, the remembered choice of its provider, and
 * whatever logins and logouts have left behind. Only what the browser has sent.
 */
export const farewell = (request: Request, policy: Policy, client: Client): readonly Header[] => {
  const leftovers = parseCookies(request.header('cookie'))
    .map(({ name }) => name)
    .filter((name) => name.startsWith(LOGIN_COOKIE_PREFIX) || name === LOGOUT_COOKIE)
  return clearing([
    ...sessionPlaces(request, client),
    ...boundPlaces(request, client),
    ...choiceToForget(policy, client, request),
    ...[...new Set(leftovers)].map((name) => ({ name, ...siteOfCookie(request, client) })),
  ])
}
