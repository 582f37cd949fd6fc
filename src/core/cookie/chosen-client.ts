import type { Policy, Rule } from '../policy/policy.ts'
import type { Client } from '../registration/client.ts'
import { valuesIn, withoutParameters } from '../request/query.ts'
import type { Request } from '../request/request.ts'
import { type CookieKey, findCookie } from './cookie.ts'
import { PROVIDER_COOKIE } from './own-cookies.ts'
import { REMEMBER_PARAMETER } from './remember-me.ts'

/** The query parameter by which a link names the client to sign in with. */
const HINT_PARAMETER = 'sallyport_provider'

type Clients = Pick<Policy, 'clients'>

/** What hints and the remembered choice call a client: the name of its resource. */
export const choiceNameOf = ({ name }: Pick<Client, 'name'>): string =>
  name.slice(name.indexOf('/') + 1)

const named = ({ clients }: Clients, name: string): Client | undefined =>
  clients.find((client) => choiceNameOf(client) === name)

/** The client that this browser last signed in with, as far as the route still offers it. */
const rememberedClient = (
  policy: Clients,
  request: Pick<Request, 'header'>,
): Client | undefined => {
  const cookie = findCookie(request.header('cookie'), PROVIDER_COOKIE)
  return cookie.kind === 'one' ? named(policy, cookie.value) : undefined
}

const hintsOf = ({ path }: Pick<Request, 'path'>): readonly string[] =>
  valuesIn(path.query, HINT_PARAMETER)

/**
 * The client that a login goes to without asking: the only one, or the one that the request names,
 * or the one that signed in here last. `undefined`: the person is to choose. A name that the route
 * does not offer asks, whatever is remembered, so a link can always lead to the page.
 */
export const clientToSignInWith = (
  policy: Clients,
  request: Pick<Request, 'header' | 'path'>,
): Client | undefined => {
  if (policy.clients.length < 2) return policy.clients[0]
  const hints = hintsOf(request)
  const [hint] = hints
  if (hint === undefined) return rememberedClient(policy, request)
  return hints.length === 1 ? named(policy, hint) : undefined
}

/** The clients in the order in which their sessions count: the one that signed in last first. */
export const clientsInOrder = (
  policy: Clients,
  request: Pick<Request, 'header'>,
): readonly Client[] => {
  if (policy.clients.length < 2) return policy.clients
  const first = rememberedClient(policy, request)
  if (first === undefined) return policy.clients
  return [first, ...policy.clients.filter((client) => client !== first)]
}

const OWN_PARAMETERS: ReadonlySet<string> = new Set([HINT_PARAMETER, REMEMBER_PARAMETER])

/**
 * What a login returns to: the path and query of the request without what the sign-in page adds,
 * and without what the rule takes for a token; everything else byte for byte.
 */
export const wantedPath = (
  { path }: Pick<Request, 'path'>,
  { tokenNames }: Pick<Rule, 'tokenNames'>,
): string => {
  const wanted = withoutParameters(path.raw, OWN_PARAMETERS)
  return tokenNames === undefined ? wanted : withoutParameters(wanted, tokenNames.parameters)
}

const withParameter = (path: string, name: string, value: string): string =>
  `${path}${path.includes('?') ? '&' : '?'}${name}=${value}`

/** A path and query with the hint for one client. */
const withHint = (path: string, client: Client): string =>
  withParameter(path, HINT_PARAMETER, choiceNameOf(client))

/** One way to sign in that the sign-in page offers. */
export interface SignInWay {
  readonly client: Client
  readonly remember: boolean
  /** Path and query on the same host. */
  readonly href: string
}

/** Every way to sign in to a page: each client, and where it offers that, remembered as well. */
export const signInWays = ({ clients }: Clients, path: string): readonly SignInWay[] =>
  clients.flatMap((client): readonly SignInWay[] => {
    const way = clients.length > 1 ? withHint(path, client) : path
    if (client.session.rememberMe === undefined) return [{ client, remember: false, href: way }]
    return [false, true].map((remember) => ({
      client,
      remember,
      href: withParameter(way, REMEMBER_PARAMETER, remember ? 'yes' : 'no'),
    }))
  })

/** Whether the login goes to this client for the one reason that the browser remembers it. */
export const isRemembered = (
  policy: Clients,
  client: Client,
  request: Pick<Request, 'header' | 'path'>,
): boolean => hintsOf(request).length === 0 && rememberedClient(policy, request) === client

/** The remembered choice of this browser, to be removed, if it is this client. */
export const choiceToForget = (
  policy: Clients,
  client: Client,
  request: Pick<Request, 'header'>,
): readonly CookieKey[] =>
  rememberedClient(policy, request) === client ? [{ name: PROVIDER_COOKIE }] : []
