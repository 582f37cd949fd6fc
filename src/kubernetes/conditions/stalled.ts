import { condition } from './condition.ts'
import type { DesiredCondition } from './desired-status.ts'

/**
 * The type of the condition that is there only while nothing will mend itself (kstatus: an object
 * that has it has failed, and waiting for it is of no use).
 */
export const STALLED = 'Stalled'

/**
 * What stays as it is until somebody changes an object. What may come by itself is not among them:
 * a Secret that is not there yet, a provider that does not answer.
 */
const FINAL: ReadonlySet<string> = new Set([
  'Invalid',
  'HostConflict',
  'PartiallyAccepted',
  'RefNotPermitted',
  'ClientUnsuitable',
  'SecretInvalid',
  'ConfigMapInvalid',
  'IssuerMismatch',
])

/** The conditions, and after them `Stalled` where the first of them that is final says so. */
export const withStalled = (
  conditions: readonly DesiredCondition[],
): readonly DesiredCondition[] => {
  const final = conditions.find(({ reason }) => FINAL.has(reason))
  return final === undefined
    ? conditions
    : [...conditions, condition(STALLED, 'True', final.reason, final.message)]
}
