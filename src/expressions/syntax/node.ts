import type { Value } from '../value/value.ts'

/** What walks over the members of a list or the keys of a map. */
export type Macro = 'all' | 'exists' | 'exists_one' | 'filter' | 'map'

/** One part of an expression. */
export type Node = {
  /** Where it is written, from 0; of an operator, the operator. */
  readonly at: number
} & (
  | { readonly kind: 'literal'; readonly value: Value }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'select'; readonly operand: Node; readonly field: string }
  | { readonly kind: 'has'; readonly operand: Node; readonly field: string }
  | {
      readonly kind: 'call'
      readonly name: string
      /** Absent: it is written as a function, or an operator. */
      readonly target?: Node
      readonly operands: readonly Node[]
    }
  | { readonly kind: 'list'; readonly members: readonly Node[] }
  | { readonly kind: 'map'; readonly entries: readonly (readonly [Node, Node])[] }
  /** What no expression here may have. */
  | { readonly kind: 'unknown'; readonly what: string }
  | {
      readonly kind: 'each'
      readonly macro: Macro
      readonly range: Node
      readonly variable: string
      /** Of `map` and `filter`: which members are taken; absent: all. */
      readonly where?: Node
      /** What is asked of each, or made of each. */
      readonly body: Node
    }
)

/** The parts that a part is made of. */
export const partsOf = (node: Node): readonly Node[] => {
  switch (node.kind) {
    case 'literal':
    case 'name':
    case 'unknown':
      return []
    case 'select':
    case 'has':
      return [node.operand]
    case 'call':
      return node.target === undefined ? node.operands : [node.target, ...node.operands]
    case 'list':
      return node.members
    case 'map':
      return node.entries.flat()
    case 'each':
      return [node.range, ...(node.where === undefined ? [] : [node.where]), node.body]
  }
}

/** A name, or one that holds dots, such as `google.protobuf.Timestamp`; `undefined` for others. */
export const dottedName = (node: Node): string | undefined => {
  if (node.kind === 'name') return node.name
  if (node.kind !== 'select') return undefined
  const before = dottedName(node.operand)
  return before === undefined ? undefined : `${before}.${node.field}`
}
