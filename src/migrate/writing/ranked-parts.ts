import { type JsonObject, objectIn } from '../reading/json.ts'
import type { Part } from './part.ts'
import { compareRanks, isEveryPath, isUndecided, type RankedMatch } from './ranked-match.ts'

/** Some matches of a part, for which the same holds. */
export interface Piece {
  readonly part: Part
  /** Empty: every path of the hosts. */
  readonly match: readonly JsonObject[]
  /** Why nobody gets in by it. */
  readonly closed: readonly string[]
}

/** The parts of some hosts in the order in which they count. */
export interface RankedParts {
  readonly rules: readonly Piece[]
  readonly base: Piece | undefined
  /** What another goes before everywhere. */
  readonly unreached: readonly Part[]
  /** Pairs of which nobody knows which one goes first. */
  readonly undecided: readonly string[]
}

interface Entry {
  readonly part: Part
  readonly ranked: RankedMatch
}

const MOST_MATCHES = 16

const bodyOf = ({ settings, rules, closed }: Part): string =>
  JSON.stringify([settings, rules, closed])

const isSame = (first: Part, second: Part): boolean =>
  first === second || bodyOf(first) === bodyOf(second)

const pairName = (first: Part, second: Part): string =>
  `the order of ${[first.place.name, second.place.name].toSorted().join(' and ')} for the same requests`

const doubtsOf = (entry: Entry, all: readonly Entry[]): readonly string[] =>
  all
    .filter((other) => !isSame(entry.part, other.part) && isUndecided(entry.ranked, other.ranked))
    .map((other) => pairName(entry.part, other.part))

const pieceOf = (entry: Entry, all: readonly Entry[]): Piece => ({
  part: entry.part,
  match: isEveryPath(entry.ranked) ? [] : [entry.ranked.match],
  closed: [
    ...new Set([...entry.part.closed, ...(entry.ranked.beyond ?? []), ...doubtsOf(entry, all)]),
  ],
})

const isAlike = (first: Piece, second: Piece): boolean =>
  isSame(first.part, second.part) && first.closed.join('\n') === second.closed.join('\n')

const isOneRule = (first: Piece, second: Piece): boolean =>
  isAlike(first, second) && first.part.place.name === second.part.place.name

/** An exact path within a prefix beside it says nothing more. */
const isWithin = ({ path, ...rest }: JsonObject, match: readonly JsonObject[]): boolean =>
  match.some(({ path: other, ...others }) => {
    const prefix = objectIn(other).prefix
    const isAsPlain = JSON.stringify(rest) === JSON.stringify(others)
    return prefix !== undefined && prefix === objectIn(path).exact && isAsPlain
  })

const joined = (pieces: readonly Piece[]): readonly Piece[] => {
  const runs: Piece[][] = []
  for (const piece of pieces) {
    const run = runs.at(-1)
    const isNext = run?.[0] !== undefined && run.length < MOST_MATCHES && isOneRule(run[0], piece)
    if (isNext) run.push(piece)
    else runs.push([piece])
  }
  return runs.flatMap(([first, ...more]) => {
    if (first === undefined) return []
    const match = [first, ...more].flatMap((one) => one.match)
    return [{ ...first, match: match.filter((one) => !isWithin(one, match)) }]
  })
}

/** What stands directly before the base and says the same is left out. */
const withoutRepeats = (pieces: readonly Piece[], base: Piece | undefined): readonly Piece[] => {
  const last = pieces.findLastIndex((one) => base === undefined || !isAlike(one, base))
  return pieces.slice(0, last + 1)
}

/**
 * The parts as the other product would try them: each match in its own place, up to the first that
 * holds for every path. Where the order of two is not known, both are closed.
 */
export const rankedParts = (parts: readonly Part[]): RankedParts => {
  const entries = parts
    .flatMap((part) => part.matches.map((ranked) => ({ part, ranked })))
    .toSorted((a, b) => compareRanks(b.ranked.rank, a.ranked.rank))
  const end = entries.findIndex(({ ranked }) => isEveryPath(ranked))
  const pieces = entries.map((entry) => pieceOf(entry, entries))
  const base = pieces[end]
  const rules = withoutRepeats(end < 0 ? pieces : pieces.slice(0, end), base)
  const reached = [...rules, ...(base === undefined ? [] : [base])].map(({ part }) => part)
  return {
    rules: joined(rules),
    base,
    unreached: parts.filter((part) => !reached.some((one) => isSame(one, part))),
    undecided: [...new Set(entries.flatMap((entry) => doubtsOf(entry, entries)))],
  }
}
