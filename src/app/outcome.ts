import { eachInSteps, flatMapInSteps, mapInSteps, type Steps } from '../core/time/steps.ts'
import type { DesiredHost } from '../kubernetes/conditions/desired-status.ts'
import type { ObjectStatusProblem, RouteHosts } from '../kubernetes/conditions/statuses.ts'
import type { PresentObject } from '../kubernetes/source/cluster-source.ts'
import type { Outcome } from '../kubernetes/status/controller.ts'
import type { HostSummary, RouteSummary } from '../policy/compile/host/hosts.ts'
import { formatField } from '../resources/schema/field-path.ts'
import type { CompiledResources } from './compile-resources.ts'

const hostOf = (summary: HostSummary): DesiredHost => {
  const { host, state } = summary
  return state === 'Conflicted'
    ? { host, state, conflictingWith: summary.conflictingWith }
    : { host, state }
}

/** What was wrong while reading is a matter of the object itself. */
const problemsOf = function* ({
  problems,
  unread,
}: CompiledResources): Steps<readonly ObjectStatusProblem[]> {
  const ofReading = yield* flatMapInSteps(unread, ({ object, field, message }) =>
    object === undefined ? [] : [{ object, field, message, reason: 'Invalid' }],
  )
  const ofCompiling = yield* mapInSteps(problems, ({ object, field, message, reason }) => ({
    object,
    field: formatField(field),
    message,
    reason,
  }))
  return [...ofReading, ...ofCompiling]
}

/** Says what compilations came to as statuses speak of it. */
export interface Outcomes {
  /** What is said of a route that did not change is the same object as before. */
  readonly of: (compiled: CompiledResources, present: readonly PresentObject[]) => Steps<Outcome>
}

/** Nothing was said yet. */
export const createOutcomes = (): Outcomes => {
  let said: ReadonlyMap<RouteSummary, RouteHosts> = new Map()
  const of = function* (
    compiled: CompiledResources,
    present: readonly PresentObject[],
  ): Steps<Outcome> {
    const routes = new Map<RouteSummary, RouteHosts>()
    yield* eachInSteps(compiled.routes, (route) => {
      const { name, hosts } = route
      routes.set(route, said.get(route) ?? { name, hosts: hosts.map(hostOf) })
    })
    said = routes
    return {
      present,
      objects: compiled.objects,
      routes: [...routes.values()],
      registrations: compiled.registrations,
      problems: yield* problemsOf(compiled),
    }
  }
  return { of }
}
