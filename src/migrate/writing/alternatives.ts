import type { JsonObject } from '../reading/json.ts'

const MOST_CLAUSES = 15
const MOST_ALTERNATIVES = 8

const unlike = (clauses: readonly JsonObject[]): readonly JsonObject[] => [
  ...new Map(clauses.map((one) => [JSON.stringify(one), one])).values(),
]

/**
 * Clauses that all hold if, and only if, all clauses of one of some alternatives do. Alternatives
 * hold single clauses, so each clause of one is put beside each of the others. `undefined`: there
 * would be too many.
 */
export const allOfOneOf = (
  alternatives: readonly (readonly JsonObject[])[],
): readonly JsonObject[] | undefined => {
  if (alternatives.some((one) => one.length === 0)) return []
  const combined = alternatives.reduce<readonly (readonly JsonObject[])[]>(
    (sum, clauses) =>
      sum.length > MOST_CLAUSES
        ? sum
        : sum.flatMap((before) => clauses.map((one) => unlike([...before, one]))),
    [[]],
  )
  const tooMany =
    combined.length > MOST_CLAUSES || combined.some((one) => one.length > MOST_ALTERNATIVES)
  if (tooMany || alternatives.length === 0) return undefined
  return combined.map((one) => (one.length === 1 ? (one[0] ?? {}) : { any: one }))
}
