import type { InvalidObject } from '../../policy/compile/object/invalid-object.ts'
import { type ObjectRef, objectKey, type Resource } from '../../policy/resource/resource.ts'
import {
  type CollectionWatch,
  createCollectionWatch,
  type WatchDeps,
} from '../watch/collection-watch.ts'
import type { ApiObject } from '../watch/watch-line.ts'
import { type Collection, customCollections, NAMESPACES } from './collections.ts'
import type { DecodedObject, ObjectProblem } from './decoded-object.ts'
import { createDecoding } from './decoding.ts'
import {
  createFailureLog,
  type FailureListener,
  failuresOf,
  type MissingRight,
  missingRightsOf,
  refusalOf,
} from './failures.ts'
import { createOptionalWatch } from './optional-watch.ts'
import { createReferencedData, type Followed, MOST_IN_A_NAMESPACE } from './referenced-data.ts'
import { createSettle } from './settle.ts'

/** A custom resource that is there, whether it can be used or not. */
export interface PresentObject {
  readonly ref: ObjectRef
  readonly uid: string
  /** Of its specification, as it was read. */
  readonly generation: number
}

/** The complete content of the cluster at one time. */
export interface ClusterRead {
  readonly resources: readonly Resource[]
  /**
   * Objects that are there but cannot be used as they are written, and data that may not be read.
   */
  readonly invalid: readonly InvalidObject[]
  readonly problems: readonly ObjectProblem[]
  readonly present: readonly PresentObject[]
}

/** What the source needs. */
export interface ClusterSourceOptions extends WatchDeps, FailureListener {
  /** Where to look; empty: in every namespace. */
  readonly namespaces: readonly string[]
  /** Judges a manifest by its schema. Never throws. */
  readonly decode: (manifest: unknown) => DecodedObject
  /** The Secrets and ConfigMaps that these resources, and what is in force, need. */
  readonly referencesOf: (resources: readonly Resource[]) => readonly ObjectRef[]
  /** Whether these resources, or what is in force, ask for the labels of namespaces. */
  readonly needsLabels: (resources: readonly Resource[]) => boolean
  /**
   * Called with the complete content; first when every kind was listed and every reference looked
   * up.
   */
  readonly onChange: (read: ClusterRead) => void
  /** The status of an object may have been written. */
  readonly onStatus: () => void
  /**
   * Something unexpected was thrown on the way; what was told before stays in force, and the next
   * change is told again.
   */
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
  /** Those of the failures that somebody mends by granting a right. */
  readonly missingRights: () => readonly MissingRight[]
  /** The custom resources that could be listed so far, even if the whole never could. */
  readonly present: () => readonly PresentObject[]
  /** A custom resource with its status, as the API server last told it. */
  readonly objectOf: (ref: ObjectRef) => ApiObject | undefined
}

const inOrder = (a: ApiObject, b: ApiObject): number => (nameOf(a) < nameOf(b) ? -1 : 1)

const nameOf = ({ metadata }: ApiObject): string => `${metadata.namespace}/${metadata.name}`

/**
 * Nothing will be told that a first answer would not have told: the list is there, or was refused.
 */
const isAnswered = ({ watch }: Followed): boolean => watch.synced() || watch.failure() !== undefined

/**
 * Once it was read, a right that is taken away takes nothing away: only the API server's word that
 * it is gone does.
 */
const unreadable = ({ collection, watch }: Followed): DecodedObject => {
  const failure = watch.failure()
  const { kind, name, namespace } = collection
  const isUnread = !watch.synced() && failure !== undefined
  if (!isUnread || name === undefined || namespace === undefined) return { problems: [] }
  const object = { kind, namespace, name }
  const message = `cannot be read: ${refusalOf(collection, failure)}`
  return {
    invalid: { ...object, unreadable: `${objectKey(object)} ${message}` },
    problems: [{ object, field: '', message }],
  }
}

const unfollowed = (ref: ObjectRef): DecodedObject => {
  const message = `is not read: the resources of the namespace ${ref.namespace} name more than ${MOST_IN_A_NAMESPACE} Secrets and ConfigMaps; let them name fewer`
  return {
    invalid: { ...ref, unreadable: `${objectKey(ref)} ${message}` },
    problems: [{ object: ref, field: '', message }],
  }
}

const join = (objects: readonly DecodedObject[]): Omit<ClusterRead, 'present'> => ({
  resources: objects.flatMap(({ resource }) => resource ?? []),
  invalid: objects.flatMap(({ invalid }) => invalid ?? []),
  problems: objects.flatMap(({ problems }) => problems),
})

const presentIn = ({ collection, watch }: Followed): readonly PresentObject[] =>
  watch.objects().map(({ metadata }) => {
    const { namespace, name, uid = '', generation = 0 } = metadata
    return { ref: { kind: collection.kind, namespace, name }, uid, generation }
  })

/**
 * Follows the three kinds, and exactly the Secrets and ConfigMaps that they name; the labels of
 * namespaces, if a grant asks for them and every namespace is read. Tells the whole whenever
 * anything changed, in an order that depends on the objects alone. An API server that is away takes
 * nothing away; a Secret that may not be read breaks whoever names it, and nobody else.
 */
export const createClusterSource = (options: ClusterSourceOptions): ClusterSource => {
  const { clock, timers, onChange, onStatus, onError } = options
  const first = Promise.withResolvers<void>()
  const tellFailures = createFailureLog(options)
  const decoding = createDecoding(options.decode)
  let isClosed = false

  const decodeAll = ({ collection, watch }: Followed): readonly DecodedObject[] => [
    ...watch
      .objects()
      .toSorted(inOrder)
      .map((object) => decoding.of(collection, object)),
    unreadable({ collection, watch }),
  ]
  const watchOf = (collection: Collection): CollectionWatch => {
    const { path, name } = collection
    const onNotice = (): void => {
      tellFailures(failuresOf(all()))
      settle.notify()
    }
    return createCollectionWatch({
      ...options,
      path,
      ...(name === undefined ? {} : { name }),
      onChange: onNotice,
      onStatus: () => statusSettle.notify(),
    })
  }

  const customs = customCollections(options.namespaces).map((collection): Followed => {
    return { collection, watch: watchOf(collection) }
  })
  const data = createReferencedData(watchOf)
  const labels = createOptionalWatch(NAMESPACES, watchOf)
  const all = (): readonly Followed[] => [...customs, ...data.followed(), ...labels.followed()]

  /** What else has to be read for these resources. */
  const follow = (resources: readonly Resource[]): readonly Followed[] => {
    data.follow(options.referencesOf(resources))
    const isClusterWide = options.namespaces.length === 0
    labels.follow(isClusterWide && options.needsLabels(resources))
    return [...data.followed(), ...labels.followed()]
  }

  const tell = (): void => {
    if (isClosed || !customs.every(({ watch }) => watch.synced())) return
    const custom = join(customs.flatMap(decodeAll))
    const named = follow(custom.resources)
    if (!named.every(isAnswered)) return
    const more = join([...named.flatMap(decodeAll), ...data.beyond().map(unfollowed)])
    onChange({
      resources: [...custom.resources, ...more.resources],
      invalid: [...custom.invalid, ...more.invalid],
      problems: [...custom.problems, ...more.problems],
      present: customs.flatMap(presentIn),
    })
    follow(custom.resources)
    decoding.retain(all())
    first.resolve()
  }
  const guarded = (run: () => void) => (): void => {
    try {
      run()
    } catch (error) {
      onError(error)
    }
  }
  const settle = createSettle(clock, timers, guarded(tell))
  const statusSettle = createSettle(clock, timers, guarded(onStatus))

  return {
    start: () => {
      for (const { watch } of customs) watch.start()
      return first.promise
    },
    close: async () => {
      isClosed = true
      settle.cancel()
      statusSettle.cancel()
      first.resolve()
      const others = [data.close(), labels.close()]
      await Promise.all([...customs.map(({ watch }) => watch.close()), ...others])
      settle.cancel()
      statusSettle.cancel()
    },
    stalenessMs: () => Math.max(0, ...all().map(({ watch }) => clock.nowMs() - watch.heardAtMs())),
    failures: () => [...failuresOf(all()).values()],
    missingRights: () => missingRightsOf(all()),
    present: () => customs.flatMap(presentIn),
    objectOf: ({ kind, namespace, name }) => {
      const ofKind = customs.filter(({ collection }) => collection.kind === kind)
      for (const { watch } of ofKind) {
        const found = watch.object(namespace, name)
        if (found !== undefined) return found
      }
      return undefined
    },
  }
}
