import { setCookie } from '../../core/cookie/cookie.ts'
import { LOGOUT_COOKIE } from '../../core/cookie/own-cookies.ts'
import type {
  About,
  Deny,
  Header,
  LogoutKind,
  LogoutOutcome,
  Way,
} from '../../core/decision/decision.ts'
import { deny } from '../../core/decision/deny.ts'
import type { Policy } from '../../core/policy/policy.ts'
import type { Client } from '../../core/registration/client.ts'
import type { Request } from '../../core/request/request.ts'
import { originOf } from '../../core/request/return-url.ts'
import type { OpenSession } from '../../core/session/session-store.ts'
import { aboutSession } from '../answer/about-session.ts'
import { farewell } from '../answer/farewell.ts'
import { siteOfCookie } from '../answer/framing.ts'
import type { Destination } from './destination.ts'

const LOGOUT_TTL_SECONDS = 600

const SIGN_IN_AGAIN: Way = { label: 'sign_in_again', href: '/' }

/** What the provider has to do with a sign-out. */
export type AtProvider =
  | { readonly kind: 'not_asked' }
  /** The browser is to go there; `state` comes back with it. */
  | { readonly kind: 'asked'; readonly url: string; readonly state: string }
  | { readonly kind: 'unreachable'; readonly detail: string }

/**
 * How a sign-out went: the session, as far as it was found, and why the store could not be told.
 */
export interface Ending {
  readonly open?: OpenSession
  readonly failure?: string
  readonly provider: AtProvider
}

const aboutOf = (
  policy: Policy,
  { open, failure }: Partial<Ending>,
  kind: LogoutKind = 'local',
): About => {
  const outcome: LogoutOutcome = failure === undefined ? 'ended' : 'failed'
  const isLogout = open !== undefined || failure !== undefined
  return {
    policy: policy.name,
    ...(open === undefined ? {} : aboutSession(open.session)),
    ...(isLogout ? { logout: { kind, outcome } } : {}),
  }
}

const locationOf = (request: Request, { url }: Destination): string | undefined =>
  url?.startsWith('/') === true ? originOf(request) + url : url

/** For the log: what was not done, and why the destination is not what was named. */
const detailOf = ({ detail }: Destination, notDone?: string): { readonly detail?: string } => {
  const all = [notDone, detail].filter((one) => one !== undefined)
  return all.length === 0 ? {} : { detail: all.join(' ') }
}

/** The last answer of a sign-out that is complete: where it leads, or a page that says so. */
export const signedOut = (
  request: Request,
  policy: Policy,
  destination: Destination,
  headers: readonly Header[],
  ending: Partial<Ending> = {},
): Deny => {
  const location = locationOf(request, destination)
  const said = { about: aboutOf(policy, ending), ...detailOf(destination) }
  if (location === undefined) return deny('signed_out', { headers, ways: [SIGN_IN_AGAIN], ...said })
  return deny('signed_out', {
    status: 303,
    headers: [['location', location], ...headers],
    content: 'none',
    ...said,
  })
}

const stateCookie = (request: Request, client: Client, state: string): Header => {
  const site = siteOfCookie(request, client)
  const attributes = { ...site, maxAgeSeconds: LOGOUT_TTL_SECONDS }
  return ['set-cookie', setCookie(LOGOUT_COOKIE, state, attributes)]
}

const signedOutHere = (
  request: Request,
  policy: Policy,
  destination: Destination,
  headers: readonly Header[],
  ending: Ending,
  detail: string,
): Deny => {
  const location = locationOf(request, destination)
  const way: Way = location === undefined ? SIGN_IN_AGAIN : { label: 'continue', href: location }
  const about = aboutOf(policy, ending)
  return deny('signed_out_here', {
    headers,
    ways: [way],
    about,
    ...detailOf(destination, detail),
  })
}

/** The store could not be told: whoever reads this learns it, and can still end the rest. */
const incomplete = (
  request: Request,
  policy: Policy,
  client: Client,
  destination: Destination,
  headers: readonly Header[],
  ending: Ending & { readonly failure: string },
): Deny => {
  const { provider, failure } = ending
  const about = aboutOf(policy, ending)
  const said = { about, ...detailOf(destination, failure) }
  if (provider.kind !== 'asked') return deny('sign_out_incomplete', { headers, ...said })
  return deny('sign_out_incomplete', {
    headers: [...headers, stateCookie(request, client, provider.state)],
    ways: [{ label: 'sign_out_at_provider', href: provider.url }],
    ...said,
  })
}

/** The answer that says what was done, and what was not. Takes our cookies off in any case. */
export const answerSignOut = (
  request: Request,
  policy: Policy,
  client: Client,
  destination: Destination,
  ending: Ending,
): Deny => {
  const { failure, provider } = ending
  const gone = farewell(request, policy, client)
  if (failure !== undefined) {
    return incomplete(request, policy, client, destination, gone, { ...ending, failure })
  }
  switch (provider.kind) {
    case 'not_asked':
      return signedOut(request, policy, destination, gone, ending)
    case 'unreachable':
      return signedOutHere(request, policy, destination, gone, ending, provider.detail)
    case 'asked':
      return deny('sign_out_at_provider', {
        headers: [
          ['location', provider.url],
          ...gone,
          stateCookie(request, client, provider.state),
        ],
        content: 'none',
        about: aboutOf(policy, ending, 'rp_initiated'),
        ...detailOf(destination),
      })
  }
}
