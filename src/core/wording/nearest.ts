const isSwap = (from: string, to: string, i: number, j: number): boolean =>
  i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]

/** How many letters must be changed, added, dropped or swapped with their neighbour. */
const distance = (from: string, to: string): number => {
  const rows: number[][] = [Array.from({ length: to.length + 1 }, (_, index) => index)]
  const at = (i: number, j: number): number => rows[i]?.[j] ?? 0
  for (let i = 1; i <= from.length; i += 1) {
    const row = [i]
    rows.push(row)
    for (let j = 1; j <= to.length; j += 1) {
      const change = at(i - 1, j - 1) + (from[i - 1] === to[j - 1] ? 0 : 1)
      const swap = isSwap(from, to, i, j) ? at(i - 2, j - 2) + 1 : change
      row.push(Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, change, swap))
    }
  }
  return at(from.length, to.length)
}

const LONGEST = 100

/**
 * The word that was probably meant, whatever its case: at most a third of its letters differ, or
 * one of a short one. `undefined` if none is that near.
 */
export const nearest = (written: string, words: readonly string[]): string | undefined => {
  if (written.length > LONGEST) return undefined
  const ranked = words
    .map((word) => ({ word, away: distance(written.toLowerCase(), word.toLowerCase()) }))
    .filter(({ word, away }) => away <= Math.max(1, Math.floor(word.length / 3)))
    .toSorted((a, b) => a.away - b.away)
  return ranked[0]?.word
}
