import type { CollectionWatch } from '../watch/collection-watch.ts'
import type { Collection } from './collections.ts'
import type { Followed } from './referenced-data.ts'

/** A collection that is followed only while somebody needs it. */
export interface OptionalWatch {
  readonly follow: (isWanted: boolean) => void
  /** It, while it is followed. */
  readonly followed: () => readonly Followed[]
  readonly close: () => Promise<void>
}

/** Follows nothing yet. */
export const createOptionalWatch = (
  collection: Collection,
  watchOf: (collection: Collection) => CollectionWatch,
): OptionalWatch => {
  let watch: CollectionWatch | undefined
  let ending: Promise<void> = Promise.resolve()

  const begin = (): void => {
    watch = watchOf(collection)
    watch.start()
  }
  const end = (): void => {
    ending = Promise.all([ending, watch?.close()]).then(() => undefined)
    watch = undefined
  }
  return {
    follow: (isWanted) => {
      if (isWanted && watch === undefined) begin()
      if (!isWanted && watch !== undefined) end()
    },
    followed: () => (watch === undefined ? [] : [{ collection, watch }]),
    close: async () => {
      end()
      await ending
    },
  }
}
