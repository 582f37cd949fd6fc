import type { DesiredCondition } from '../conditions/desired-status.ts'
import type { ApiObject } from '../watch/watch-line.ts'
import { statusOf, type WrittenStatus } from './status-document.ts'

/** The condition that sums the others up. */
const MAIN: ReadonlySet<string> = new Set(['Ready', 'Programmed'])

/**
 * Conditions whose status or reason moved, with what they say now. Of an object that had none
 * before, those that a person would want to hear of: the one that sums it up, and whatever is
 * wrong.
 */
export const transitionsOf = (
  before: ApiObject,
  after: WrittenStatus,
): readonly DesiredCondition[] => {
  const former = new Map((statusOf(before).conditions ?? []).map((one) => [one.type, one]))
  return (after.conditions ?? []).filter(({ type, status, reason }) => {
    const was = former.get(type)
    if (was === undefined) return status === 'False' || MAIN.has(type)
    return was.status !== status || was.reason !== reason
  })
}
