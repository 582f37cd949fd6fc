import type { Macro } from '../syntax/node.ts'
import { spendKeys, TOO_COSTLY } from '../value/meter.ts'
import { Failure, type List, listOf, type Value } from '../value/value.ts'
import { type Frame, type Plan, placed } from './frame.ts'

/** A walk over the members of a list or the keys of a map. */
export interface Walk {
  readonly at: number
  readonly macro: Macro
  readonly range: Plan
  /** Where its variable lies among the locals. */
  readonly slot: number
  readonly where?: Plan
  readonly body: Plan
}

const NO_LIST = new Failure('it walks over something that is neither a list nor a map')
const NO_BOOL = new Failure('something is neither true nor false')

const rangeOf = (value: Value, frame: Frame): List | Failure => {
  if (typeof value !== 'object' || value === null) return NO_LIST
  if (value.kind === 'list') return value
  if (value.kind !== 'map') return NO_LIST
  const keys = value.keys()
  if (keys instanceof Failure) return keys
  return spendKeys(frame, keys.length) ? listOf(keys) : TOO_COSTLY
}

/**
 * `all` and `exists`: one member that decides does so whatever another failed with; where none
 * does, the first failure is the outcome.
 */
const decide = ({ slot, body }: Walk, frame: Frame, list: List, decisive: boolean) => {
  let failure: Failure | undefined
  for (let index = 0; index < list.size; index += 1) {
    frame.left -= 1
    if (frame.left < 0) return TOO_COSTLY
    frame.locals[slot] = list.at(index)
    const outcome = body(frame)
    if (outcome === decisive) return decisive
    if (outcome === !decisive) continue
    failure ??= outcome instanceof Failure ? outcome : NO_BOOL
  }
  return failure ?? !decisive
}

/** The members of which something is true; every other outcome ends it. */
const taken = (test: Plan, { slot }: Walk, frame: Frame, list: List) => {
  const members: Value[] = []
  for (let index = 0; index < list.size; index += 1) {
    frame.left -= 1
    if (frame.left < 0) return TOO_COSTLY
    const member = list.at(index)
    frame.locals[slot] = member
    const outcome = test(frame)
    if (outcome === true) members.push(member)
    else if (outcome !== false) return outcome instanceof Failure ? outcome : NO_BOOL
  }
  return listOf(members)
}

/** What the body makes of each member that is taken, one after the other. */
const made = ({ slot, where, body }: Walk, frame: Frame, list: List): List | Failure => {
  const members: Value[] = []
  for (let index = 0; index < list.size; index += 1) {
    frame.left -= 1
    if (frame.left < 0) return TOO_COSTLY
    frame.locals[slot] = list.at(index)
    const isTaken = where === undefined || where(frame)
    if (isTaken === false) continue
    if (isTaken !== true) return isTaken instanceof Failure ? isTaken : NO_BOOL
    const outcome = body(frame)
    if (outcome instanceof Failure) return outcome
    members.push(outcome)
  }
  return listOf(members)
}

const walked = (walk: Walk, frame: Frame, list: List): Value | Failure => {
  switch (walk.macro) {
    case 'all':
      return decide(walk, frame, list, false)
    case 'exists':
      return decide(walk, frame, list, true)
    case 'exists_one': {
      const found = taken(walk.body, walk, frame, list)
      return found instanceof Failure ? found : found.size === 1
    }
    case 'filter':
      return taken(walk.body, walk, frame, list)
    case 'map':
      return made(walk, frame, list)
  }
}

/** A walk as a plan. */
export const walkPlan = (walk: Walk): Plan => {
  const { range, at } = walk
  return (frame) => {
    const value = range(frame)
    if (value instanceof Failure) return value
    const list = rangeOf(value, frame)
    const outcome = list instanceof Failure ? list : walked(walk, frame, list)
    return outcome instanceof Failure ? placed(outcome, at) : outcome
  }
}
