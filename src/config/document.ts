import {
  type Document,
  isMap,
  isScalar,
  LineCounter,
  type ParsedNode,
  parseAllDocuments,
} from 'yaml'
import type { ConfigProblem, Origin } from './problem.ts'
import { isTree, type Tree } from './tree.ts'

/** A configuration file as read: its fields, and where each of them stands. */
export interface ConfigDocument {
  readonly tree: Tree
  /** The place of a field's name, or of the nearest field above it. */
  readonly locate: (path: readonly PropertyKey[]) => Origin
  readonly problems: readonly ConfigProblem[]
}

type Place = (offset: number) => Origin

const keyOffset = (node: unknown, name: PropertyKey): { offset: number; value: unknown } | null => {
  if (!isMap(node)) return null
  const pair = node.items.find((item) => isScalar(item.key) && item.key.value === name)
  if (pair === undefined || !isScalar(pair.key)) return null
  return { offset: pair.key.range?.[0] ?? 0, value: pair.value }
}

const locator = (contents: unknown, place: Place) => (path: readonly PropertyKey[]) => {
  let node = contents
  let offset = 0
  for (const name of path) {
    const step = keyOffset(node, name)
    if (step === null) break
    offset = step.offset
    node = step.value
  }
  return place(offset)
}

const syntaxProblems = (documents: readonly Document.Parsed<ParsedNode>[], place: Place) =>
  documents.flatMap((document) =>
    [...document.errors, ...document.warnings].map((error) => ({
      field: '',
      message: `is not valid YAML: ${error.message.split('\n')[0]?.replace(/ at line .*$/, '')}`,
      origin: place(error.pos[0]),
    })),
  )

const nothing = (locate: ConfigDocument['locate'], problems: readonly ConfigProblem[]) => ({
  tree: {},
  locate,
  problems,
})

/** Reads a configuration file: one YAML 1.2 document that is a group of fields, or empty. */
export const readDocument = (text: string, file: string): ConfigDocument => {
  const lines = new LineCounter()
  const parsed = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false })
  const documents = 'empty' in parsed ? [] : parsed
  const place: Place = (offset) => {
    const { line, col } = lines.linePos(offset)
    return { kind: 'file', file, line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  const [document, second] = documents
  const locate = locator(document?.contents, place)
  const problems = syntaxProblems(documents, place)
  if (problems.length > 0) return nothing(locate, problems)
  if (second !== undefined) {
    const origin = place(second.range[0])
    const message = 'must hold one YAML document: remove the `---` and what follows'
    return nothing(locate, [{ field: '', message, origin }])
  }
  const value: unknown = document?.toJS({ maxAliasCount: 10 }) ?? {}
  if (isTree(value)) return { tree: value, locate, problems: [] }
  const message = 'must be a group of fields such as `grpc:` and `sessions:`'
  return nothing(locate, [{ field: '', message, origin: place(0) }])
}
