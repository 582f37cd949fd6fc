import type { ShownObject } from './shown-object.ts'

/** The objects of one place. */
export interface Found {
  readonly objects: readonly ShownObject[]
  /** Why some or all of them could not be read, each a line. */
  readonly problems: readonly string[]
}
