import { choiceToForget } from '../core/chosen-client.ts'
import { findCookie, setCookie } from '../core/cookie.ts'
import type { About, Header, Verdict } from '../core/decision.ts'
import { deny } from '../core/deny.ts'
import { isCrossSite, isSpeculative } from '../core/navigation.ts'
import { LOGOUT_COOKIE, placesOf } from '../core/own-cookies.ts'
import type { Client, Policy } from '../core/policy.ts'
import type { Budget, CheckPorts, OpenSession } from '../core/ports.ts'
import type { Request } from '../core/request.ts'
import { originOf } from '../core/return-url.ts'
import { clearing } from './denials.ts'
import { sessionTenant } from './session-tenant.ts'

/** Ends the session of a browser, here and at the provider. */
export type Logout = (
  request: Request,
  policy: Policy,
  client: Client,
  budget: Budget,
) => Promise<Verdict>

const LOGOUT_TTL_SECONDS = 600

const SIGN_IN_AGAIN = [{ label: 'Sign in again', href: '/' }]

/**
 * Whether this is the provider sending the browser back with the `state` we gave it (RP-Initiated
 * Logout 1.0 section 3).
 */
const isReturn = (request: Request): boolean => {
  const state = new URLSearchParams(request.path.query).get('state')
  const cookie = findCookie(request.header('cookie'), LOGOUT_COOKIE)
  return state !== null && cookie.kind === 'one' && cookie.value === state
}

const mayEnd = (request: Request): boolean =>
  (request.method === 'GET' || request.method === 'POST') &&
  !isSpeculative(request) &&
  !isCrossSite(request)

/** The last answer of a sign-out: the configured URL, or a page that says so. */
const signedOut = (
  request: Request,
  policy: Policy,
  client: Client,
  headers: readonly Header[],
  detail?: string,
): Verdict => {
  const about: About = { policy: policy.name }
  const { redirectUrl } = client.logout
  if (redirectUrl === undefined) {
    const ways = SIGN_IN_AGAIN
    return deny('signed_out', { headers, ways, about, ...(detail === undefined ? {} : { detail }) })
  }
  const location = redirectUrl.startsWith('/') ? originOf(request) + redirectUrl : redirectUrl
  return deny('signed_out', {
    status: 303,
    headers: [['location', location], ...headers],
    content: 'none',
    about,
  })
}

/**
 * Sign-out. The session ends here first; then the provider is asked, and sends the browser back to
 * this same path, so that one URL is registered there. A visit caused by another site, or a
 * prefetch, ends nothing: it is asked first.
 */
export const createLogout = ({ sessions, relyingParty, random }: CheckPorts): Logout => {
  const endSessionUrl = async (
    open: OpenSession,
    request: Request,
    client: Client,
    state: string,
    budget: Budget,
  ): Promise<string | undefined> => {
    if (!client.logout.atProvider) return undefined
    const { idToken } = open.session.tokens
    const returnUrl = originOf(request) + client.logout.path
    const hint = idToken === undefined ? {} : { idToken }
    return relyingParty.endSessionUrl(client, { ...hint, state, returnUrl }, budget)
  }

  const atProvider = async (
    open: OpenSession,
    request: Request,
    policy: Policy,
    client: Client,
    budget: Budget,
  ): Promise<Verdict> => {
    const gone = clearing([client.session.cookie, ...choiceToForget(policy, client, request)])
    const state = random.token(16)
    let location: string | undefined
    try {
      location = await endSessionUrl(open, request, client, state, budget)
    } catch {
      return signedOut(request, policy, client, gone, 'The provider could not be asked as well.')
    }
    if (location === undefined) return signedOut(request, policy, client, gone)
    const attributes = { sameSite: 'Lax', maxAgeSeconds: LOGOUT_TTL_SECONDS } as const
    return deny('sign_out_at_provider', {
      headers: [
        ['location', location],
        ...gone,
        ['set-cookie', setCookie(LOGOUT_COOKIE, state, attributes)],
      ],
      content: 'none',
      about: { policy: policy.name, subject: open.session.subject, via: 'session' },
    })
  }

  return async (request, policy, client, budget) => {
    if (isReturn(request)) return signedOut(request, policy, client, clearing([LOGOUT_COOKIE]))
    const own = client.session.cookie
    const cookie = findCookie(request.header('cookie'), own.name)
    if (cookie.kind === 'absent') return signedOut(request, policy, client, [])
    if (cookie.kind === 'duplicate') {
      return signedOut(request, policy, client, clearing(placesOf(own, request.host)))
    }
    const opening = await sessions.open(sessionTenant(client, request), cookie.value, budget)
    if (opening.kind === 'none') return signedOut(request, policy, client, clearing([own]))
    if (!mayEnd(request)) {
      const ways = [
        { label: 'Sign out', href: client.logout.path },
        { label: 'Stay signed in', href: '/' },
      ]
      return deny('sign_out_unconfirmed', { ways, about: { policy: policy.name } })
    }
    await sessions.remove(opening.open, budget)
    return atProvider(opening.open, request, policy, client, budget)
  }
}
