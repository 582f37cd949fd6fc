import { TOO_COSTLY } from '../value/meter.ts'
import { Failure, type Value } from '../value/value.ts'
import type { Plan } from './frame.ts'

/** The outcome where neither side decides: the first failure that there is. */
const undecided = (one: Value | Failure, other: Value | Failure, at: number): Failure => {
  if (one instanceof Failure) return one
  if (other instanceof Failure) return other
  return new Failure('something is neither true nor false', at)
}

/**
 * `&&` where `false` decides, `||` where `true` does: a side that decides does so whatever the
 * other failed with.
 */
export const eitherPlan = (left: Plan, right: Plan, decisive: boolean, at: number): Plan => {
  return (frame) => {
    frame.left -= 1
    if (frame.left < 0) return TOO_COSTLY
    const one = left(frame)
    if (one === decisive) return decisive
    const other = right(frame)
    if (other === decisive) return decisive
    return one === !decisive && other === !decisive ? !decisive : undecided(one, other, at)
  }
}

/** `c ? a : b`; only the side that is chosen is evaluated. */
export const choicePlan = (condition: Plan, yes: Plan, no: Plan, at: number): Plan => {
  const noBool = new Failure('the condition is neither true nor false', at)
  return (frame) => {
    frame.left -= 1
    if (frame.left < 0) return TOO_COSTLY
    const chosen = condition(frame)
    if (chosen === true) return yes(frame)
    if (chosen === false) return no(frame)
    return chosen instanceof Failure ? chosen : noBool
  }
}
