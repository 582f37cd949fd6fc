import { parseAllDocuments } from 'yaml'
import type { InputFile } from '../model/migration.ts'

/** The documents of a file of YAML or JSON, or what is wrong with it. */
export type DocumentsRead =
  | { readonly kind: 'read'; readonly documents: readonly unknown[] }
  | { readonly kind: 'malformed'; readonly problems: readonly string[] }

/** What JSON cannot say holds itself, and nobody could read it to the end. */
const refusal = (error: Error): string =>
  error instanceof TypeError
    ? 'an anchor holds an alias of itself: write out what it is'
    : error.message

/** Reads a stream of YAML; JSON is YAML as well. Empty documents are left out. */
export const readDocuments = ({ name, text }: InputFile): DocumentsRead => {
  const parsed = parseAllDocuments(text)
  const problems = parsed.flatMap(({ errors: [first] }) =>
    first === undefined ? [] : [`${name}: ${first.message.split('\n')[0]?.replace(/:$/, '')}`],
  )
  if (problems.length > 0) return { kind: 'malformed', problems }
  try {
    const documents = parsed.map((one) => one.toJS({ maxAliasCount: 100 }) as unknown)
    JSON.stringify(documents)
    return { kind: 'read', documents: documents.filter((one) => one !== null) }
  } catch (error) {
    return { kind: 'malformed', problems: [`${name}: ${refusal(error as Error)}`] }
  }
}
