import { eachInSteps, type Steps } from '../core/time/steps.ts'
import type { Resource } from './resource/resource.ts'

const holdsExpression = (value: unknown): boolean => {
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).some(
    ([name, member]) => (name === 'cel' && typeof member === 'string') || holdsExpression(member),
  )
}

const known = new WeakMap<Resource, boolean>()

const usesExpression = (resource: Resource): boolean => {
  if (resource.kind !== 'ProtectedRoute') return false
  const before = known.get(resource)
  if (before !== undefined) return before
  const uses = holdsExpression(resource.spec)
  known.set(resource, uses)
  return uses
}

/** Whether any of these resources holds an expression in CEL. */
export const useExpressions = function* (resources: readonly Resource[]): Steps<boolean> {
  let uses = false
  yield* eachInSteps(resources, (resource) => {
    uses ||= usesExpression(resource)
  })
  return uses
}
