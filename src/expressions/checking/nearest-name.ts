const MOST_SLIPS = 2

const distance = (one: string, other: string): number => {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at)
  for (let at = 1; at <= one.length; at += 1) {
    const next = [at]
    for (let to = 1; to <= other.length; to += 1) {
      const kept = (row[to - 1] ?? 0) + (one[at - 1] === other[to - 1] ? 0 : 1)
      next.push(Math.min(kept, (row[to] ?? 0) + 1, (next[to - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[other.length] ?? 0
}

const LONGEST = 64

const nearestName = (name: string, names: Iterable<string>): string | undefined => {
  if (name.length > LONGEST) return undefined
  const away = [...names].map((one) => ({
    one,
    slips: distance(name.toLowerCase(), one.toLowerCase()),
  }))
  const [nearest] = away.toSorted((a, b) => a.slips - b.slips)
  const limit = Math.min(MOST_SLIPS, Math.floor(name.length / 2))
  return nearest !== undefined && nearest.slips <= limit ? nearest.one : undefined
}

/** A list that is longer is not told. */
const MOST_TOLD = 16

/** What to write instead of a name that nobody knows. */
export const proposal = (name: string, names: readonly string[]): string => {
  const nearest = nearestName(name, names)
  if (nearest !== undefined) return `perhaps \`${nearest}\` is meant`
  return names.length > MOST_TOLD
    ? 'docs/authorization.md lists what there is'
    : `there are ${names.map((one) => `\`${one}\``).join(', ')}`
}
