import { type ObjectRef, objectKey } from '../../policy/resource/resource.ts'
import type { CollectionWatch } from '../watch/collection-watch.ts'
import { type Collection, dataCollection, isDataKind } from './collections.ts'

/** A watch, and what it follows. */
export interface Followed {
  readonly collection: Collection
  readonly watch: CollectionWatch
}

/**
 * The Secrets and ConfigMaps that something names: each is followed by itself, and nothing else is
 * read.
 */
export interface ReferencedData {
  /** Follows these from now on, and no others. */
  readonly follow: (refs: readonly ObjectRef[]) => void
  readonly followed: () => readonly Followed[]
  /** Those that are not followed, because their namespace names too many. */
  readonly beyond: () => readonly ObjectRef[]
  readonly close: () => Promise<void>
}

/** Each is a watch of its own: one namespace must not take all that the API server grants to us. */
export const MOST_IN_A_NAMESPACE = 500

/**
 * Those that are followed already come first, so that one more takes nothing away; then by their
 * names.
 */
const choose = (
  refs: readonly ObjectRef[],
  isFollowed: (ref: ObjectRef) => boolean,
): { readonly chosen: readonly ObjectRef[]; readonly beyond: readonly ObjectRef[] } => {
  const inOrder = refs.toSorted((a, b) => (objectKey(a) < objectKey(b) ? -1 : 1))
  const all = [...inOrder.filter(isFollowed), ...inOrder.filter((ref) => !isFollowed(ref))]
  return { chosen: all.slice(0, MOST_IN_A_NAMESPACE), beyond: all.slice(MOST_IN_A_NAMESPACE) }
}

/** Follows nothing yet. */
export const createReferencedData = (
  watchOf: (collection: Collection) => CollectionWatch,
): ReferencedData => {
  const followed = new Map<string, Followed>()
  const ending = new Set<Promise<void>>()
  let beyond: readonly ObjectRef[] = []

  const end = (key: string, { watch }: Followed): void => {
    followed.delete(key)
    const ended = watch.close().finally(() => ending.delete(ended))
    ending.add(ended)
  }
  const begin = (ref: ObjectRef): void => {
    if (followed.has(objectKey(ref)) || !isDataKind(ref.kind)) return
    const collection = dataCollection(ref.kind, ref)
    const watch = watchOf(collection)
    followed.set(objectKey(ref), { collection, watch })
    watch.start()
  }
  const follow = (refs: readonly ObjectRef[]): void => {
    const byNamespace = Map.groupBy(refs, ({ namespace }) => namespace)
    const choices = [...byNamespace.values()].map((some) =>
      choose(some, (ref) => followed.has(objectKey(ref))),
    )
    const wanted = choices.flatMap(({ chosen }) => chosen)
    beyond = choices.flatMap((choice) => choice.beyond)
    const keys = new Set(wanted.map(objectKey))
    for (const [key, one] of followed) if (!keys.has(key)) end(key, one)
    for (const ref of wanted) begin(ref)
  }
  return {
    follow,
    followed: () => [...followed.values()],
    beyond: () => beyond,
    close: async () => {
      follow([])
      await Promise.all(ending)
    },
  }
}
