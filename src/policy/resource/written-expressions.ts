import { type ExpressionUse, MOST_EXPRESSION_CHARACTERS } from '../../core/policy/expression.ts'
import type { Resource } from './resource.ts'

/** An expression in CEL as it stands in a resource. */
export interface WrittenExpression {
  readonly text: string
  readonly use: ExpressionUse
}

interface Expressions {
  readonly written: readonly WrittenExpression[]
  readonly areTooLong: boolean
}

/** Every `cel` below a value: a condition where it authorizes, and a value elsewhere. */
const writtenIn = (value: unknown, use: ExpressionUse): readonly WrittenExpression[] => {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, member]) =>
    name === 'cel' && typeof member === 'string'
      ? [{ text: member, use }]
      : writtenIn(member, name === 'authorize' ? 'condition' : use),
  )
}

const NONE: Expressions = { written: [], areTooLong: false }

const known = new WeakMap<Resource, Expressions>()

const expressionsOf = (resource: Resource): Expressions => {
  if (resource.kind !== 'ProtectedRoute') return NONE
  const before = known.get(resource)
  if (before !== undefined) return before
  const written = writtenIn(resource.spec, 'value')
  const characters = written.reduce((sum, { text }) => sum + text.length, 0)
  const made = { written, areTooLong: characters > MOST_EXPRESSION_CHARACTERS }
  known.set(resource, made)
  return made
}

/** The expressions of a resource, in the order of its fields. */
export const writtenExpressions = (resource: Resource): readonly WrittenExpression[] =>
  expressionsOf(resource).written

/** Whether they are so long together that none of them is read. */
export const areExpressionsTooLong = (resource: Resource): boolean =>
  expressionsOf(resource).areTooLong
