import { eachInSteps, flatMapInSteps, type Steps, sortInSteps } from '../../core/time/steps.ts'
import type { InvalidObject } from '../../policy/compile/object/invalid-object.ts'
import {
  type FieldPath,
  type ObjectRef,
  objectKey,
  type Resource,
} from '../../policy/resource/resource.ts'
import { inOrderOfPlace, type LocatedProblem, type Location } from './diagnostics.ts'
import type { Manifest, Manifests } from './manifests.ts'

/** The complete content of a source at one time. */
export interface ManifestRead {
  readonly resources: readonly Resource[]
  /**
   * Objects that are there but cannot be used as they are written: their last good version stays in
   * force.
   */
  readonly invalid: readonly InvalidObject[]
  readonly problems: readonly LocatedProblem[]
  readonly locate: (object: ObjectRef, field: FieldPath) => Location | undefined
  /** When the source first heard of what is new in it; absent where it was not told of anything. */
  readonly changedAtMs?: number | undefined
}

const place = ({ locate }: Manifest): string => {
  const { file, line, column } = locate([])
  return `${file}:${line}:${column}`
}

const twice = (first: Manifest, second: Manifest): LocatedProblem => ({
  ...second.locate(['metadata', 'name']),
  object: second.ref,
  field: 'metadata.name',
  message: `is there twice: at ${place(first)} and at ${place(second)}; remove or rename one, until then neither is used`,
})

/**
 * Joins files into one read. An object that is there twice is invalid: nobody can tell which one is
 * meant.
 */
export const joinManifests = function* (
  files: readonly Manifests[],
  problems: readonly LocatedProblem[],
): Steps<ManifestRead> {
  const byKey = new Map<string, Manifest>()
  const repeated = new Set<Manifest>()
  const duplicates: LocatedProblem[] = []
  const all = yield* flatMapInSteps(files, (file) => file.objects)
  yield* eachInSteps(all, (object) => {
    if (object.isFormer) return
    const first = byKey.get(object.key)
    if (first === undefined) {
      byKey.set(object.key, object)
      return
    }
    repeated.add(first)
    duplicates.push(twice(first, object))
  })
  yield* eachInSteps(all, (object) => {
    if (object.isFormer && !byKey.has(object.key)) byKey.set(object.key, object)
  })
  const resources: Resource[] = []
  const invalid: InvalidObject[] = []
  yield* eachInSteps(byKey.values(), (object) => {
    const { resource, unusable } = object
    if (resource === undefined || repeated.has(object)) invalid.push(unusable)
    else resources.push(resource)
  })
  return {
    resources,
    invalid,
    problems: yield* sortInSteps([...problems, ...duplicates], inOrderOfPlace),
    locate: (ref, field) => byKey.get(objectKey(ref))?.locate(field),
  }
}
