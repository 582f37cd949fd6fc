import { ABSENT, type Operation } from '../operation/operation.ts'
import { TOO_COSTLY } from '../value/meter.ts'
import { Failure, kindOf, type Value } from '../value/value.ts'
import { type Frame, type Plan, placed } from './frame.ts'

/** What is said where values are not what an operation is for: their types, never the values. */
const noOverload = (sign: string, values: readonly Value[], at: number): Failure => {
  const given = values.filter((value) => value !== ABSENT).map(kindOf)
  return new Failure(`${sign} is not for ${given.join(' and ')}`, at)
}

const settled = (
  { run }: Operation,
  frame: Frame,
  sign: string,
  at: number,
  [one = ABSENT, two = ABSENT, three = ABSENT, four = ABSENT]: readonly Value[],
): Value | Failure => {
  const outcome = run(frame, one, two, three, four)
  if (outcome instanceof Failure) return placed(outcome, at)
  return outcome === undefined ? noOverload(sign, [one, two, three, four], at) : outcome
}

const unaryPlan = (operation: Operation, first: Plan, sign: string, at: number): Plan => {
  const { run } = operation
  return (frame) => {
    frame.left -= 1
    if (frame.left < 0) return TOO_COSTLY
    const one = first(frame)
    if (one instanceof Failure) return one
    const outcome = run(frame, one, ABSENT, ABSENT, ABSENT)
    if (outcome === undefined) return noOverload(sign, [one], at)
    return outcome instanceof Failure ? placed(outcome, at) : outcome
  }
}

const binaryPlan = (
  { run }: Operation,
  first: Plan,
  second: Plan,
  sign: string,
  at: number,
): Plan => {
  return (frame) => {
    frame.left -= 1
    if (frame.left < 0) return TOO_COSTLY
    const one = first(frame)
    if (one instanceof Failure) return one
    const other = second(frame)
    if (other instanceof Failure) return other
    const outcome = run(frame, one, other, ABSENT, ABSENT)
    if (outcome === undefined) return noOverload(sign, [one, other], at)
    return outcome instanceof Failure ? placed(outcome, at) : outcome
  }
}

/** An operation and the plans of its operands as a plan. */
export const callPlan = (
  operation: Operation,
  operands: readonly Plan[],
  sign: string,
  at: number,
): Plan => {
  const [first, second] = operands
  if (operands.length === 1 && first !== undefined) return unaryPlan(operation, first, sign, at)
  if (operands.length === 2 && first !== undefined && second !== undefined) {
    return binaryPlan(operation, first, second, sign, at)
  }
  return (frame) => {
    frame.left -= 1
    if (frame.left < 0) return TOO_COSTLY
    const values: Value[] = []
    for (const operand of operands) {
      const value = operand(frame)
      if (value instanceof Failure) return value
      values.push(value)
    }
    return settled(operation, frame, sign, at, values)
  }
}
