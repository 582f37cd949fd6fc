import type { CompileExpression } from '../core/policy/expression.ts'
import { eachInSteps, type Steps } from '../core/time/steps.ts'
import type { Resource } from './resource/resource.ts'
import { areExpressionsTooLong, writtenExpressions } from './resource/written-expressions.ts'

/** Whether any of these resources holds an expression in CEL. */
export const useExpressions = function* (resources: readonly Resource[]): Steps<boolean> {
  let uses = false
  yield* eachInSteps(resources, (resource) => {
    uses ||= writtenExpressions(resource).length > 0
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
    if (!before.has(resource) && writtenExpressions(resource).length > 0) added.push(resource)
  })
  for (const resource of added) {
    before.add(resource)
    if (areExpressionsTooLong(resource)) continue
    for (const { text, use } of writtenExpressions(resource)) {
      compile(text, use)
      yield
    }
  }
}
