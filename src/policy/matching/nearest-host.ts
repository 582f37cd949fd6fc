/** More letters than that are no slip of the finger. */
const MAX_AWAY = 3

/** A host of which a part was written or left out is as near as one with that many slips. */
const PART_AWAY = MAX_AWAY

/** Beyond that, the rest is not looked at: it is one line of a log. */
const MAX_HOSTS = 5_000

const WILDCARD = '*.'

/** Where the labels begin that both names end with, as a distance from the end. */
const commonEnding = (one: string, other: string): number => {
  let common = 0
  for (let back = 1; back <= Math.min(one.length, other.length); back += 1) {
    if (one[one.length - back] !== other[other.length - back]) break
    if (one[one.length - back] === '.') common = back
  }
  return common
}

/** A word of four letters with three others is another word. */
const limitOf = (word: string, other: string): number =>
  Math.min(MAX_AWAY, Math.floor(Math.min(word.length, other.length) / 2))

/**
 * How many letters must be changed, added or dropped; `Infinity` beyond the limit. Only what lies
 * within the limit of the diagonal is looked at.
 */
const distance = (from: string, to: string, limit: number): number => {
  if (Math.abs(from.length - to.length) > limit) return Number.POSITIVE_INFINITY
  let previous = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (let row = 1; row <= from.length; row += 1) {
    const current: number[] = new Array(to.length + 1).fill(limit + 1)
    if (row <= limit) current[0] = row
    let least = limit + 1
    const last = Math.min(to.length, row + limit)
    for (let column = Math.max(1, row - limit); column <= last; column += 1) {
      const replaced = (previous[column - 1] ?? 0) + (from[row - 1] === to[column - 1] ? 0 : 1)
      const cell = Math.min(replaced, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1)
      current[column] = cell
      least = Math.min(least, cell)
    }
    if (least > limit) return Number.POSITIVE_INFINITY
    previous = current
  }
  const away = previous[to.length] ?? 0
  return away <= limit ? away : Number.POSITIVE_INFINITY
}

/** How many letters two names differ in, where so few differ that it may be a slip. */
const slips = (one: string, other: string): number => {
  const common = commonEnding(one, other)
  const [word, meant] = [one.slice(0, one.length - common), other.slice(0, other.length - common)]
  return distance(word, meant, limitOf(word, meant))
}

const labelsOf = (name: string): readonly string[] => name.split('.')

const awayFromWildcard = (host: string, name: string): number => {
  if (host === name) return 1
  const ending = labelsOf(host).slice(-labelsOf(name).length).join('.')
  return ending === host ? Number.POSITIVE_INFINITY : slips(ending, name)
}

const awayFromName = (host: string, name: string): number => {
  const [longer, shorter] = host.length > name.length ? [host, name] : [name, host]
  const isPart = shorter.includes('.') && longer.endsWith(`.${shorter}`)
  return isPart ? PART_AWAY : slips(host, name)
}

const awayFrom = (host: string, candidate: string): number =>
  candidate.startsWith(WILDCARD)
    ? awayFromWildcard(host, candidate.slice(WILDCARD.length))
    : awayFromName(host, candidate)

/**
 * The host that was probably meant by one that nobody serves: some letters differ, or a part is
 * there or missing, or a wildcard is written for the name itself. `undefined` if none is near. The
 * work is bounded; it is for a log, not for an answer.
 */
export const nearestHost = (host: string, hosts: Iterable<string>): string | undefined => {
  let nearest: string | undefined
  let least = Number.POSITIVE_INFINITY
  let seen = 0
  for (const candidate of hosts) {
    seen += 1
    if (seen > MAX_HOSTS) break
    const away = awayFrom(host, candidate)
    if (away < least) {
      nearest = candidate
      least = away
    }
  }
  return nearest
}
