import { plainText } from './authorization-response.ts'

/** Claims whose values say who is who, and open nothing. */
const SHOWN: ReadonlySet<string> = new Set(['iss', 'aud', 'azp'])

const messagesOf = (thrown: Error): readonly string[] =>
  thrown.cause instanceof Error ? [thrown.message, ...messagesOf(thrown.cause)] : [thrown.message]

const factsOf = (thrown: unknown): unknown =>
  thrown instanceof Error ? factsOf(thrown.cause) : thrown

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

const comparison = (thrown: Error): string | undefined => {
  const facts = factsOf(thrown)
  if (!isRecord(facts) || typeof facts.claim !== 'string' || !isRecord(facts.claims)) {
    return undefined
  }
  const { claim, claims, expected } = facts
  if (!SHOWN.has(claim) || typeof expected !== 'string') return undefined
  const came = [claims[claim] ?? []].flat()
  const shown = came.length === 0 ? 'absent' : came.map(String).join(', ')
  return `; expected ${expected}, and it is ${shown}`
}

/**
 * What the library complains about, from the innermost of its errors: the outer ones do not name
 * the claim. Plain text for the log.
 */
export const sentenceOf = (thrown: Error): string => {
  const message = messagesOf(thrown).at(-1) ?? thrown.message
  return plainText(`${message.replaceAll('"', '')}${comparison(thrown) ?? ''}`)
}
