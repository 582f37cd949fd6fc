import { operations } from '../operation/all-operations.ts'
import { typeNames } from '../operation/conversion.ts'
import type { Operation, Overload } from '../operation/operation.ts'
import { times } from '../operation/times.ts'
import { dottedName, type Node } from '../syntax/node.ts'
import { calledAs, kindsOf, matchesKinds, nameOfKind, operatorSign } from './call-words.ts'
import { proposal } from './proposal.ts'
import { ANY, BOOL, STRING, type Type } from './type.ts'
import { variables } from './variables.ts'

/** Tells what is wrong with a part; completes "The expression at character N …". */
type Tell = (node: Node, message: string) => void

/** The names that a part may use, and what is known of each. */
type Scope = Readonly<Record<string, Type>>

type NodeOf<K extends Node['kind']> = Extract<Node, { readonly kind: K }>

/** Everything that is wrong with an expression, in words. */
export const check = (root: Node, wanted: 'condition' | 'value'): readonly string[] => {
  const found: string[] = []
  const tell: Tell = ({ at }, message) => void found.push(`at character ${at + 1} ${message}`)
  const type = valueType(root, variables, tell)
  if (found.length === 0 && wanted === 'condition' && !['bool', 'any'].includes(type.kind)) {
    tell(root, `gives ${nameOfKind(type.kind)}, and a clause is true or false: compare it`)
  }
  return found
}

/** What is known of a part that has to be a value. */
const valueType = (node: Node, scope: Scope, tell: Tell): Type => {
  const type = typeOf(node, scope, tell)
  if (type.kind !== 'object') return type
  const fields = Object.keys(type.fields).join(', ')
  tell(node, `uses something with fields as a value: name one of its fields (${fields})`)
  return ANY
}

const typeOf = (node: Node, scope: Scope, tell: Tell): Type => {
  switch (node.kind) {
    case 'literal':
      return literalType(node)
    case 'name':
      return nameType(node, scope, tell)
    case 'select':
    case 'has':
      return fieldType(node, scope, tell)
    case 'call':
      return callType(node, scope, tell)
    case 'list':
      return { kind: 'list', of: common(node.members.map((one) => valueType(one, scope, tell))) }
    case 'map':
      return mapType(node, scope, tell)
    case 'each':
      return eachType(node, scope, tell)
    case 'unknown':
      tell(node, `holds ${node.what}, which it cannot`)
      return ANY
  }
}

const literalType = ({ value }: NodeOf<'literal'>): Type => kindsOf(value)

/** What all of these types are, if they are one. */
const common = (types: readonly Type[]): Type => {
  const [first = ANY, ...rest] = types
  if (rest.length === 0) return first
  if (rest.some(({ kind }) => kind !== first.kind)) return ANY
  if (first.kind === 'list') {
    return { kind: 'list', of: common(types.map((one) => (one.kind === 'list' ? one.of : ANY))) }
  }
  return first.kind === 'map' ? { kind: 'map', keys: ANY, of: ANY } : first
}

const nameType = (node: NodeOf<'name'>, scope: Scope, tell: Tell): Type => {
  const { name } = node
  if (Object.hasOwn(scope, name)) return scope[name] ?? ANY
  if (typeNames.has(name)) return { kind: 'type' }
  tell(node, `names \`${name}\`, which is unknown: ${proposal(name, Object.keys(scope))}`)
  return ANY
}

const fieldType = (node: NodeOf<'select' | 'has'>, scope: Scope, tell: Tell): Type => {
  if (node.kind === 'select' && typeNames.has(dottedName(node) ?? '')) return { kind: 'type' }
  const type = typeOf(node.operand, scope, tell)
  const gives = node.kind === 'has' ? BOOL : ANY
  if (type.kind === 'any') return gives
  if (type.kind === 'map') return node.kind === 'has' ? BOOL : type.of
  if (type.kind !== 'object') {
    tell(node, `asks for \`${node.field}\` of ${nameOfKind(type.kind)}, which has no fields`)
    return gives
  }
  const field = Object.hasOwn(type.fields, node.field) ? type.fields[node.field] : undefined
  if (field === undefined) {
    const names = Object.keys(type.fields)
    tell(
      node,
      `asks for the field \`${node.field}\`, which is unknown: ${proposal(node.field, names)}`,
    )
  }
  return node.kind === 'has' ? BOOL : (field ?? ANY)
}

const KEYS = ['any', 'bool', 'int', 'uint', 'string']

const mapType = ({ entries }: NodeOf<'map'>, scope: Scope, tell: Tell): Type => {
  const keys = entries.map(([key]) => {
    const type = valueType(key, scope, tell)
    if (!KEYS.includes(type.kind)) {
      tell(key, `has ${nameOfKind(type.kind)} as a key: keys are texts, integers or booleans`)
    }
    return type
  })
  const values = entries.map(([, value]) => valueType(value, scope, tell))
  return { kind: 'map', keys: common(keys), of: common(values) }
}

/** What a walk gives its variable, of the range that it walks over. */
const memberType = (node: Node, range: Type, tell: Tell): Type => {
  if (range.kind === 'list') return range.of
  if (range.kind === 'map') return range.keys
  if (range.kind !== 'any') {
    tell(node, `walks over ${nameOfKind(range.kind)}, which is neither a list nor a map`)
  }
  return ANY
}

const expectBool = (node: Node, type: Type, tell: Tell): void => {
  if (type.kind === 'bool' || type.kind === 'any') return
  tell(node, `has ${nameOfKind(type.kind)} where only true or false makes sense: compare it`)
}

const eachType = (node: NodeOf<'each'>, scope: Scope, tell: Tell): Type => {
  const range = valueType(node.range, scope, tell)
  const within = { ...scope, [node.variable]: memberType(node, range, tell) }
  if (node.where !== undefined) expectBool(node.where, valueType(node.where, within, tell), tell)
  const body = valueType(node.body, within, tell)
  if (node.macro === 'map') return { kind: 'list', of: body }
  expectBool(node.body, body, tell)
  return BOOL
}

const MACROS = ['all', 'exists', 'exists_one', 'existsOne', 'filter', 'map']

const NOT_VALUES: Readonly<Record<string, string>> = {
  has: 'asks with `has` for something else than a field: write it as in `has(claims.email)`',
  ...Object.fromEntries(
    MACROS.map((name) => [
      name,
      `uses \`${name}\` without a new name in front: write it as in \`claims.groups.${name}(group, group == "admins")\``,
    ]),
  ),
}

const callType = (node: NodeOf<'call'>, scope: Scope, tell: Tell): Type => {
  const { name, target } = node
  if (Object.hasOwn(NOT_VALUES, name)) {
    tell(node, NOT_VALUES[name] ?? name)
    return ANY
  }
  const parts = [...(target === undefined ? [] : [target]), ...node.operands]
  const types = parts.map((one) => valueType(one, scope, tell))
  if (name === '_&&_' || name === '_||_') {
    for (const [at, type] of types.entries()) expectBool(parts[at] ?? node, type, tell)
    return BOOL
  }
  if (name === '_?_:_') {
    expectBool(parts[0] ?? node, types[0] ?? ANY, tell)
    return common(types.slice(1))
  }
  if (name === 'matches') return matchesType(node, types, tell)
  const operation = operations.get(name)
  if (operation === undefined) {
    const known = [...operations.keys(), 'matches'].filter((one) => !operatorSign(one))
    tell(node, `calls \`${name}\`, which is unknown: ${proposal(name, known)}`)
    return ANY
  }
  return overloadType(node, operation, types, tell)
}

const matchesType = (node: NodeOf<'call'>, types: readonly Type[], tell: Tell): Type => {
  const pattern = node.operands.at(-1)
  if (types.length !== 2) tell(node, 'uses `matches` otherwise than with one text and one pattern')
  else if (pattern?.kind !== 'literal' || typeof pattern.value !== 'string') {
    tell(node, 'uses `matches` with a pattern that is made: write the pattern out')
  } else if (!['any', 'string'].includes(types[0]?.kind ?? '')) {
    tell(
      node,
      `asks for \`matches\` of ${nameOfKind(types[0]?.kind ?? 'any')}, and only texts match`,
    )
  }
  return BOOL
}

const givenBy = (overloads: readonly Overload[], types: readonly Type[], name: string): Type => {
  const kinds = new Set(overloads.map(([, gives]) => gives))
  const [kind] = kinds
  if (kinds.size !== 1 || kind === undefined) return ANY
  if (kind === 'any') return memberOf(types[0], name)
  if (kind === 'list') return { kind, of: name === 'split' ? STRING : common(types) }
  return kind === 'map' ? ANY : { kind }
}

/** What lies in a list or a map, where that is asked for. */
const memberOf = (type: Type | undefined, name: string): Type =>
  name === '_[_]' && (type?.kind === 'list' || type?.kind === 'map') ? type.of : ANY

const overloadType = (
  node: NodeOf<'call'>,
  operation: Operation,
  types: readonly Type[],
  tell: Tell,
): Type => {
  const wrongForm = calledAs(node, operation)
  if (wrongForm !== undefined) {
    tell(node, wrongForm)
    return ANY
  }
  const byCount = operation.overloads.filter(([takes]) => takes.length === types.length)
  if (byCount.length === 0) {
    const counts = [...new Set(operation.overloads.map(([takes]) => takes.length))]
    const own = node.target === undefined ? 0 : 1
    const wanted = counts.map((count) => count - own).join(' or ')
    tell(node, `gives \`${node.name}\` ${node.operands.length} values, and it takes ${wanted}`)
    return ANY
  }
  const zone = node.operands.at(-1)
  if (Object.hasOwn(times, node.name) && node.operands.length === 1 && zone?.kind !== 'literal') {
    tell(node, `uses \`${node.name}\` with a time zone that is made: write it out`)
  }
  const fitting = byCount.filter(([takes]) => matchesKinds(takes, types))
  const isComparison = node.name === '_==_' || node.name === '_!=_'
  if (fitting.length === 0 || (isComparison && areApart(types))) {
    const kinds = types.map(({ kind }) => nameOfKind(kind)).join(' and ')
    tell(
      node,
      `uses ${operatorSign(node.name) ?? `\`${node.name}\``} with ${kinds}, which it is not for`,
    )
  }
  return givenBy(fitting, types, node.name)
}

const NUMBERS = ['int', 'uint', 'double']

/** Whether two types have no value in common, so that comparing them is a slip. */
const areApart = ([one = ANY, other = ANY]: readonly Type[]): boolean => {
  const kinds = [one.kind, other.kind]
  if (kinds.includes('any') || kinds.includes('null') || one.kind === other.kind) return false
  return !kinds.every((kind) => NUMBERS.includes(kind))
}
