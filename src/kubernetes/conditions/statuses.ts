import type {
  ClientStandingOf,
  ProviderStanding,
  StandingOf,
} from '../../core/provider/standing.ts'
import type { Provider } from '../../core/registration/provider.ts'
import { eachInSteps, flatMapInSteps, type Steps } from '../../core/time/steps.ts'
import type { Memo } from '../../policy/compile/object/memo.ts'
import type { ObjectSummary } from '../../policy/compile/object/object-summary.ts'
import { type ObjectRef, objectKey } from '../../policy/resource/resource.ts'
import type { PresentObject } from '../source/cluster-source.ts'
import type { AbsentClaimsOf } from './absent-claims.ts'
import { also, condition, type StatusProblem } from './condition.ts'
import { contentOf } from './conditions.ts'
import type { DesiredHost, DesiredRegistration, DesiredStatus } from './desired-status.ts'

/** A problem, and the object that has it. */
export interface ObjectStatusProblem extends StatusProblem {
  readonly object: ObjectRef
}

/** What became of the hosts of a route. */
export interface RouteHosts {
  /** `namespace/name`. */
  readonly name: string
  readonly hosts: readonly DesiredHost[]
}

/** Everything that statuses speak of. */
export interface StatusInput {
  readonly present: readonly PresentObject[]
  readonly objects: readonly ObjectSummary[]
  readonly routes: readonly RouteHosts[]
  readonly registrations: readonly (DesiredRegistration & { readonly client: ObjectRef })[]
  readonly problems: readonly ObjectStatusProblem[]
  readonly standingOf: StandingOf
  readonly absentClaimsOf: AbsentClaimsOf
  readonly clientStandingOf: ClientStandingOf
  /**
   * Sentences about rights that are missing; the objects of that namespace say so beside their own
   * state.
   */
  readonly missingRightsIn: (namespace: string) => readonly string[]
}

/** A status is read with every list of clients; no provider takes more. */
const MAX_URIS = 128

const urisOf = (registration: DesiredRegistration): DesiredRegistration => ({
  redirectUris: registration.redirectUris.slice(0, MAX_URIS),
  postLogoutRedirectUris: registration.postLogoutRedirectUris.slice(0, MAX_URIS),
})

const mapInto = function* <T, V>(
  members: Iterable<T>,
  entryOf: (member: T) => readonly [string, V],
): Steps<ReadonlyMap<string, V>> {
  const map = new Map<string, V>()
  yield* eachInSteps(members, (member) => {
    map.set(...entryOf(member))
  })
  return map
}

const byObject = function* (
  problems: readonly ObjectStatusProblem[],
): Steps<ReadonlyMap<string, readonly ObjectStatusProblem[]>> {
  const grouped = new Map<string, ObjectStatusProblem[]>()
  yield* eachInSteps(problems, (problem) => {
    const key = objectKey(problem.object)
    const known = grouped.get(key)
    if (known === undefined) grouped.set(key, [problem])
    else known.push(problem)
  })
  return grouped
}

/** How each provider stands now, asked once, and told from another time by its text. */
const standingsNow = (standingOf: StandingOf) => {
  const known = new Map<Provider, { readonly standing: ProviderStanding; readonly text: string }>()
  return (provider: Provider) => {
    const former = known.get(provider)
    if (former !== undefined) return former
    const standing = standingOf(provider)
    const now = { standing, text: JSON.stringify(standing) }
    known.set(provider, now)
    return now
  }
}

const NO_PROBLEMS: readonly ObjectStatusProblem[] = []
const NO_HOSTS: readonly DesiredHost[] = []

/**
 * What the status of every custom resource ought to say: the same for the same input. An object
 * that was there when it was read, but is not among what was compiled, is left out. What is said of
 * an object that nothing is wrong with, and of which nothing changed, is the same object as before.
 */
export const desiredStatuses = function* (
  input: StatusInput,
  memo: Memo<DesiredStatus>,
): Steps<readonly DesiredStatus[]> {
  const summaries = yield* mapInto(input.objects, (one) => [objectKey(one.ref), one])
  const problems = yield* byObject(input.problems)
  const hosts = yield* mapInto(input.routes, (route) => [route.name, route.hosts])
  const registrations = yield* mapInto(input.registrations, (one) => [objectKey(one.client), one])
  const standingNow = standingsNow(input.standingOf)

  const desired = (
    { ref, uid, generation }: PresentObject,
    key: string,
    summary: ObjectSummary,
  ): DesiredStatus => {
    const name = `${ref.namespace}/${ref.name}`
    const registration = registrations.get(key)
    const isClient = ref.kind === 'OIDCClient'
    const absent = isClient ? input.absentClaimsOf(name) : undefined
    const clientStanding = isClient ? input.clientStandingOf(name) : undefined
    const missingRights = input.missingRightsIn(ref.namespace)
    const own = problems.get(key) ?? NO_PROBLEMS
    const ownHosts = ref.kind === 'ProtectedRoute' ? (hosts.get(name) ?? NO_HOSTS) : NO_HOSTS
    const standings = summary.providers.map((provider) => standingNow(provider).text).join()
    const from = [
      ...[uid, generation, own, ownHosts, registration, absent],
      ...[missingRights.join('\n'), standings, JSON.stringify(clientStanding)],
    ]
    return memo.of(summary, from, () => {
      const content = contentOf({
        ...(absent === undefined ? {} : { absent }),
        ...(clientStanding === undefined ? {} : { clientStanding }),
        ...(registration === undefined ? {} : { registration: urisOf(registration) }),
        standingOf: (provider) => standingNow(provider).standing,
        missingRights,
        summary,
        problems: own,
        hosts: ownHosts,
      })
      return { ref, uid, generation, ...content }
    })
  }
  const all = yield* flatMapInSteps(input.present, (one) => {
    const key = objectKey(one.ref)
    const summary = summaries.get(key)
    return summary === undefined ? [] : [desired(one, key, summary)]
  })
  memo.retain()
  return all
}

/**
 * What statuses say while the resources never could be read completely because rights are missing:
 * nothing is in force, and why.
 */
export const unsyncedStatuses = (
  present: readonly PresentObject[],
  missingRightsIn: StatusInput['missingRightsIn'],
): readonly DesiredStatus[] =>
  present.map(({ ref, uid, generation }) => {
    const types = ref.kind === 'ProtectedRoute' ? ['Programmed', 'Ready'] : ['Ready']
    const why = 'Not every resource could be read, so that nothing is in force'
    const message = also(why, missingRightsIn(ref.namespace))
    const conditions = types.map((type) => condition(type, 'Unknown', 'NotSynced', message))
    return { ref, uid, generation, conditions }
  })
