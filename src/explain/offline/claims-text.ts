import type { Claims, Json } from '../../core/identity/identity.ts'
import { parseJsonObject } from '../../outbound/json.ts'
import type { FieldPath } from '../../policy/resource/resource.ts'
import { parseYaml } from '../../resources/manifest/yaml-text.ts'
import { type FieldProblem, formatField } from '../../resources/schema/field-path.ts'
import { printable } from '../words/printable.ts'

/** Claims, or everything that is wrong with what was written, in sentences. */
export type ReadClaims =
  | { readonly kind: 'claims'; readonly claims: Claims }
  | { readonly kind: 'problems'; readonly problems: readonly string[] }

const isJsonObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const NO_GROUP = 'must be a group of claims, such as `groups: [buyers]`'

const problemsBelow = (value: unknown, path: FieldPath): readonly FieldProblem[] => {
  if (Array.isArray(value)) {
    return value.flatMap((member, index) => problemsBelow(member, [...path, index]))
  }
  if (isJsonObject(value)) {
    return Object.entries(value).flatMap(([name, field]) => problemsBelow(field, [...path, name]))
  }
  if (typeof value !== 'number') return []
  if (!Number.isFinite(value)) return [{ field: path, message: 'is a number that no token holds' }]
  return Number.isInteger(value) && !Number.isSafeInteger(value)
    ? [
        {
          field: path,
          message: 'has more digits than a number keeps: write it in quotes, as rules see it',
        },
      ]
    : []
}

/** Everything that keeps a value, as read from YAML, from being the claims of a token. */
export const claimProblems = (value: unknown, path: FieldPath): readonly FieldProblem[] =>
  isJsonObject(value) ? problemsBelow(value, path) : [{ field: path, message: NO_GROUP }]

/** Whether a value, as read from YAML, can be the claims of a token. */
export const areClaims = (value: unknown): value is { readonly [name: string]: Json } =>
  claimProblems(value, []).length === 0

const problems = (sentences: readonly string[]): ReadClaims => ({
  kind: 'problems',
  problems: sentences,
})

/**
 * The claims that a text holds: JSON, of which numbers are read as those of a token are, or YAML.
 * Never throws; `file` is how the text is called in sentences.
 */
export const readClaimsText = (text: string, file: string): ReadClaims => {
  const json = parseJsonObject(text)
  if (json !== undefined) return { kind: 'claims', claims: json }
  const { documents, errors } = parseYaml(text)
  if (errors.length > 0) {
    return problems(
      errors.map(({ line, column, message }) => `${file}:${line}:${column}: ${message}`),
    )
  }
  const [document, ...more] = documents
  if (document === undefined)
    return problems([`${file}: is empty: write claims into it, or \`{}\``])
  if (more.length > 0) return problems([`${file}: holds several documents: leave one`])
  const { value, locate } = document
  if (areClaims(value)) return { kind: 'claims', claims: value }
  return problems(
    claimProblems(value, []).map(({ field, message }) => {
      const { line, column } = locate(field)
      const name = field.length === 0 ? '' : `${printable(formatField(field))} `
      return `${file}:${line}:${column}: ${name}${message}`
    }),
  )
}
