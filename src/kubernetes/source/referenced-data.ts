import { type ObjectRef, objectKey } from '../../policy/resource.ts'
import type { CollectionWatch } from '../watch/collection-watch.ts'
import type { Collection } from './collections.ts'
import { dataCollection } from './collections.ts'

/** A watch, and what it follows. */
export interface Followed {
  readonly collection: Collection
  readonly watch: CollectionWatch
}

/** The Secrets and ConfigMaps that something names: each is followed by itself, and nothing else is read. */
export interface ReferencedData {
  /** Follows these from now on, and no others. */
  readonly follow: (refs: readonly ObjectRef[]) => void
  readonly followed: () => readonly Followed[]
  readonly close: () => Promise<void>
}

const collectionFor = (ref: ObjectRef): Collection | undefined =>
  ref.kind === 'Secret' || ref.kind === 'ConfigMap' ? dataCollection(ref.kind, ref) : undefined

/** Follows nothing yet. */
export const createReferencedData = (
  watchOf: (collection: Collection) => CollectionWatch,
): ReferencedData => {
  const followed = new Map<string, Followed>()
  const ending = new Set<Promise<void>>()

  const end = (key: string, { watch }: Followed): void => {
    followed.delete(key)
    const ended = watch.close().finally(() => ending.delete(ended))
    ending.add(ended)
  }
  const begin = (key: string, collection: Collection): void => {
    const watch = watchOf(collection)
    followed.set(key, { collection, watch })
    watch.start()
  }
  const follow = (refs: readonly ObjectRef[]): void => {
    const wanted = new Map(refs.map((ref) => [objectKey(ref), collectionFor(ref)]))
    for (const [key, one] of followed) if (!wanted.has(key)) end(key, one)
    for (const [key, collection] of wanted) {
      if (collection !== undefined && !followed.has(key)) begin(key, collection)
    }
  }
  return {
    follow,
    followed: () => [...followed.values()],
    close: async () => {
      follow([])
      await Promise.all(ending)
    },
  }
}
