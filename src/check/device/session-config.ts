import { cookieAttributes } from '../../core/cookie/cookie.ts'
import type { Json } from '../../core/identity/identity.ts'
import type { Policy } from '../../core/policy/policy.ts'
import type { Client, DeviceBound } from '../../core/registration/client.ts'
import type { Request } from '../../core/request/request.ts'

/** What a sign-in or a sign-out asks for needs no proof, and no browser waits for one there. */
const exceptedPaths = ({ clients }: Pick<Policy, 'clients'>, { paths }: DeviceBound) =>
  new Set([
    ...clients.flatMap(({ callbackPath, logout }) => [callbackPath, logout.path]),
    paths.bind,
  ])

/**
 * Of the rules that match a path the last decides, and one for `/account` matches what is below as
 * well, which is the application's. So what is below is taken in again, and a path below another
 * is excepted after it.
 */
const scopeRules = (domain: string, paths: ReadonlySet<string>) =>
  [...paths]
    .toSorted((one, other) => one.length - other.length)
    .flatMap((path) => [
      { type: 'exclude', domain, path },
      { type: 'include', domain, path: `${path}/` },
    ])

/**
 * What a browser is to do with a session that is bound: which cookie to renew, where, and for which
 * requests. Requests of other sites as well: a link in a message is one.
 */
export const sessionConfig = (
  { host }: Pick<Request, 'host'>,
  policy: Pick<Policy, 'clients'>,
  { session: { cookie } }: Client,
  terms: DeviceBound,
  sessionId: string,
): Readonly<Record<string, Json>> => ({
  session_identifier: sessionId,
  refresh_url: terms.paths.refresh,
  scope: {
    include_site: false,
    scope_specification: scopeRules(host, exceptedPaths(policy, terms)),
  },
  credentials: [
    {
      type: 'cookie',
      name: terms.cookieName,
      attributes: cookieAttributes({ sameSite: cookie.sameSite }),
    },
  ],
  allowed_refresh_initiators: ['*'],
})
