/** What was made of an object, and what else it was made from. */
interface Made<O> {
  readonly from: readonly unknown[]
  readonly outcome: O
}

/**
 * Outcomes by the very object that they were made of. What was made of the same object from the
 * same inputs, at the compilation before or in this one, is not made again: objects and inputs
 * never change, so that identity is enough.
 */
export interface Memo<O> {
  readonly of: (object: object, from: readonly unknown[], make: () => O) => O
  /** Ends a compilation: forgets whatever was not asked for in it. */
  readonly retain: () => void
}

const same = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((one, at) => one === b[at])

/** Nothing was made yet. */
export const createMemo = <O>(): Memo<O> => {
  let former = new Map<object, Made<O>>()
  let kept = new Map<object, Made<O>>()
  return {
    of: (object, from, make) => {
      const known = kept.get(object) ?? former.get(object)
      const made = known !== undefined && same(known.from, from) ? known : { from, outcome: make() }
      kept.set(object, made)
      return made.outcome
    },
    retain: () => {
      former = kept
      kept = new Map()
    },
  }
}
