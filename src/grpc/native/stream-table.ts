import type { Stream } from './stream.ts'

/** The streams of one connection: those that are open, and what is known of the others. */
export interface StreamTable {
  readonly open: ReadonlyMap<number, Stream>
  /** The highest id that the peer has begun. */
  readonly lastId: () => number
  /** How many streams the peer has begun. */
  readonly begun: () => number
  /** Notes that the peer has begun a stream, and with it those that it has passed over. */
  readonly begin: (id: number) => void
  readonly add: (stream: Stream) => void
  /** Notes that a stream has ended. */
  readonly remove: (id: number) => void
  /** Notes that this side has reset a stream, whose frames may still be on their way. */
  readonly noteReset: (id: number) => void
  /** Whether this side has reset it, not too long ago: its frames are passed over. */
  readonly wasReset: (id: number) => boolean
  /** Whether the peer has passed it over, and so may not begin it any more. */
  readonly wasPassedOver: (id: number) => boolean
}

/** Resets that are remembered: as many as there can be streams with frames on their way. */
const MOST_RESETS = 4096

/** Of ids that were passed over: peers that pass over any are rare. */
const MOST_GAPS = 16

/** Makes the table of a connection that has just begun. */
export const createStreamTable = (): StreamTable => {
  const open = new Map<number, Stream>()
  const resets = new Set<number>()
  const gaps: (readonly [first: number, last: number])[] = []
  let lastId = 0
  let begun = 0
  return {
    open,
    lastId: () => lastId,
    begun: () => begun,
    begin: (id) => {
      if (id > lastId + 2) {
        gaps.push([lastId + 1, id - 1])
        if (gaps.length > MOST_GAPS) gaps.shift()
      }
      lastId = id
      begun += 1
    },
    add: (stream) => void open.set(stream.id, stream),
    remove: (id) => void open.delete(id),
    noteReset: (id) => {
      resets.add(id)
      if (resets.size <= MOST_RESETS) return
      for (const oldest of resets) {
        resets.delete(oldest)
        return
      }
    },
    wasReset: (id) => resets.has(id),
    wasPassedOver: (id) => gaps.some(([first, last]) => id >= first && id <= last),
  }
}
