import { createColumn } from './column.ts'

/** Entry numbers in the order in which they were used last. */
export interface Order {
  /** A number that is not in use, as the newest. */
  readonly take: () => number
  readonly use: (entry: number) => void
  /** The number may be taken again. */
  readonly drop: (entry: number) => void
  readonly oldest: () => number | undefined
  readonly size: () => number
  /** From the oldest to the newest. */
  readonly each: (visit: (entry: number) => void) => void
}

/** The place of no entry, where the list begins and ends. */
const ENDS = 0

/** A list that is linked both ways, by numbers; numbers start at 1. */
export const createOrder = (): Order => {
  const older = createColumn('uint32')
  const newer = createColumn('uint32')
  /** The numbers that were dropped, linked by `newer`. */
  let freed = ENDS
  let taken = 0
  let size = 0

  const join = (before: number, behind: number): void => {
    newer.set(before, behind)
    older.set(behind, before)
  }

  const unlink = (entry: number): void => join(older.get(entry), newer.get(entry))

  const append = (entry: number): void => {
    join(older.get(ENDS), entry)
    join(entry, ENDS)
  }

  const unused = (): number => {
    if (freed === ENDS) {
      taken += 1
      return taken
    }
    const entry = freed
    freed = newer.get(entry)
    return entry
  }

  const oldest = (): number | undefined => {
    const entry = newer.get(ENDS)
    return entry === ENDS ? undefined : entry
  }

  return {
    take: () => {
      const entry = unused()
      append(entry)
      size += 1
      return entry
    },
    use: (entry) => {
      unlink(entry)
      append(entry)
    },
    drop: (entry) => {
      unlink(entry)
      newer.set(entry, freed)
      freed = entry
      size -= 1
    },
    oldest,
    size: () => size,
    each: (visit) => {
      for (let at = newer.get(ENDS); at !== ENDS; at = newer.get(at)) visit(at)
    },
  }
}
