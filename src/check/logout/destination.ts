import type { Client } from '../../core/registration/client.ts'
import type { Request } from '../../core/request/request.ts'
import { wantedAfterLogout } from '../../policy/applying/returning.ts'

/** Where a sign-out leads. */
export interface Destination {
  /** A path of the host or a URL; absent: a page that says that it is done. */
  readonly url?: string
  /** For the log: why it is not what the request names. */
  readonly detail?: string
}

type Logout = Pick<Client, 'logout'>

const usual = ({ logout: { redirectUrl } }: Logout): Destination =>
  redirectUrl === undefined ? {} : { url: redirectUrl }

/** For the log: why a request to sign out leads nowhere that it names. */
export const NOT_LISTED =
  'The parameter rd names nothing that `logout.redirectURLs` lists, and was passed over.'

/** Where a request to sign out wants to go, as far as its client lists that. */
export const destinationOf = (client: Logout, request: Pick<Request, 'path'>): Destination => {
  const wanted = wantedAfterLogout(client, request)
  switch (wanted.kind) {
    case 'none':
      return usual(client)
    case 'refused':
      return { ...usual(client), detail: NOT_LISTED }
    case 'wanted':
      return { url: wanted.url }
  }
}

const PLACE = /\.([0-9]{1,2})$/

/**
 * A `state` with the place of a destination among those that the client lists, for the way by the
 * provider, where one URL is registered.
 */
export const withDestination = (
  state: string,
  { logout }: Logout,
  { url }: Destination,
): string => {
  const place = url === undefined ? -1 : logout.redirectUrls.indexOf(url)
  return place < 0 ? state : `${state}.${place}`
}

/** The destination that a `state` of ours came back with. */
export const destinationIn = (state: string, client: Logout): Destination => {
  const [, place] = PLACE.exec(state) ?? []
  const url = place === undefined ? undefined : client.logout.redirectUrls[Number(place)]
  return url === undefined ? usual(client) : { url }
}
