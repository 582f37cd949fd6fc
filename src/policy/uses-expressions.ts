import {
  type CompileExpression,
  type ExpressionUse,
  MOST_EXPRESSION_CHARACTERS,
} from '../core/policy/expression.ts'
import { eachInSteps, type Steps } from '../core/time/steps.ts'
import type { Resource } from './resource/resource.ts'

interface Written {
  readonly text: string
  readonly use: ExpressionUse
}

/** Every `cel` below a value: a condition where it authorizes, and a value elsewhere. */
const writtenIn = (value: unknown, use: ExpressionUse): readonly Written[] => {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, member]) =>
    name === 'cel' && typeof member === 'string'
      ? [{ text: member, use }]
      : writtenIn(member, name === 'authorize' ? 'condition' : use),
  )
}

const known = new WeakMap<Resource, readonly Written[]>()

const expressionsOf = (resource: Resource): readonly Written[] => {
  if (resource.kind !== 'ProtectedRoute') return []
  const before = known.get(resource)
  if (before !== undefined) return before
  const written = writtenIn(resource.spec, 'value')
  known.set(resource, written)
  return written
}

/** Whether any of these resources holds an expression in CEL. */
export const useExpressions = function* (resources: readonly Resource[]): Steps<boolean> {
  let uses = false
  yield* eachInSteps(resources, (resource) => {
    uses ||= expressionsOf(resource).length > 0
  })
  return uses
}

/**
 * Has the expressions of resources that are not among those before compiled, each in a step of its
 * own, so that who compiles the resources finds them made.
 */
export const compileExpressions = function* (
  resources: readonly Resource[],
  compile: CompileExpression,
  before: WeakSet<Resource>,
): Steps<void> {
  const added: Resource[] = []
  yield* eachInSteps(resources, (resource) => {
    if (!before.has(resource) && expressionsOf(resource).length > 0) added.push(resource)
  })
  for (const resource of added) {
    before.add(resource)
    let characters = 0
    for (const { text, use } of expressionsOf(resource)) {
      characters += text.length
      if (characters > MOST_EXPRESSION_CHARACTERS) break
      compile(text, use)
      yield
    }
  }
}
