import type { Steps } from '../../core/time/steps.ts'
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
import { memberOf, readHeldHosts } from './held-hosts.ts'
import { type YamlDocument, yamlInSteps } from './yaml-text.ts'

/** One object of a file: what it names, where it stands, and the resource if it is valid. */
export interface Manifest {
  readonly ref: ObjectRef
  /** Its `objectKey`. */
  readonly key: string
  /** Absent for an object that breaks its schema. */
  readonly resource?: Resource
  /** What it is if it cannot be used: its name, and what else is known of it even so. */
  readonly unusable: InvalidObject
  /** Which document of its file it stands in, from 0. */
  readonly document: number
  /** Its document cannot be read any more; whoever else has its name goes first. */
  readonly isFormer?: true
  readonly locate: (field: FieldPath) => Location
}

/** A document that is no resource, and what it was before may be told by. */
export interface Stranger {
  readonly document: number
  /** `namespace/name`, as far as they are written. */
  readonly path: string
  /** Absent where kind or name cannot be read. */
  readonly ref?: ObjectRef
  readonly known: Omit<InvalidObject, keyof ObjectRef>
  readonly problems: ReadonlySet<LocatedProblem>
  readonly locate: Manifest['locate']
}

/** What a file holds. */
export interface Manifests {
  readonly file: string
  /** False if the text is no YAML at all, so that nothing is known about its objects. */
  readonly readable: boolean
  readonly objects: readonly Manifest[]
  readonly strangers: readonly Stranger[]
  readonly problems: readonly LocatedProblem[]
}

/** One object as it is written, and where it stands. */
export interface Entry {
  readonly value: unknown
  readonly base: FieldPath
  readonly document: YamlDocument
  readonly index: number
}

const isList = (value: unknown): value is { readonly items: readonly unknown[] } =>
  typeof value === 'object' &&
  value !== null &&
  'kind' in value &&
  value.kind === 'List' &&
  'items' in value &&
  Array.isArray(value.items)

/** The objects of a document: itself, or the members of a `kind: List`. */
export const entriesOf = (document: YamlDocument, index: number): readonly Entry[] => {
  const { value } = document
  if (!isList(value)) return [{ value, base: [], document, index }]
  return value.items.map((item, at) => ({ value: item, base: ['items', at], document, index }))
}

/** The name of something that may be no resource; a namespace that is not written is `default`. */
const writtenPath = (manifest: unknown): string => {
  const metadata = memberOf(manifest, 'metadata')
  return `${memberOf(metadata, 'namespace') ?? 'default'}/${memberOf(metadata, 'name')}`
}

/** Reads the manifests of one text, one in each step. Never throws; names every problem at once. */
export const readManifests = function* (
  text: string,
  file: string,
  schema: ResourceSchema,
): Steps<Manifests> {
  const { documents, errors } = yield* yamlInSteps(text)
  const problems: LocatedProblem[] = errors.map((error) => ({ ...error, file, field: '' }))
  const objects: Manifest[] = []
  const strangers: Stranger[] = []
  for (const { value, base, document, index } of documents.flatMap(entriesOf)) {
    yield
    const locate = (field: FieldPath): Location => ({
      file,
      ...document.locate([...base, ...field]),
    })
    const decoded = schema.decode(value)
    const known = readHeldHosts(value)
    if (decoded.kind === 'resource') {
      const { resource } = decoded
      const own = refOf(resource)
      objects.push({
        ref: own,
        key: objectKey(own),
        resource,
        unusable: { ...own, ...known },
        document: index,
        locate,
      })
      continue
    }
    const { ref } = decoded
    if (ref !== undefined) {
      objects.push({
        ref,
        key: objectKey(ref),
        unusable: { ...ref, ...known },
        document: index,
        locate,
      })
    }
    const about = ref === undefined ? {} : { object: ref }
    const found = decoded.problems.map(({ field, message }) => ({
      ...locate(field),
      ...about,
      field: formatField(field),
      message,
    }))
    problems.push(...found)
    strangers.push({
      document: index,
      path: writtenPath(value),
      ...(ref === undefined ? {} : { ref }),
      known,
      problems: new Set(found),
      locate,
    })
  }
  const readable = errors.length === 0
  return { file, readable, objects, strangers, problems: sortProblems(problems) }
}
