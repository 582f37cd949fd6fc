import type { OpenSession } from '../../core/session/session-store.ts'
import { createColumn } from './column.ts'

/** The open sessions that are asked for most: the same object at each opening. */
export interface AtHand {
  readonly peek: (entry: number) => OpenSession | undefined
  /** The same, and one opening more is counted for the entry. */
  readonly use: (entry: number) => OpenSession | undefined
  /**
   * Offers one that was opened. It gets a free place, or the next one's in turn if that was asked
   * for clearly less often; `bytes` is what it is written in.
   */
  readonly offer: (entry: number, open: OpenSession, bytes: number) => void
  readonly drop: (entry: number) => void
  /** What they take, as good as it can be said of objects. */
  readonly bytes: () => number
}

/** How much may be at hand. */
export interface AtHandSettings {
  readonly maxEntries: number
  readonly maxBytes: number
}

/** Of the objects of one session, and the headers of its strings. */
const OVERHEAD_BYTES = 1_024

/** An object's strings, and what they are written in, are about as long; arrays need some more. */
const handBytes = (bytes: number): number => OVERHEAD_BYTES + 2 * bytes

const MOST_USES = 255

/** After as many openings for each place, uses count half: what was busy once gives way. */
const OPENINGS_PER_PLACE = 16

/** Nothing is at hand in the beginning. */
export const createAtHand = ({ maxEntries, maxBytes }: AtHandSettings): AtHand => {
  /** The place of an entry, plus one; 0: it is not at hand. */
  const placeOf = createColumn('uint32')
  const uses = createColumn('uint8')
  const opens: (OpenSession | undefined)[] = []
  const entries = createColumn('uint32')
  const sizes = createColumn('float64')
  const free: number[] = []
  let turn = 0
  let openings = 0
  let mostEntry = 0
  let totalBytes = 0

  const age = (): void => {
    openings = 0
    for (let entry = 0; entry <= mostEntry; entry += 1) uses.set(entry, uses.get(entry) >>> 1)
  }

  const count = (entry: number): void => {
    mostEntry = Math.max(mostEntry, entry)
    uses.set(entry, Math.min(MOST_USES, uses.get(entry) + 1))
    openings += 1
    if (openings >= OPENINGS_PER_PLACE * Math.max(maxEntries, mostEntry)) age()
  }

  const leave = (entry: number): void => {
    const place = placeOf.get(entry) - 1
    if (place < 0) return
    placeOf.set(entry, 0)
    opens[place] = undefined
    totalBytes -= sizes.get(place)
    free.push(place)
  }

  const enter = (entry: number, open: OpenSession, bytes: number): void => {
    const place = free.pop() ?? opens.length
    opens[place] = open
    placeOf.set(entry, place + 1)
    entries.set(place, entry)
    sizes.set(place, handBytes(bytes))
    totalBytes += handBytes(bytes)
  }

  const fits = (bytes: number): boolean =>
    opens.length - free.length < maxEntries && totalBytes + handBytes(bytes) <= maxBytes

  /** Whether the next one in turn gave its place up for an entry that is asked for more often. */
  const makeRoom = (entry: number): void => {
    if (opens.length === 0) return
    turn = (turn + 1) % opens.length
    const other = entries.get(turn)
    if (opens[turn] !== undefined && uses.get(other) + 1 < uses.get(entry)) leave(other)
  }

  const offer = (entry: number, open: OpenSession, bytes: number): void => {
    if (!fits(bytes)) makeRoom(entry)
    if (fits(bytes)) enter(entry, open, bytes)
  }

  const peek = (entry: number): OpenSession | undefined => opens[placeOf.get(entry) - 1]

  return {
    peek,
    use: (entry) => {
      count(entry)
      return peek(entry)
    },
    offer,
    drop: (entry) => {
      leave(entry)
      uses.set(entry, 0)
    },
    bytes: () => totalBytes,
  }
}
