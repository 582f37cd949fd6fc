import type { Policy } from '../../../core/policy/policy.ts'
import { flatMapInSteps, mapInSteps, type Steps } from '../../../core/time/steps.ts'
import type { HostAnswer, HostEntry } from '../../matching/host-table.ts'
import type { FieldPath, Problem } from '../../resource/resource.ts'
import { deepFreeze } from '../object/deep-freeze.ts'
import { createFindings } from '../object/findings.ts'
import type { Weighed } from '../object/last-good.ts'
import type { Memo } from '../object/memo.ts'
import type { Outcome } from '../object/outcome.ts'
import { type RouteDraft, readHosts } from '../route/route.ts'
import type { HostClaim, HostStanding } from './ownership.ts'

/** What became of one host of a route. */
export type HostSummary =
  | { readonly state: 'Programmed'; readonly host: string }
  /** The route owns the host, and the host answers 503. */
  | { readonly state: 'Broken'; readonly host: string; readonly detail: string }
  | { readonly state: 'Conflicted'; readonly host: string; readonly conflictingWith: string }

/** What became of one ProtectedRoute. */
export interface RouteSummary {
  /** `namespace/name`. */
  readonly name: string
  /** Whether the route as it is now is in force, or an earlier version of it, or none. */
  readonly inForce: 'current' | 'last_good' | 'none'
  readonly hosts: readonly HostSummary[]
}

type RouteOutcome = Outcome<RouteDraft, Policy>

/** What is said and done about the hosts of one route. */
export interface RouteHosts {
  readonly entries: readonly HostEntry[]
  readonly problems: readonly Problem[]
  readonly summary: RouteSummary
}

/** Everything that is said and done about hosts. */
export interface Hosts {
  readonly entries: readonly HostEntry[]
  readonly problems: readonly Problem[]
  readonly summaries: readonly RouteSummary[]
}

type Conflict = Extract<HostStanding, { readonly kind: 'conflicted' }>

const nameOf = (route: RouteOutcome): string => route.object.current.name

type RouteAnswer = Exclude<HostAnswer, { readonly kind: 'callbacks' }>

const answerOf = (route: RouteOutcome): RouteAnswer => {
  const { linked } = route
  if (linked.kind === 'usable') return Object.freeze({ kind: 'found', policy: linked.value })
  const policy = nameOf(route)
  const detail = `ProtectedRoute ${policy} cannot be used: ${linked.detail}.`
  return Object.freeze({ kind: 'broken', policy, detail })
}

const fieldOf = (route: RouteOutcome, host: string): FieldPath => {
  const { inForce } = route.object
  if (inForce.kind !== 'current') return ['spec', 'hosts']
  return ['spec', 'hosts', inForce.good.draft.hosts.indexOf(host)]
}

/** The owner of a host, by the name in its claim. */
export const ownerInWords = (claimed: string): string =>
  claimed.startsWith('OIDCClient ')
    ? `${claimed} as its \`callback.host\``
    : `ProtectedRoute ${claimed}`

const conflictProblem = (route: RouteOutcome, standing: Conflict): Problem => {
  const { host, conflictingWith, through } = standing
  const way = through === host ? '' : ` through its "${through}"`
  const message =
    `The host "${host}" belongs to ${ownerInWords(conflictingWith)}${way}, which comes first; ` +
    'this route loses that host alone: choose another, or have the owner give it up.'
  return {
    object: route.object.current.ref,
    field: fieldOf(route, host),
    message,
    reason: 'HostConflict',
  }
}

const summaryOf = (standing: HostStanding, answer: RouteAnswer): HostSummary => {
  const { host } = standing
  if (standing.kind === 'conflicted') {
    return { state: 'Conflicted', host, conflictingWith: standing.conflictingWith }
  }
  return answer.kind === 'found'
    ? { state: 'Programmed', host }
    : { state: 'Broken', host, detail: answer.detail }
}

const hostsOf = (route: RouteOutcome, standings: readonly HostStanding[]): RouteHosts => {
  const answer = answerOf(route)
  return {
    entries: standings.flatMap(({ kind, host }) => (kind === 'owned' ? [{ host, answer }] : [])),
    problems: deepFreeze(
      standings.flatMap((standing) =>
        standing.kind === 'conflicted' ? [conflictProblem(route, standing)] : [],
      ),
    ),
    summary: deepFreeze({
      name: nameOf(route),
      inForce: route.object.inForce.kind,
      hosts: standings.map((standing) => summaryOf(standing, answer)),
    }),
  }
}

/**
 * The hosts that a route holds: those of the version in force, else those that can be read from an
 * invalid one.
 */
const heldHosts = ({ current, inForce }: Weighed<RouteDraft>): readonly string[] => {
  if (inForce.kind !== 'none') return inForce.good.draft.hosts
  return current.draft?.hosts ?? readHosts(current.writtenHosts ?? [], createFindings())
}

const claimOf = (route: Weighed<RouteDraft>): HostClaim => {
  const { ref, name, creationTimestampMs } = route.current
  return {
    namespace: ref.namespace,
    route: name,
    ...(creationTimestampMs === undefined ? {} : { creationTimestampMs }),
    hosts: heldHosts(route),
  }
}

/** What each route asks for. */
export const claimsOf = (
  routes: readonly Weighed<RouteDraft>[],
  memo: Memo<HostClaim>,
): Steps<readonly HostClaim[]> =>
  mapInSteps(routes, (route) => memo.of(route, [], () => claimOf(route)))

const NONE: readonly HostStanding[] = Object.freeze([])

/**
 * Gives every host to its owner. A route that cannot be used keeps its hosts and answers 503 on
 * them: they are never passed on to the next claimant (R28, R29).
 */
export const assignHosts = function* (
  routes: readonly RouteOutcome[],
  standings: ReadonlyMap<string, readonly HostStanding[]>,
  memo: Memo<RouteHosts>,
): Steps<Hosts> {
  const each = yield* mapInSteps(routes, (route) => {
    const own = standings.get(nameOf(route)) ?? NONE
    return memo.of(route, [own], () => hostsOf(route, own))
  })
  return {
    entries: yield* flatMapInSteps(each, ({ entries }) => entries),
    problems: yield* flatMapInSteps(each, ({ problems }) => problems),
    summaries: yield* mapInSteps(each, ({ summary }) => summary),
  }
}
