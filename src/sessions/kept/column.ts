/** One number of each entry, by the entry's number; 0 where none was set. */
export interface Column {
  readonly get: (entry: number) => number
  readonly set: (entry: number, value: number) => void
}

const FIRST_ENTRIES = 256

const ARRAYS = { uint8: Uint8Array, uint32: Uint32Array, float64: Float64Array } as const

/** A column that grows by half when an entry lies beyond it: many entries are not objects. */
export const createColumn = (kind: keyof typeof ARRAYS): Column => {
  const Numbers = ARRAYS[kind]
  let numbers = new Numbers(FIRST_ENTRIES)

  const grow = (entry: number): void => {
    const grown = new Numbers(Math.max(entry + 1, Math.ceil(numbers.length * 1.5)))
    grown.set(numbers)
    numbers = grown
  }

  return {
    get: (entry) => numbers[entry] ?? 0,
    set: (entry, value) => {
      if (entry >= numbers.length) grow(entry)
      numbers[entry] = value
    },
  }
}
