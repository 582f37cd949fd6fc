const distance = (from: string, to: string): number => {
  let previous = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (const [row, letter] of [...from].entries()) {
    const current = [row + 1]
    for (const [column, other] of [...to].entries()) {
      const replaced = (previous[column] ?? 0) + (letter === other ? 0 : 1)
      const shorter = (previous[column + 1] ?? 0) + 1
      const longer = (current[column] ?? 0) + 1
      current.push(Math.min(replaced, shorter, longer))
    }
    previous = current
  }
  return previous[to.length] ?? 0
}

const MAX_LETTERS = 64

/**
 * The name that was probably meant, or `undefined` if none is near enough; letter case does not
 * count.
 */
export const nearestName = (written: string, names: readonly string[]): string | undefined => {
  if (written.length > MAX_LETTERS) return undefined
  const near = names
    .map((name) => ({ name, away: distance(written.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, away }) => away <= Math.max(1, Math.floor(name.length / 3)))
    .sort((a, b) => a.away - b.away)
  return near[0]?.name
}
