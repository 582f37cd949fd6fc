import type { InvalidObject } from '../../policy/compile/object/invalid-object.ts'
import {
  type FieldPath,
  type ObjectRef,
  objectKey,
  type Resource,
  refOf,
} from '../../policy/resource/resource.ts'
import { formatField } from '../schema/field-path.ts'
import type { ResourceSchema } from '../schema/schema.ts'
import { type LocatedProblem, type Location, sortProblems } from './diagnostics.ts'
import { readHeldHosts } from './held-hosts.ts'
import { parseYaml, type YamlDocument } from './yaml-text.ts'

/** One object of a file: what it names, where it stands, and the resource if it is valid. */
export interface Manifest {
  readonly ref: ObjectRef
  /** Absent for an object that breaks its schema. */
  readonly resource?: Resource
  /** What is known of it even if it cannot be used. */
  readonly known: Omit<InvalidObject, keyof ObjectRef>
  readonly locate: (field: FieldPath) => Location
}

/** What a file holds. */
export interface Manifests {
  readonly file: string
  /** False if the text is no YAML at all, so that nothing is known about its objects. */
  readonly readable: boolean
  readonly objects: readonly Manifest[]
  readonly problems: readonly LocatedProblem[]
}

/** One object as it is written, and where it stands. */
export interface Entry {
  readonly value: unknown
  readonly base: FieldPath
  readonly document: YamlDocument
}

const isList = (value: unknown): value is { readonly items: readonly unknown[] } =>
  typeof value === 'object' &&
  value !== null &&
  'kind' in value &&
  value.kind === 'List' &&
  'items' in value &&
  Array.isArray(value.items)

/** The objects of a document: itself, or the members of a `kind: List`. */
export const entriesOf = (document: YamlDocument): readonly Entry[] => {
  const { value } = document
  if (!isList(value)) return [{ value, base: [], document }]
  return value.items.map((item, index) => ({ value: item, base: ['items', index], document }))
}

/** Reads the manifests of one text. Never throws; names every problem at once. */
export const readManifests = (text: string, file: string, schema: ResourceSchema): Manifests => {
  const { documents, errors } = parseYaml(text)
  const problems: LocatedProblem[] = errors.map((error) => ({ ...error, file, field: '' }))
  const objects: Manifest[] = []
  for (const { value, base, document } of documents.flatMap(entriesOf)) {
    const locate = (field: FieldPath): Location => ({
      file,
      ...document.locate([...base, ...field]),
    })
    const decoded = schema.decode(value)
    const known = readHeldHosts(value)
    if (decoded.kind === 'resource') {
      objects.push({ ref: refOf(decoded.resource), resource: decoded.resource, known, locate })
      continue
    }
    const { ref } = decoded
    if (ref !== undefined) objects.push({ ref, known, locate })
    for (const { field, message } of decoded.problems) {
      const about = ref === undefined ? {} : { object: ref }
      problems.push({ ...locate(field), ...about, field: formatField(field), message })
    }
  }
  return { file, readable: errors.length === 0, objects, problems: sortProblems(problems) }
}

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
export const joinManifests = (
  files: readonly Manifests[],
  problems: readonly LocatedProblem[],
): ManifestRead => {
  const byKey = new Map<string, Manifest>()
  const repeated = new Set<string>()
  const duplicates: LocatedProblem[] = []
  for (const object of files.flatMap((file) => file.objects)) {
    const key = objectKey(object.ref)
    const first = byKey.get(key)
    if (first === undefined) {
      byKey.set(key, object)
      continue
    }
    repeated.add(key)
    duplicates.push(twice(first, object))
  }
  const usable = ({ ref, resource }: Manifest) =>
    repeated.has(objectKey(ref)) ? undefined : resource
  const objects = [...byKey.values()]
  return {
    resources: objects.flatMap((object) => usable(object) ?? []),
    invalid: objects
      .filter((object) => usable(object) === undefined)
      .map(({ ref, known }) => ({ ...ref, ...known })),
    problems: sortProblems([...problems, ...duplicates]),
    locate: (ref, field) => byKey.get(objectKey(ref))?.locate(field),
  }
}
