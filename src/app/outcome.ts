import type { ObjectStatusProblem } from '../kubernetes/conditions/conditions.ts'
import type { DesiredHost } from '../kubernetes/conditions/desired-status.ts'
import type { PresentObject } from '../kubernetes/source/cluster-source.ts'
import type { Outcome } from '../kubernetes/status/controller.ts'
import type { HostSummary } from '../policy/compile/host/hosts.ts'
import { formatField } from '../resources/schema/field-path.ts'
import type { CompiledResources } from './compile-resources.ts'

const hostOf = (summary: HostSummary): DesiredHost => {
  const { host, state } = summary
  return state === 'Conflicted'
    ? { host, state, conflictingWith: summary.conflictingWith }
    : { host, state }
}

/** What was wrong while reading is a matter of the object itself. */
const problemsOf = ({ problems, unread }: CompiledResources): readonly ObjectStatusProblem[] => [
  ...unread.flatMap(({ object, field, message }) =>
    object === undefined ? [] : [{ object, field, message, reason: 'Invalid' }],
  ),
  ...problems.map(({ object, field, message, reason }) => ({
    object,
    field: formatField(field),
    message,
    reason,
  })),
]

/** A compilation as statuses speak of it. */
export const outcomeOf = (
  compiled: CompiledResources,
  present: readonly PresentObject[],
): Outcome => ({
  present,
  objects: compiled.objects,
  routes: compiled.routes.map(({ name, hosts }) => ({ name, hosts: hosts.map(hostOf) })),
  registrations: compiled.registrations,
  problems: problemsOf(compiled),
})
