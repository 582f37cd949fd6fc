import type { Policy, Rule } from '../../core/policy/policy.ts'
import { faultAt } from '../../core/reason/fault.ts'
import type { Awaitable } from '../../core/time/awaitable.ts'

/** Does some work; a fault in it says under which policy and rule it came up. */
export const placed = <T>(
  { name: policy }: Policy,
  { name: rule }: Rule,
  work: () => Awaitable<T>,
): Awaitable<T> => {
  try {
    const outcome = work()
    if (!(outcome instanceof Promise)) return outcome
    return outcome.catch((thrown: unknown) => Promise.reject(faultAt(thrown, { policy, rule })))
  } catch (thrown) {
    throw faultAt(thrown, { policy, rule })
  }
}
