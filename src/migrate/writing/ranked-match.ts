import type { JsonObject } from '../reading/json.ts'

/** The conditions of one rule, and where they stand in the order of the other product. */
export interface RankedMatch {
  /** Empty: every path of the hosts. */
  readonly match: JsonObject
  /** Which goes first where several match: the higher, member by member. */
  readonly rank: readonly number[]
  /** What every path of it begins with; empty where that is not known. */
  readonly begins: string
  /** The order beside others is not known for sure. */
  readonly isUnordered?: boolean
  /** Conditions that cannot be said here, so that nobody gets in by it. */
  readonly beyond?: readonly string[]
}

/** Every path of the hosts, at a place in the order. */
export const everyPath = (...rank: readonly number[]): RankedMatch => ({
  match: {},
  rank,
  begins: '',
})

/** Whether it holds for every path. */
export const isEveryPath = ({ match }: RankedMatch): boolean => Object.keys(match).length === 0

/** How the first stands to the second: above 0 where it goes before it. */
export const compareRanks = (first: readonly number[], second: readonly number[]): number => {
  const places = Array.from({ length: Math.max(first.length, second.length) }, (_, index) => index)
  return places.map((at) => (first[at] ?? 0) - (second[at] ?? 0)).find((one) => one !== 0) ?? 0
}

const methodsOf = ({ match }: RankedMatch): readonly unknown[] | undefined =>
  Array.isArray(match.methods) ? match.methods : undefined

const mayMeet = (first: RankedMatch, second: RankedMatch): boolean => {
  const [some, others] = [methodsOf(first), methodsOf(second)]
  const isApart = some !== undefined && others?.every((one) => !some.includes(one)) === true
  if (isApart) return false
  return first.begins.startsWith(second.begins) || second.begins.startsWith(first.begins)
}

/** Whether one request may match both, and nobody knows which of them goes first. */
export const isUndecided = (first: RankedMatch, second: RankedMatch): boolean =>
  mayMeet(first, second) &&
  (first.isUnordered === true ||
    second.isUnordered === true ||
    compareRanks(first.rank, second.rank) === 0)
