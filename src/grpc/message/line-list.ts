import type { HeaderLines } from './header-lines.ts'
import type { RepeatedText } from './repeated-text.ts'

/** Header lines of one message as they are found; used again for the next. */
export interface LineList {
  readonly clear: () => void
  readonly add: (name: RepeatedText, start: number, end: number) => void
  readonly count: () => number
  /** The lines so far. */
  readonly taken: (bytes: Buffer) => HeaderLines
  /**
   * Whether the last name is none of those before it. False as well where there are so many that
   * nobody has looked.
   */
  readonly isLastNew: () => boolean
}

/** Beyond this many names nobody looks whether one is repeated. */
const MOST_NAMES = 256

/** Places to look a name up; a power of two, and twice as many as there are names. */
const SLOTS = 512

/** What one message of many lines has taken is not kept for the next. */
const MOST_KEPT = 4096

/** Makes a list. */
export const createLineList = (): LineList => {
  const slots = new Uint16Array(SLOTS)
  let names: RepeatedText[] = []
  let places: number[] = []
  let count = 0

  return {
    clear: () => {
      if (count > MOST_KEPT) {
        names = []
        places = []
      }
      if (count > 0) slots.fill(0)
      count = 0
    },
    add: (name, start, end) => {
      names[count] = name
      places[2 * count] = start
      places[2 * count + 1] = end
      count += 1
    },
    count: () => count,
    taken: (bytes) => ({
      bytes,
      names: names.slice(0, count),
      places: places.slice(0, 2 * count),
    }),
    isLastNew: () => {
      const last = names[count - 1]
      if (last === undefined || count > MOST_NAMES) return false
      let slot = last.hash & (SLOTS - 1)
      for (;;) {
        const taken = slots[slot] as number
        if (taken === 0) break
        if (names[taken - 1]?.text === last.text) return false
        slot = (slot + 1) & (SLOTS - 1)
      }
      slots[slot] = count
      return true
    },
  }
}
