import type { JsonObject } from '../reading/json.ts'
import type { Ledger } from '../reading/ledger.ts'
import { allOfOneOf } from '../writing/alternatives.ts'
import { topClaim } from '../writing/names.ts'

const REFERENCE = /\{vault:\/\/|\$\{\{/

/** The first text of a list; a reference to a vault or a variable is none. */
export const firstOf = (ledger: Ledger, name: string): string | undefined => {
  const [first, ...more] = ledger.texts(name)
  if (first === undefined) return undefined
  if (REFERENCE.test(first)) {
    ledger.lose(name, 'it is kept in a vault or a variable: set it')
    return undefined
  }
  if (more.length > 0)
    ledger.lose(
      name,
      'the first is taken; for several clients write several OIDCClients (`clientRefs`)',
    )
  return first
}

/** A claim whose names stand one for each level. */
export const claimOf = (ledger: Ledger, name: string, otherwise: string): string => {
  const names = ledger.texts(name)
  if (names.length === 0) return otherwise
  if (names.length === 1) return topClaim(names[0] ?? otherwise)
  const isPlain = names.every((one) => /^[\w-]+$/.test(one))
  const escaped = names.map((one) => one.replaceAll('~', '~0').replaceAll('/', '~1'))
  return isPlain ? names.join('.') : `/${escaped.join('/')}`
}

/** Texts of which one has to hold, and of one all of its words. */
export const wordsOf = (texts: readonly string[]): readonly (readonly string[])[] =>
  texts.map((one) => one.split(' ').filter((word) => word !== '')).filter((one) => one.length > 0)

/** The clauses that ask a claim for the words; `undefined`: there would be too many. */
export const claimClauses = (
  claim: string,
  texts: readonly string[],
): readonly JsonObject[] | undefined => {
  const words = wordsOf(texts)
  if (words.length === 0) return []
  if (words.every((one) => one.length === 1)) return [{ claim, anyOf: words.flat() }]
  return allOfOneOf(words.map((allOf) => [{ claim, allOf }]))
}
