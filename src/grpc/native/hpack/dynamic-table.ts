import { STATIC_TABLE } from './static-table.ts'

/** Of each entry, beside its name and its value (RFC 7541 section 4.1). */
export const ENTRY_OVERHEAD_BYTES = 32

/** The table that a peer fills by what it sends; with the static one in front of it. */
export interface DynamicTable {
  /** The entry at an index of both tables together, which begins with 1. */
  readonly at: (index: number) => readonly [name: string, value: string] | undefined
  /**
   * Puts an entry in front, and drops from the end what has no room any more. One that is larger
   * than the table leaves it empty (section 4.4).
   */
  readonly add: (entry: readonly [name: string, value: string]) => void
  /** Gives the table another size, and drops what has no room any more (section 4.3). */
  readonly resize: (maxBytes: number) => void
  /** A number that changes whenever the table does: the same number, the same meaning of bytes. */
  readonly generation: () => number
}

/** Dropped entries stay in front of the others until there are so many. */
const MOST_DROPPED = 128

/** Makes an empty table. Names and values have one character for each octet. */
export const createDynamicTable = (initialMaxBytes: number): DynamicTable => {
  let entries: (readonly [name: string, value: string])[] = []
  let dropped = 0
  let bytes = 0
  let maxBytes = initialMaxBytes
  let generation = 0

  const sizeOf = ([name, value]: readonly [string, string]): number =>
    name.length + value.length + ENTRY_OVERHEAD_BYTES

  const dropUntil = (mostBytes: number): void => {
    while (bytes > mostBytes) {
      const oldest = entries[dropped]
      if (oldest === undefined) return
      bytes -= sizeOf(oldest)
      dropped += 1
    }
    if (dropped <= MOST_DROPPED) return
    entries = entries.slice(dropped)
    dropped = 0
  }

  return {
    at: (index) => {
      if (index <= STATIC_TABLE.length) return STATIC_TABLE[index - 1]
      const at = entries.length - (index - STATIC_TABLE.length)
      return at < dropped ? undefined : entries[at]
    },
    add: (entry) => {
      const size = sizeOf(entry)
      generation += 1
      dropUntil(maxBytes - size)
      if (size > maxBytes) return
      entries.push(entry)
      bytes += size
    },
    resize: (next) => {
      maxBytes = next
      generation += 1
      dropUntil(maxBytes)
    },
    generation: () => generation,
  }
}
