import { eachInSteps, type Steps, sortInSteps } from '../../../core/time/steps.ts'
import { coveringWildcards } from '../../matching/host.ts'

/**
 * A ProtectedRoute with the canonical hosts it asks for, or an OIDCClient with its callback host.
 */
export interface HostClaim {
  readonly namespace: string
  /** `namespace/name` of a ProtectedRoute, `OIDCClient namespace/name` of a client. */
  readonly route: string
  /** Whether a client asks, for its callback alone: such claims of one namespace share a host. */
  readonly isCallback?: boolean
  /** Absent: younger than every route that has one. */
  readonly creationTimestampMs?: number
  readonly hosts: readonly string[]
}

/**
 * Whether a route got a host it asked for; if not, which route holds it and through which host of
 * its own.
 */
export type HostStanding =
  | { readonly kind: 'owned'; readonly host: string }
  | {
      readonly kind: 'conflicted'
      readonly host: string
      readonly conflictingWith: string
      readonly through: string
    }

type Owner = Pick<HostClaim, 'namespace' | 'route' | 'isCallback'>

const ageOf = (claim: HostClaim): number => claim.creationTimestampMs ?? Number.POSITIVE_INFINITY

const compareText = (a: string, b: string): number => {
  if (a === b) return 0
  return a < b ? -1 : 1
}

const compareNames = (a: HostClaim, b: HostClaim): number =>
  compareText(a.namespace, b.namespace) || compareText(a.route, b.route)

const share = (a: Owner, b: Owner): boolean =>
  a.isCallback === true && b.isCallback === true && a.namespace === b.namespace

const oldestFirst = (a: HostClaim, b: HostClaim): number =>
  ageOf(a) === ageOf(b) ? compareNames(a, b) : ageOf(a) - ageOf(b)

/** The standings of each claim by the name in it, in the order in which they were settled. */
export type Standings = ReadonlyMap<string, readonly HostStanding[]>

/** What was settled before, and for whom. */
export interface Settled {
  readonly claims: readonly HostClaim[]
  readonly standings: Standings
}

const sameMembers = (a: readonly HostClaim[], b: readonly HostClaim[]): boolean =>
  a.length === b.length && a.every((claim, at) => claim === b[at])

const sameStanding = (a: HostStanding, b: HostStanding | undefined): boolean => {
  if (a.kind === 'owned' || b?.kind !== 'conflicted') return a.kind === b?.kind && a.host === b.host
  const { host, conflictingWith, through } = b
  return a.host === host && a.conflictingWith === conflictingWith && a.through === through
}

const sameStandings = (a: readonly HostStanding[], b: readonly HostStanding[]): boolean =>
  a.length === b.length && a.every((standing, at) => sameStanding(standing, b[at]))

/**
 * Settles who owns which host (R28). The oldest claim on a host wins. A host below a wildcard
 * belongs to whoever holds the closest wildcard above it, so another namespace can take it only by
 * having been there first; the namespace that holds the wildcard divides it as it likes. Hence no
 * younger route of another namespace ever changes what a host answers, and a route older than a
 * wildcard keeps its more specific host under it. Only the host in conflict is lost. Claims that
 * are those of before are not settled again, and standings that did not change stay the same
 * object.
 */
export const settleHosts = function* (
  claims: readonly HostClaim[],
  before?: Settled,
): Steps<Standings> {
  if (before !== undefined && sameMembers(claims, before.claims)) return before.standings
  const owners = new Map<string, Owner>()

  const holderOf = (host: string, namespace: string): [string, Owner] | undefined => {
    const same = owners.get(host)
    if (same !== undefined) return [host, same]
    for (const wildcard of coveringWildcards(host)) {
      const owner = owners.get(wildcard)
      if (owner !== undefined) return owner.namespace === namespace ? undefined : [wildcard, owner]
    }
    return undefined
  }

  const stand = (host: string, claim: HostClaim): HostStanding => {
    const holder = holderOf(host, claim.namespace)
    if (holder === undefined) {
      owners.set(host, claim)
      return { kind: 'owned', host }
    }
    const [through, owner] = holder
    if (through === host && share(owner, claim)) return { kind: 'owned', host }
    return { kind: 'conflicted', host, conflictingWith: owner.route, through }
  }

  const standings = new Map<string, readonly HostStanding[]>()
  yield* eachInSteps(yield* sortInSteps(claims, oldestFirst), (claim) => {
    const now = claim.hosts.map((host) => stand(host, claim))
    const former = before?.standings.get(claim.route)
    standings.set(claim.route, former !== undefined && sameStandings(former, now) ? former : now)
  })
  return standings
}
