import type { InvalidObject } from '../../policy/compile.ts'
import type { ObjectRef, Resource } from '../../policy/resource.ts'
import {
  type CollectionWatch,
  createCollectionWatch,
  type WatchDeps,
} from '../watch/collection-watch.ts'
import type { ApiObject } from '../watch/watch-line.ts'
import { type Collection, customCollections } from './collections.ts'
import { createFailureLog, type FailureListener, failuresOf } from './failures.ts'
import { createReferencedData, type Followed } from './referenced-data.ts'
import { createSettle } from './settle.ts'

/** Something an operator must mend in an object. */
export interface ObjectProblem {
  readonly object?: ObjectRef
  /** As people write it: `spec.rules[0].match`; empty for the whole. */
  readonly field: string
  readonly message: string
}

/** What an object of the API server turned out to be. */
export interface DecodedObject {
  readonly resource?: Resource
  /** What is known of an object that cannot be used as it is written. */
  readonly invalid?: InvalidObject
  readonly problems: readonly ObjectProblem[]
}

/** The complete content of the cluster at one time. */
export interface ClusterRead {
  readonly resources: readonly Resource[]
  /** Objects that are there but cannot be used as they are written, and data that may not be read. */
  readonly invalid: readonly InvalidObject[]
  readonly problems: readonly ObjectProblem[]
}

/** What the source needs. */
export interface ClusterSourceOptions extends WatchDeps, FailureListener {
  /** Where to look; empty: in every namespace. */
  readonly namespaces: readonly string[]
  /** Judges a manifest by its schema. Never throws. */
  readonly decode: (manifest: unknown) => DecodedObject
  /** The Secrets and ConfigMaps that these resources, and what is in force, need. */
  readonly referencesOf: (resources: readonly Resource[]) => readonly ObjectRef[]
  /** Called with the complete content; first when every kind was listed and every reference looked up. */
  readonly onChange: (read: ClusterRead) => void
  /** Something unexpected was thrown on the way; what was told before stays in force, and the next change is told again. */
  readonly onError: (error: unknown) => void
}

/** Custom resources from the API server. */
export interface ClusterSource {
  /** Resolves after the first `onChange`, or when the source is closed before. */
  readonly start: () => Promise<void>
  /** Ends every watch; no `onChange` comes after it was called. */
  readonly close: () => Promise<void>
  /** How long ago the quietest watch heard anything, in milliseconds. */
  readonly stalenessMs: () => number
  /** Why something cannot be read at present, a sentence for each. */
  readonly failures: () => readonly string[]
}

const inOrder = (a: ApiObject, b: ApiObject): number => (nameOf(a) < nameOf(b) ? -1 : 1)

const nameOf = ({ metadata }: ApiObject): string => `${metadata.namespace}/${metadata.name}`

/** Nothing will be told that a first answer would not have told: the list is there, or was refused. */
const isAnswered = ({ watch }: Followed): boolean => watch.synced() || watch.failure() !== undefined

const unreadable = ({ collection, watch }: Followed): DecodedObject => {
  const failure = watch.failure()
  if (watch.synced() || failure === undefined || collection.name === undefined) {
    return { problems: [] }
  }
  const [, , , , namespace = ''] = collection.path.split('/')
  const object = { kind: collection.kind, namespace, name: collection.name }
  const message = `cannot be read: ${failure.message}`
  return { invalid: object, problems: [{ object, field: '', message }] }
}

const join = (objects: readonly DecodedObject[]): ClusterRead => ({
  resources: objects.flatMap(({ resource }) => resource ?? []),
  invalid: objects.flatMap(({ invalid }) => invalid ?? []),
  problems: objects.flatMap(({ problems }) => problems),
})

/**
 * Follows the three kinds, and exactly the Secrets and ConfigMaps that they name. Tells the whole whenever anything changed, in
 * an order that depends on the objects alone. An API server that is away takes nothing away; a Secret that may not be read breaks
 * whoever names it, and nobody else.
 */
export const createClusterSource = (options: ClusterSourceOptions): ClusterSource => {
  const { clock, timers, onChange, onError } = options
  const first = Promise.withResolvers<void>()
  const tellFailures = createFailureLog(options)
  const decoded = new WeakMap<ApiObject, DecodedObject>()
  let isClosed = false

  const decode = ({ kind, apiVersion }: Collection, object: ApiObject): DecodedObject => {
    const known = decoded.get(object)
    if (known !== undefined) return known
    const fresh = options.decode({ ...object, kind, apiVersion })
    decoded.set(object, fresh)
    return fresh
  }
  const decodeAll = ({ collection, watch }: Followed): readonly DecodedObject[] => [
    ...watch
      .objects()
      .toSorted(inOrder)
      .map((object) => decode(collection, object)),
    unreadable({ collection, watch }),
  ]
  const watchOf = (collection: Collection): CollectionWatch => {
    const { path, name } = collection
    const onNotice = (): void => {
      tellFailures(failuresOf(all()))
      settle.notify()
    }
    const watch: CollectionWatch = createCollectionWatch({
      ...options,
      path,
      ...(name === undefined ? {} : { name }),
      onChange: onNotice,
    })
    return watch
  }

  const customs = customCollections(options.namespaces).map((collection): Followed => {
    return { collection, watch: watchOf(collection) }
  })
  const data = createReferencedData(watchOf)
  const all = (): readonly Followed[] => [...customs, ...data.followed()]

  const tell = (): void => {
    if (isClosed || !customs.every(({ watch }) => watch.synced())) return
    const custom = join(customs.flatMap(decodeAll))
    data.follow(options.referencesOf(custom.resources))
    if (!data.followed().every(isAnswered)) return
    const named = join(data.followed().flatMap(decodeAll))
    onChange({
      resources: [...custom.resources, ...named.resources],
      invalid: [...custom.invalid, ...named.invalid],
      problems: [...custom.problems, ...named.problems],
    })
    data.follow(options.referencesOf(custom.resources))
    first.resolve()
  }
  const settle = createSettle(clock, timers, () => {
    try {
      tell()
    } catch (error) {
      onError(error)
    }
  })

  return {
    start: () => {
      for (const { watch } of customs) watch.start()
      return first.promise
    },
    close: async () => {
      isClosed = true
      settle.cancel()
      first.resolve()
      await Promise.all([...customs.map(({ watch }) => watch.close()), data.close()])
      settle.cancel()
    },
    stalenessMs: () => Math.max(0, ...all().map(({ watch }) => clock.nowMs() - watch.heardAtMs())),
    failures: () => [...failuresOf(all()).values()],
  }
}
