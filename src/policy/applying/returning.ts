import type { Policy } from '../../core/policy/policy.ts'
import type { Client } from '../../core/registration/client.ts'
import { valuesIn } from '../../core/request/query.ts'
import type { Path, Request } from '../../core/request/request.ts'
import { localPathOf } from '../../core/request/return-url.ts'
import { readingsOf } from '../matching/readings.ts'
import { ownRoadOf } from './own-roads.ts'

/** The query parameter by which a link names where to go afterwards. */
export const RETURN_PARAMETER = 'rd'

/** What a request names as the place to go to afterwards. */
export type Wanted =
  | { readonly kind: 'none' }
  /** Path and query on the same host, or one of the URLs that the client lists. */
  | { readonly kind: 'wanted'; readonly url: string }
  /** Something that nobody is sent to. */
  | { readonly kind: 'refused' }

const NONE: Wanted = { kind: 'none' }
const REFUSED: Wanted = { kind: 'refused' }

const encodedOf = ({ raw, query }: Path): string =>
  query === '' && !raw.endsWith('?') ? raw : raw.slice(0, raw.length - query.length - 1)

/** Whether anybody on the way may take a path for one of ours. */
const isOwn = (policy: Pick<Policy, 'clients'>, path: Path): boolean => {
  const readings = path.unambiguous ? [path.canonical] : readingsOf(encodedOf(path))
  if (readings === undefined) return true
  return [...readings].some((reading) => ownRoadOf(policy, reading) !== undefined)
}

const pageOf = (policy: Pick<Policy, 'clients'>, url: string): Wanted => {
  const path = localPathOf(url)
  return path === undefined || isOwn(policy, path) ? REFUSED : { kind: 'wanted', url: path.raw }
}

const namedBy = ({ path }: Pick<Request, 'path'>): readonly string[] =>
  valuesIn(path.query, RETURN_PARAMETER)

/**
 * The one rule for where a link may send somebody (R18), for a login: to a page of this host, and
 * to no road of ours, so that a link to sign in never signs out. Two names are none.
 */
export const wantedAfterLogin = (
  policy: Pick<Policy, 'clients'>,
  request: Pick<Request, 'path'>,
): Wanted => {
  const names = namedBy(request)
  const [url] = names
  if (url === undefined) return NONE
  return names.length === 1 ? pageOf(policy, url) : REFUSED
}

/** The same for a sign-out: to what the client lists, byte for byte. */
export const wantedAfterLogout = (
  { logout }: Pick<Client, 'logout'>,
  request: Pick<Request, 'path'>,
): Wanted => {
  const names = namedBy(request)
  const [url] = names
  if (url === undefined) return NONE
  return names.length === 1 && logout.redirectUrls.includes(url) ? { kind: 'wanted', url } : REFUSED
}
