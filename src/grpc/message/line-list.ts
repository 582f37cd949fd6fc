import type { HeaderLines } from './header-lines.ts'
import type { RepeatedText } from './repeated-text.ts'

/** Header lines of one message as they are found; used again for the next. */
export interface LineList {
  readonly clear: () => void
  readonly add: (name: RepeatedText, start: number, end: number) => void
  readonly count: () => number
  /** The lines so far. */
  readonly taken: (bytes: Buffer) => HeaderLines
  /** Whether a name occurs twice, letter by letter. */
  readonly hasRepeatedName: () => boolean
}

/** What one message of many lines has taken is not kept for the next. */
const MOST_KEPT = 4096

/** Makes a list. */
export const createLineList = (): LineList => {
  let names: RepeatedText[] = []
  let places: number[] = []
  let count = 0

  return {
    clear: () => {
      if (count > MOST_KEPT) {
        names = []
        places = []
      }
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
    hasRepeatedName: () => new Set(names.slice(0, count).map(({ text }) => text)).size < count,
  }
}
