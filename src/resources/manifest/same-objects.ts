import { eachInSteps, mapInSteps, type Steps } from '../../core/time/steps.ts'
import type { Manifest, Manifests } from './manifests.ts'

const sameAs = <T>(now: T, before: T): T =>
  JSON.stringify(now) === JSON.stringify(before) ? before : now

/**
 * A file that was read anew, with the very objects that it had before wherever they say the same:
 * whoever remembers what they came to finds them again.
 */
export const withSameObjects = function* (
  now: Manifests,
  before: readonly Manifest[],
): Steps<Manifests> {
  const known = new Map<string, Manifest>()
  yield* eachInSteps(before, (object) => {
    known.set(object.key, object)
  })
  const objects = yield* mapInSteps(now.objects, (object): Manifest => {
    const former = known.get(object.key)
    if (former === undefined) return object
    const { resource, unusable } = object
    return {
      ...object,
      unusable: sameAs(unusable, former.unusable),
      ...(resource === undefined
        ? {}
        : { resource: sameAs(resource, former.resource ?? resource) }),
    }
  })
  return { ...now, objects }
}
