import {
  Composer,
  type Document,
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type ParsedNode,
  Parser,
  type ScalarTag,
  visit,
} from 'yaml'
import { finish, flatMapInSteps, mapInSteps, type Steps } from '../../core/time/steps.ts'
import type { FieldPath } from '../../policy/resource/resource.ts'
import {
  BAD_ALIASES,
  DANGLING_ALIAS,
  MAX_DEPTH,
  sentenceOfYamlError,
  TOO_DEEP,
} from './yaml-error.ts'

/** A place in a text; both count from 1. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** One document of a text. */
export interface YamlDocument {
  readonly value: unknown
  /** The place of a field, or of the nearest one around it that is written down. */
  readonly locate: (field: FieldPath) => Position
}

/** Why a text is not YAML. */
export interface YamlError extends Position {
  readonly message: string
}

/** The documents of a text without the empty ones; no documents at all if there are errors. */
export interface YamlText {
  readonly documents: readonly YamlDocument[]
  readonly errors: readonly YamlError[]
}

const MAX_ALIASES = 100
const MAX_ERRORS = 20

/**
 * kubectl reads these words as booleans (YAML 1.1), and so must we: or a manifest would mean one
 * thing here and another in a cluster.
 */
const wordyBoolean: ScalarTag = {
  tag: 'tag:yaml.org,2002:bool',
  default: true,
  identify: (value) => typeof value === 'boolean',
  test: /^(?:y|Y|yes|Yes|YES|n|N|no|No|NO|on|On|ON|off|Off|OFF)$/,
  resolve: (word) => /^(?:y|on)/i.test(word),
}

const startOf = (node: unknown): number | undefined =>
  isNode(node) ? (node.range?.[0] ?? undefined) : undefined

const itemsOf = (node: unknown): readonly unknown[] =>
  isMap(node) || isSeq(node) ? node.items : []

const isKey = (key: unknown, name: string | number): boolean =>
  isScalar(key) && String(key.value) === String(name)

/** The node one step down, and where it begins: a scalar at its value, a collection at its key. */
const stepInto = (document: Document, node: unknown, name: string | number) => {
  const target = isAlias(node) ? node.resolve(document) : node
  if (isSeq(target)) {
    const member = target.items[Number(name)]
    return member === undefined ? undefined : { node: member, offset: startOf(member) }
  }
  const pair = itemsOf(target).find((item) => isPair(item) && isKey(item.key, name))
  if (!isPair(pair)) return undefined
  const offset = isScalar(pair.value) ? startOf(pair.value) : startOf(pair.key)
  return { node: pair.value, offset: offset ?? startOf(pair.key) }
}

const offsetOf = (document: Document, field: FieldPath): number => {
  let node: unknown = document.contents
  let offset = startOf(node) ?? 0
  for (const name of field) {
    const next = stepInto(document, node, name)
    if (next === undefined) return offset
    node = next.node
    offset = next.offset ?? offset
  }
  return offset
}

/**
 * Whether the value is nested deeper than any manifest. An alias to something around itself never
 * ends.
 */
const isDeep = (value: unknown, depth = 0): boolean =>
  depth > MAX_DEPTH ||
  (typeof value === 'object' &&
    value !== null &&
    Object.values(value).some((member) => isDeep(member, depth + 1)))

type Parsed = Document.Parsed<ParsedNode> | Document<Node>

const errorsOf = (document: Parsed, positionAt: (offset: number) => Position) => {
  const errors = [...document.errors, ...document.warnings]
  const exhausted = errors.find(({ code }) => code === 'RESOURCE_EXHAUSTION')
  const told = exhausted === undefined ? errors : [exhausted]
  const aliases = errors.length === 0 ? danglingAliases(document) : []
  return [
    ...told.map((it) => ({ ...positionAt(it.pos[0]), message: sentenceOfYamlError(it) })),
    ...aliases.map((it) => ({ ...positionAt(it), message: `is not YAML: ${DANGLING_ALIAS}` })),
  ]
}

/** Where an alias stands whose anchor was not set before it. */
const danglingAliases = (document: Parsed): readonly number[] => {
  const anchors = new Set<string>()
  const dangling: number[] = []
  visit(document, {
    Alias: (_, { source, range }) => {
      if (!anchors.has(source)) dangling.push(range?.[0] ?? 0)
    },
    Node: (_, { anchor }) => {
      if (anchor !== undefined) anchors.add(anchor)
    },
  })
  return dangling
}

/** As `parseAllDocuments` of the package, but one document in each step. */
const parseDocuments = function* (
  text: string,
  lineCounter: LineCounter,
): Steps<readonly Parsed[]> {
  const composer = new Composer({
    prettyErrors: false,
    logLevel: 'silent',
    merge: true,
    stringKeys: true,
    customTags: (tags) => [wordyBoolean, ...tags],
  })
  const documents: Parsed[] = []
  for (const document of composer.compose(new Parser(lineCounter.addNewLine).parse(text))) {
    documents.push(document)
    yield
  }
  return documents
}

const failed = (message: string, at: Position = { line: 1, column: 1 }): YamlText => ({
  documents: [],
  errors: [{ ...at, message }],
})

const toValue = (document: Parsed): unknown => document.toJS({ maxAliasCount: MAX_ALIASES })

/**
 * Parses YAML or JSON as kubectl would: several documents, merge keys, no duplicate keys, and
 * bounds on depth and on what aliases may expand to. Never throws. A document is one step.
 */
export const yamlInSteps = function* (text: string): Steps<YamlText> {
  const lineCounter = new LineCounter()
  const positionAt = (offset: number): Position => {
    const { line, col } = lineCounter.linePos(offset)
    return { line: Math.max(1, line), column: Math.max(1, col) }
  }
  try {
    const parsed = yield* parseDocuments(text, lineCounter)
    const errors = yield* flatMapInSteps(parsed, (document) => errorsOf(document, positionAt))
    if (errors.length > 0) return { documents: [], errors: errors.slice(0, MAX_ERRORS) }
    const documents = yield* mapInSteps(parsed, (document) => ({
      value: toValue(document),
      locate: (field: FieldPath) => positionAt(offsetOf(document, field)),
    }))
    const deep = documents.find(({ value }) => isDeep(value))
    if (deep !== undefined) return failed(TOO_DEEP, deep.locate([]))
    return { documents: documents.filter(({ value }) => value != null), errors: [] }
  } catch {
    return failed(BAD_ALIASES)
  }
}

/** The same at once. */
export const parseYaml = (text: string): YamlText => finish(yamlInSteps(text))
