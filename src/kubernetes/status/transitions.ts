import type { DesiredCondition } from '../conditions/desired-status.ts'
import { STALLED } from '../conditions/stalled.ts'
import type { ApiObject } from '../watch/watch-line.ts'
import { statusOf, type WrittenStatus } from './status-document.ts'

/** The condition that sums the others up. */
const MAIN: ReadonlySet<string> = new Set(['Ready', 'Programmed'])

/**
 * Conditions whose status or reason moved, with what they say now, each thing once: `Stalled`, and
 * `Ready` of a route, often repeat another. Of an object that had none before, those that a person
 * would want to hear of: the one that sums it up, and whatever is wrong.
 */
export const transitionsOf = (
  before: ApiObject,
  after: WrittenStatus,
): readonly DesiredCondition[] => {
  const former = new Map((statusOf(before).conditions ?? []).map((one) => [one.type, one]))
  const moved = (after.conditions ?? []).filter(({ type, status, reason }) => {
    const was = former.get(type)
    if (type === STALLED) return false
    if (was === undefined) return status === 'False' || MAIN.has(type)
    return was.status !== status || was.reason !== reason
  })
  return moved.filter(
    ({ status, message }, at) =>
      !moved.slice(0, at).some((one) => one.status === status && one.message === message),
  )
}
