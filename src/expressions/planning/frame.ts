import type { AskedIdentity, AskedRequest } from '../../core/policy/expression.ts'
import type { Meter } from '../value/meter.ts'
import { Failure, type Value, type ValueMap } from '../value/value.ts'

/** One evaluation: what it is about, what it may still cost, and what its walks are at. */
export interface Frame extends Meter {
  readonly identity: AskedIdentity
  /** Absent where only the identity is known. */
  readonly asked: AskedRequest | undefined
  /** The variables of walks, by the depth of the walk. */
  readonly locals: Value[]
  /** The query, once it was read. */
  query?: ValueMap
}

/** One part of an expression, ready to be evaluated. */
export type Plan = (frame: Frame) => Value | Failure

/** A failure with its place, where nobody has said it yet. */
export const placed = (failure: Failure, at: number): Failure =>
  failure.at === undefined ? new Failure(failure.message, at) : failure
