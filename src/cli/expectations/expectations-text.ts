import { printable } from '../../explain/words/printable.ts'
import type { FieldPath } from '../../policy/resource/resource.ts'
import { formatProblem, sortProblems } from '../../resources/manifest/diagnostics.ts'
import { parseYaml, type YamlDocument } from '../../resources/manifest/yaml-text.ts'
import { type FieldProblem, formatField, isAtOrBelow } from '../../resources/schema/field-path.ts'
import { problemsOf } from '../../resources/schema/sentence.ts'
import { findingsOf } from '../../resources/schema/structural-check.ts'
import { isObject } from '../../resources/schema/structural-schema.ts'
import { brokenCaseRules } from './case-rules.ts'
import type { CaseRuling, ExpectedHeader, ExpectedTold } from './expectation.ts'
import { EXPECTATIONS } from './expectations-schema.ts'

/** Headers that are expected, as they are written. */
interface WrittenHeaders {
  readonly headers: Readonly<Record<string, ExpectedHeader>>
}

/** A case as it is written. */
export interface WrittenCase {
  readonly name: string
  readonly url: string
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly sourceAddress?: string
  readonly now?: string
  readonly as?: 'session' | 'bearer' | 'nobody'
  readonly claims?: unknown
  readonly claimsFile?: string
  readonly scopes?: readonly string[]
  readonly client?: string
  readonly decisionPoint?: CaseRuling
  readonly expect: {
    readonly verdict?: string
    readonly status?: number
    readonly reason?: string
    readonly route?: string
    readonly rule?: string
    readonly upstream?: WrittenHeaders
    readonly response?: WrittenHeaders
    readonly metadata?: Readonly<Record<string, ExpectedTold>>
  }
}

/** A file as it is written. */
export interface WrittenExpectations {
  readonly resources?: readonly string[]
  readonly now?: string
  readonly cases: readonly WrittenCase[]
}

/** What a text holds, or everything that is wrong with it, each a line. */
export type ReadExpectations =
  | {
      readonly kind: 'expectations'
      readonly written: WrittenExpectations
      readonly lineOf: (field: FieldPath) => number
      /** A problem that is found later, as a line. */
      readonly problemAt: (field: FieldPath, message: string) => string
    }
  | { readonly kind: 'problems'; readonly problems: readonly string[] }

const lined = (file: string, { locate }: YamlDocument, problems: readonly FieldProblem[]) =>
  sortProblems(
    problems.map(({ field, message }) => ({
      file,
      ...locate(field),
      field: formatField(field),
      message,
    })),
  ).map((problem) => printable(formatProblem(problem)))

const casesOf = (value: unknown): readonly unknown[] =>
  isObject(value) && Array.isArray(value.cases) ? value.cases : []

const repeatedNames = (cases: readonly unknown[]): readonly FieldProblem[] => {
  const firsts = new Map<unknown, number>()
  return cases.flatMap((one, at) => {
    const name = isObject(one) ? one.name : undefined
    if (typeof name !== 'string') return []
    const first = firsts.get(name)
    if (first === undefined) firsts.set(name, at)
    return first === undefined
      ? []
      : [
          {
            field: ['cases', at, 'name'],
            message: `is the name of case ${first} as well: reports tell cases apart by it`,
          },
        ]
  })
}

/** What a schema has said about a field goes without what rules say about it. */
const brokenRules = (
  cases: readonly unknown[],
  found: readonly FieldProblem[],
): readonly FieldProblem[] =>
  cases
    .flatMap((one, at) => brokenCaseRules(one, ['cases', at]))
    .filter(({ field }) => !found.some((other) => isAtOrBelow(field, other.field)))

const problemsIn = (value: unknown): readonly FieldProblem[] => {
  const found = problemsOf(findingsOf(EXPECTATIONS, value), false)
  const cases = casesOf(value)
  return [...found, ...repeatedNames(cases), ...brokenRules(cases, found)]
}

const isRight = (value: unknown, problems: readonly FieldProblem[]): value is WrittenExpectations =>
  isObject(value) && problems.length === 0

const refused = (...problems: readonly string[]): ReadExpectations => ({
  kind: 'problems',
  problems,
})

/**
 * Reads a file of expectations. Never throws; names every problem at once, with its place and what
 * to do.
 */
export const readExpectationsText = (text: string, file: string): ReadExpectations => {
  const { documents, errors } = parseYaml(text)
  if (errors.length > 0) {
    return refused(
      ...errors.map((error) => printable(formatProblem({ ...error, file, field: '' }))),
    )
  }
  const [document, second] = documents
  if (document === undefined) return refused(`${file}: is empty: write \`cases\` into it`)
  if (second !== undefined) {
    return refused(...lined(file, second, [{ field: [], message: MORE_DOCUMENTS }]))
  }
  const { value, locate } = document
  const problems = problemsIn(value)
  if (!isRight(value, problems)) return refused(...lined(file, document, problems))
  return {
    kind: 'expectations',
    written: value,
    lineOf: (field) => locate(field).line,
    problemAt: (field, message) => lined(file, document, [{ field, message }])[0] ?? message,
  }
}

const MORE_DOCUMENTS = 'is a second document: a file of expectations has one'
