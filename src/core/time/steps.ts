/**
 * Work in short steps, so that whoever runs it may give way between them; what it comes to is what
 * the generator returns. Nothing of it counts before. A step that gives a promise waits for it.
 */
export type Steps<T> = Generator<Promise<unknown> | undefined, T, void>

/** How long work may go on before others have their turn. */
export interface Pace {
  /** Whether it is others' turn. Asked between any two steps. */
  readonly isSpent: () => boolean
  /** Resolves when whatever else was due has had its turn. */
  readonly rest: () => Promise<void>
}

/** The pace of a process that has nothing else to do: it never rests. */
export const UNHURRIED: Pace = { isSpent: () => false, rest: () => Promise.resolve() }

/** How many members of a list make one step. */
const BUNDLE = 16

/** Lists up to this length are sorted within one step. */
const SORTED_AT_ONCE = 256

/** Takes every step at once. Throws where one of them waits. */
export const finish = <T>(steps: Steps<T>): T => {
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
    if (step.value !== undefined) throw new Error('Steps that wait cannot be taken at once.')
  }
}

/** Takes the steps at a pace. The first is taken before this returns. */
export const inSteps = async <T>(steps: Steps<T>, pace: Pace): Promise<T> => {
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
    if (step.value !== undefined) await step.value
    if (pace.isSpent()) await pace.rest()
  }
}

/** The same steps, but none more once it is over; then the outcome is `undefined`. */
export const stopWhen = function* <T>(
  isOver: () => boolean,
  steps: Steps<T>,
): Steps<T | undefined> {
  while (!isOver()) {
    const step = steps.next()
    if (step.done === true) return step.value
    yield step.value
  }
  return undefined
}

/** What a promise comes to, waited for in one step. Nothing is done any more if it is rejected. */
export const waitFor = function* <T>(promise: Promise<T>): Steps<T> {
  const settled: T[] = []
  yield promise.then((value) => settled.push(value))
  const [value] = settled
  if (settled.length === 0) throw new Error('Whoever takes steps that wait must wait for them.')
  return value as T
}

/** What takes one step. */
export const oneStep = function* <T>(run: () => T): Steps<T> {
  yield
  return run()
}

/** Visits every member, a bundle in each step. */
export const eachInSteps = function* <T>(
  members: Iterable<T>,
  visit: (member: T) => void,
): Steps<void> {
  let visited = 0
  for (const member of members) {
    visit(member)
    visited += 1
    if (visited % BUNDLE === 0) yield
  }
}

/** Maps every member, a bundle in each step. */
export const mapInSteps = function* <T, U>(
  members: Iterable<T>,
  map: (member: T) => U,
): Steps<readonly U[]> {
  const mapped: U[] = []
  yield* eachInSteps(members, (member) => {
    mapped.push(map(member))
  })
  return mapped
}

/** Joins the lists that the members are mapped to, a bundle of members in each step. */
export const flatMapInSteps = function* <T, U>(
  members: Iterable<T>,
  map: (member: T) => readonly U[],
): Steps<readonly U[]> {
  const mapped: U[] = []
  yield* eachInSteps(members, (member) => {
    for (const one of map(member)) mapped.push(one)
  })
  return mapped
}

type Compare<T> = (a: T, b: T) => number

const merge = function* <T>(
  left: readonly T[],
  right: readonly T[],
  compare: Compare<T>,
): Steps<readonly T[]> {
  const merged: T[] = []
  let l = 0
  let r = 0
  while (l < left.length || r < right.length) {
    const a = left[l]
    const b = right[r]
    const isLeft = b === undefined || (a !== undefined && compare(a, b) <= 0)
    if (isLeft) l += 1
    else r += 1
    const next = isLeft ? a : b
    if (next !== undefined) merged.push(next)
    if (merged.length % SORTED_AT_ONCE === 0) yield
  }
  return merged
}

/** Sorts like `toSorted`: equal members keep their order. */
export const sortInSteps = function* <T extends object>(
  members: readonly T[],
  compare: Compare<T>,
): Steps<readonly T[]> {
  let runs: (readonly T[])[] = []
  for (let at = 0; at < members.length; at += SORTED_AT_ONCE) {
    runs.push(members.slice(at, at + SORTED_AT_ONCE).sort(compare))
    yield
  }
  while (runs.length > 1) {
    const longer: (readonly T[])[] = []
    for (let at = 0; at < runs.length; at += 2) {
      longer.push(yield* merge(runs[at] ?? [], runs[at + 1] ?? [], compare))
    }
    runs = longer
  }
  return runs[0] ?? []
}
