import { parse as parseText } from '@bufbuild/cel'
import { Failure, type Value } from '../value/value.ts'
import { partBounds, textBound } from './bounds.ts'
import type { Macro, Node } from './node.ts'

type Parsed = ReturnType<typeof parseText>
type Expr = Parsed['expr']
type ExprKind = Expr['exprKind']
type Call = Extract<ExprKind, { readonly case: 'callExpr' }>['value']
type Walk = Extract<ExprKind, { readonly case: 'comprehensionExpr' }>['value']
type Struct = Extract<ExprKind, { readonly case: 'structExpr' }>['value']
type Constant = Extract<ExprKind, { readonly case: 'constExpr' }>['value']

/** Where a part is written, by the number that the parser gave it. */
type PlaceOf = (id: bigint) => number

const MOST_INT = 2n ** 63n - 1n
const MOST_UINT = 2n ** 64n - 1n

const within = (value: bigint, least: bigint, most: bigint): boolean =>
  value >= least && value <= most

const literalOf = ({ constantKind: kind }: Constant): Value | Failure => {
  switch (kind.case) {
    case 'boolValue':
    case 'stringValue':
      return kind.value
    case 'doubleValue':
      return Number.isFinite(kind.value) ? kind.value : new Failure('a number beyond all doubles')
    case 'int64Value':
      return within(kind.value, -MOST_INT - 1n, MOST_INT)
        ? kind.value
        : new Failure('an integer beyond 64 bits')
    case 'uint64Value':
      return within(kind.value, 0n, MOST_UINT)
        ? { kind: 'uint', value: kind.value }
        : new Failure('an integer beyond 64 bits')
    case 'bytesValue':
      return { kind: 'bytes', bytes: kind.value }
    case 'nullValue':
      return null
    default:
      return new Failure('a literal of an unknown type')
  }
}

/** The arguments of a call that the parser wrote where a macro was. */
const argumentsOf = (expr: Expr | undefined): readonly (Expr | undefined)[] =>
  expr?.exprKind.case === 'callExpr' ? expr.exprKind.value.args : []

const callsTo = (expr: Expr | undefined, name: string): boolean =>
  expr?.exprKind.case === 'callExpr' && expr.exprKind.value.function === name

/** The one member of the list that each step of `map` and `filter` adds. */
const addedMember = (added: Expr | undefined): Expr | undefined => {
  const list = argumentsOf(added)[1]?.exprKind
  return list?.case === 'listExpr' ? list.value.elements[0] : undefined
}

interface Step {
  readonly macro: Macro
  readonly where?: Expr | undefined
  readonly body: Expr | undefined
}

/** Which macro a walk was written as, from the form that the parser gives each of them. */
const stepOf = ({ accuInit, loopStep }: Walk): Step => {
  const start = accuInit?.exprKind
  const operands = argumentsOf(loopStep)
  if (start?.case === 'constExpr') {
    const { constantKind: kind } = start.value
    if (kind.case === 'int64Value') return { macro: 'exists_one', body: operands[0] }
    return { macro: kind.value === true ? 'all' : 'exists', body: operands[1] }
  }
  if (!callsTo(loopStep, '_?_:_')) return { macro: 'map', body: addedMember(loopStep) }
  return { macro: 'map', where: operands[0], body: addedMember(operands[1]) }
}

const walkNode = (walk: Walk, at: number, placeOf: PlaceOf): Node => {
  const { macro, where, body } = stepOf(walk)
  return {
    kind: 'each',
    at,
    macro,
    range: nodeOf(walk.iterRange, placeOf),
    variable: walk.iterVar,
    ...(where === undefined ? {} : { where: nodeOf(where, placeOf) }),
    body: nodeOf(body, placeOf),
  }
}

const callNode = ({ function: name, target, args }: Call, at: number, placeOf: PlaceOf): Node => {
  const operands = args.map((one) => nodeOf(one, placeOf))
  if (target === undefined) return { kind: 'call', at, name, operands }
  const { exprKind } = target
  const isSets = exprKind.case === 'identExpr' && exprKind.value.name === 'sets'
  if (isSets) return { kind: 'call', at, name: `sets.${name}`, operands }
  return { kind: 'call', at, name, target: nodeOf(target, placeOf), operands }
}

const structNode = ({ messageName, entries }: Struct, at: number, placeOf: PlaceOf): Node => {
  if (messageName !== '') return { kind: 'unknown', at, what: `the message \`${messageName}\`` }
  const pairs = entries.map(({ keyKind, value }): readonly [Node, Node] => {
    const key = keyKind.case === 'mapKey' ? keyKind.value : undefined
    return [nodeOf(key, placeOf), nodeOf(value, placeOf)]
  })
  return { kind: 'map', at, entries: pairs }
}

const nodeOf = (expr: Expr | undefined, placeOf: PlaceOf): Node => {
  const at = expr === undefined ? 0 : placeOf(expr.id)
  const kind = expr?.exprKind
  switch (kind?.case) {
    case 'constExpr': {
      const value = literalOf(kind.value)
      return value instanceof Failure
        ? { kind: 'unknown', at, what: value.message }
        : { kind: 'literal', at, value }
    }
    case 'identExpr':
      return { kind: 'name', at, name: kind.value.name }
    case 'selectExpr': {
      const { operand, field, testOnly } = kind.value
      return { kind: testOnly ? 'has' : 'select', at, operand: nodeOf(operand, placeOf), field }
    }
    case 'callExpr':
      return callNode(kind.value, at, placeOf)
    case 'listExpr':
      return { kind: 'list', at, members: kind.value.elements.map((one) => nodeOf(one, placeOf)) }
    case 'structExpr':
      return structNode(kind.value, at, placeOf)
    case 'comprehensionExpr':
      return walkNode(kind.value, at, placeOf)
    default:
      return { kind: 'unknown', at, what: 'a part that is none' }
  }
}

/** An expression as a tree, or what is wrong with its form; each completes "The expression …". */
export type ParsedText =
  | { readonly ok: true; readonly root: Node }
  | { readonly ok: false; readonly messages: readonly string[] }

const SYNTAX = /^(?<what>.*?)(?: but expecting .*)?$/s

interface ParserError {
  readonly rawMessage?: unknown
  readonly location?: { readonly start?: { readonly offset?: unknown } }
}

/** What the parser says, without the dozens of things that it would rather have seen. */
const syntaxMessage = (error: unknown): string => {
  const { rawMessage, location }: ParserError = typeof error === 'object' && error ? error : {}
  const offset = location?.start?.offset
  const said = error instanceof Error ? error.message : String(error)
  const raw = typeof rawMessage === 'string' ? rawMessage : said
  const what = SYNTAX.exec(raw)?.groups?.what ?? raw
  const place = typeof offset === 'number' ? ` at character ${offset + 1}` : ''
  return `is no CEL${place} (${what}): see https://cel.dev for its form`
}

/** The parser takes a comment only with the end of its line. */
const read = (text: string): Parsed | string => {
  try {
    return parseText(`${text}\n`)
  } catch (error) {
    return syntaxMessage(error)
  }
}

/** Reads the text of an expression into a tree whose size is within bounds. */
export const parseExpression = (text: string): ParsedText => {
  const bound = textBound(text)
  if (bound !== undefined) return { ok: false, messages: [bound] }
  const parsed = read(text)
  if (typeof parsed === 'string') return { ok: false, messages: [parsed] }
  const positions = parsed.sourceInfo?.positions ?? {}
  const root = nodeOf(parsed.expr, (id) => positions[String(id)] ?? 0)
  const messages = partBounds(root)
  return messages.length === 0 ? { ok: true, root } : { ok: false, messages }
}
