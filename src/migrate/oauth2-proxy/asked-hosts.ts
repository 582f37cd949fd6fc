import type { Told } from '../model/migration.ts'
import type { JsonObject } from '../reading/json.ts'
import type { Ledger } from '../reading/ledger.ts'
import { hostsAmong } from '../writing/hosts.ts'
import { clausesAsked } from './authorize.ts'
import type { AuthUrl } from './input/auth-url.ts'

/** Hosts of which the gateway asks the same, and what that is. */
export interface AskedHosts {
  readonly hosts: readonly string[]
  readonly clauses: readonly JsonObject[]
  /** What cannot be asked here, so that these hosts are closed. */
  readonly closed: readonly string[]
}

const queryOf = ({ asked, isUnread }: AuthUrl): string => JSON.stringify([asked, isUnread])

const isFor = ({ hosts }: AuthUrl, host: string): boolean =>
  hosts.length === 0 || hostsAmong(hosts).hosts.includes(host)

const askedOf = (ledger: Ledger, urls: readonly AuthUrl[]): Omit<AskedHosts, 'hosts'> => {
  const [first, ...more] = [...new Map(urls.map((one) => [queryOf(one), one])).values()]
  if (first === undefined) return { clauses: [], closed: [] }
  const clauses = first.isUnread || more.length > 0 ? undefined : clausesAsked(ledger, first.asked)
  return clauses === undefined
    ? { clauses: [], closed: urls.map(({ written }) => written) }
    : { clauses, closed: [] }
}

/** The hosts by what the gateway asks of each: those of the same query share a route. */
export const askedHosts = (
  ledger: Ledger,
  {
    hosts,
    routed,
    urls,
  }: {
    readonly hosts: readonly string[]
    /** The hosts that the input routes; of another nobody knows which query it was asked by. */
    readonly routed: readonly string[]
    readonly urls: readonly AuthUrl[]
  },
): readonly AskedHosts[] => {
  if (hosts.length === 0) return [{ hosts, ...askedOf(ledger, urls) }]
  const known = hostsAmong(routed).hosts
  const ofHost = (host: string) => urls.filter((one) => !known.includes(host) || isFor(one, host))
  const groups = Map.groupBy(hosts, (host) => JSON.stringify(askedOf(ledger, ofHost(host))))
  return [...groups.values()].map((together) => ({
    hosts: together,
    ...askedOf(ledger, ofHost(together[0] ?? '')),
  }))
}

const WORDS =
  '`authorize` of the route of its hosts: what its query asks; the gateway asks Sallyport in its place'
const CLOSED =
  'it asks what cannot be read here, or paths of a host differ in it: its hosts are closed until you write it into `authorize`, and into `rules` where paths differ'

/** What became of each. */
export const toldUrls = (
  urls: readonly AuthUrl[],
  routes: readonly AskedHosts[],
): readonly Told[] => {
  const closed = new Set(routes.flatMap((one) => one.closed))
  return urls.map((one) => {
    const setting = one.written
    if (closed.has(setting) || one.isUnread) {
      return { setting, goes: 'none', words: CLOSED, closes: true }
    }
    return Object.keys(one.asked).length === 0
      ? { setting, goes: 'gateway', words: 'the gateway asks Sallyport in its place' }
      : { setting, goes: 'manifest', words: WORDS }
  })
}
