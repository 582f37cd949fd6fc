import { oneAtATime } from '../../core/time/one-at-a-time.ts'
import { createSince } from '../../core/time/since.ts'
import {
  finish,
  inSteps,
  mapInSteps,
  type Pace,
  type Steps,
  sortInSteps,
  stopWhen,
} from '../../core/time/steps.ts'
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
  /** When a watch first told of what is new in it; absent where none did. */
  readonly changedAtMs: number | undefined
}

/** What the source needs. */
export interface ClusterSourceOptions extends WatchDeps, FailureListener {
  readonly pace: Pace
  /** Where to look; empty: in every namespace. */
  readonly namespaces: readonly string[]
  /** Judges a manifest by its schema. Never throws. */
  readonly decode: (manifest: unknown) => DecodedObject
  /** The Secrets and ConfigMaps that these resources, and what is in force, need. */
  readonly referencesOf: (resources: readonly Resource[]) => Steps<readonly ObjectRef[]>
  /** Whether these resources, or what is in force, ask for the labels of namespaces. */
  readonly needsLabels: (resources: readonly Resource[]) => Steps<boolean>
  /**
   * Given the complete content; first when every kind was listed and every reference looked up. The
   * steps are taken to their end before anything newer is told, unless the source is closed.
   */
  readonly onChange: (read: ClusterRead) => Steps<void>
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
  /** Ends every watch; no `onChange`, and no step of one, comes after it was called. */
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

const compareText = (a: string, b: string): number => {
  if (a === b) return 0
  return a < b ? -1 : 1
}

const inOrder = (a: ApiObject, b: ApiObject): number =>
  compareText(a.metadata.namespace, b.metadata.namespace) ||
  compareText(a.metadata.name, b.metadata.name)

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

const unfollowed = (ref: ObjectRef) => {
  const message = `is not read: the resources of the namespace ${ref.namespace} name more than ${MOST_IN_A_NAMESPACE} Secrets and ConfigMaps; let them name fewer`
  return {
    invalid: { ...ref, unreadable: `${objectKey(ref)} ${message}` },
    problems: [{ object: ref, field: '', message }],
  }
}

/** A watch with everything that it follows, at one moment. */
interface Listed extends Followed {
  readonly objects: readonly ApiObject[]
}

const listedNow = ({ collection, watch }: Followed): Listed => ({
  collection,
  watch,
  objects: watch.objects(),
})

const presentAmong = ({
  collection,
  objects,
}: Omit<Listed, 'watch'>): Steps<readonly PresentObject[]> =>
  mapInSteps(objects, ({ metadata }) => {
    const { namespace, name, uid = '', generation = 0 } = metadata
    return { ref: { kind: collection.kind, namespace, name }, uid, generation }
  })

const presentIn = ({ collection, watch }: Followed): readonly PresentObject[] =>
  finish(presentAmong({ collection, objects: watch.objects() }))

/**
 * Follows the three kinds, and exactly the Secrets and ConfigMaps that they name; the labels of
 * namespaces, if a grant asks for them and every namespace is read. Tells the whole whenever
 * anything changed, in an order that depends on the objects alone. An API server that is away takes
 * nothing away; a Secret that may not be read breaks whoever names it, and nobody else.
 */
export const createClusterSource = (options: ClusterSourceOptions): ClusterSource => {
  const { clock, timers, pace, onStatus, onError } = options
  const first = Promise.withResolvers<void>()
  const tellFailures = createFailureLog(options)
  const decoding = createDecoding(options.decode)
  const since = createSince(clock)
  let isClosed = false

  /** What was listed, judged, in an order that depends on the objects alone. */
  const decodeAll = function* (
    listed: readonly Listed[],
  ): Steps<Omit<ClusterRead, 'present' | 'changedAtMs'>> {
    const resources: Resource[] = []
    const invalid: InvalidObject[] = []
    const problems: ObjectProblem[] = []
    const take = (decoded: DecodedObject): void => {
      if (decoded.resource !== undefined) resources.push(decoded.resource)
      if (decoded.invalid !== undefined) invalid.push(decoded.invalid)
      problems.push(...decoded.problems)
    }
    for (const one of listed) {
      for (const object of yield* sortInSteps(one.objects, inOrder)) {
        take(decoding.of(one.collection, object))
        yield
      }
      take(unreadable(one))
    }
    return { resources, invalid, problems }
  }
  const watchOf = (collection: Collection): CollectionWatch => {
    const { path, name } = collection
    const onNotice = (): void => {
      tellFailures(failuresOf(all()))
      since.note()
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
  const byKind = Map.groupBy(customs, ({ collection }) => collection.kind)
  const data = createReferencedData(watchOf)
  const labels = createOptionalWatch(NAMESPACES, watchOf)
  const all = (): readonly Followed[] => [...customs, ...data.followed(), ...labels.followed()]

  /** What else has to be read for these resources. */
  const follow = function* (resources: readonly Resource[]): Steps<readonly Followed[]> {
    data.follow(yield* options.referencesOf(resources))
    const isClusterWide = options.namespaces.length === 0
    labels.follow(isClusterWide && (yield* options.needsLabels(resources)))
    return [...data.followed(), ...labels.followed()]
  }

  const tell = function* (): Steps<void> {
    if (!customs.every(({ watch }) => watch.synced())) return
    const changedAtMs = since.take()
    const listed = customs.map(listedNow)
    const custom = yield* decodeAll(listed)
    const named = yield* follow(custom.resources)
    if (!named.every(isAnswered)) return since.giveBack(changedAtMs)
    const more = yield* decodeAll(named.map(listedNow))
    const beyond = data.beyond().map(unfollowed)
    const present: PresentObject[] = []
    for (const one of listed) present.push(...(yield* presentAmong(one)))
    yield* options.onChange({
      resources: [...custom.resources, ...more.resources],
      invalid: [...custom.invalid, ...more.invalid, ...beyond.map((one) => one.invalid)],
      problems: [...custom.problems, ...more.problems, ...beyond.flatMap((one) => one.problems)],
      present,
      changedAtMs,
    })
    yield* follow(custom.resources)
    yield* decoding.retain(all())
    first.resolve()
  }
  const tellNext = oneAtATime(async () => {
    try {
      await inSteps(
        stopWhen(() => isClosed, tell()),
        pace,
      )
    } catch (error) {
      onError(error)
    }
  })
  const noteStatus = (): void => {
    try {
      onStatus()
    } catch (error) {
      onError(error)
    }
  }
  const settle = createSettle(clock, timers, () => void tellNext())
  const statusSettle = createSettle(clock, timers, noteStatus)

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
      await Promise.all([...customs.map(({ watch }) => watch.close()), ...others, tellNext()])
      settle.cancel()
      statusSettle.cancel()
    },
    stalenessMs: () => Math.max(0, ...all().map(({ watch }) => clock.nowMs() - watch.heardAtMs())),
    failures: () => [...failuresOf(all()).values()],
    missingRights: () => missingRightsOf(all()),
    present: () => customs.flatMap(presentIn),
    objectOf: ({ kind, namespace, name }) => {
      for (const { watch } of byKind.get(kind) ?? []) {
        const found = watch.object(namespace, name)
        if (found !== undefined) return found
      }
      return undefined
    },
  }
}
