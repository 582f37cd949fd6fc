import type { Meter } from '../value/meter.ts'
import type { Failure, Kind, Value } from '../value/value.ts'

/** What an operation takes or gives, as far as it is known before anything is evaluated. */
export type OperandKind = Kind | 'any'

/** Which operands go together, and what comes of them. */
export type Overload = readonly [takes: readonly OperandKind[], gives: OperandKind]

/** What stands for an operand that an overload does not take. */
export const ABSENT: Value = { kind: 'type', name: 'absent' }

/** What came of an operation; `undefined`: it is not for operands of these types. */
export type Outcome = Value | Failure | undefined

/** A function or an operator of the language. */
export interface Operation {
  /** How it is written: `f(x)`, `x.f()`, either of them, or as an operator. */
  readonly as: 'function' | 'method' | 'either' | 'operator'
  readonly overloads: readonly Overload[]
  /** Whether operands that are written out are looked at when the expression is compiled. */
  readonly isFolded?: true
  /** What an overload does not take is `ABSENT`. */
  readonly run: (meter: Meter, first: Value, second: Value, third: Value, fourth: Value) => Outcome
}

/** Operations by the names that the parser gives them. */
export type Operations = Readonly<Record<string, Operation>>
