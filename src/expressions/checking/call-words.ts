import type { OperandKind, Operation } from '../operation/operation.ts'
import type { Node } from '../syntax/node.ts'
import { kindOf, type Value } from '../value/value.ts'
import { ANY, type Type } from './type.ts'

/** What is known of a value that is written out. */
export const kindsOf = (value: Value): Type => {
  const kind = kindOf(value)
  return kind === 'list' || kind === 'map' ? ANY : { kind }
}

const NAMES: Readonly<Record<string, string>> = {
  any: 'a value of any type',
  null: 'null',
  bool: 'a boolean',
  int: 'an integer',
  uint: 'an unsigned integer',
  double: 'a number with a fraction',
  string: 'a text',
  bytes: 'bytes',
  list: 'a list',
  map: 'a map',
  timestamp: 'a timestamp',
  duration: 'a duration',
  type: 'a type',
  object: 'something with fields',
}

/** A type in words. */
export const nameOfKind = (kind: string): string => NAMES[kind] ?? kind

const SIGNS: Readonly<Record<string, string>> = { '@in': 'in', '_[_]': '[]', '!_': '!', '-_': '-' }

/** An operator as it is written; `undefined` for a function. */
export const operatorSign = (name: string): string | undefined => {
  const sign = SIGNS[name] ?? (name.startsWith('_') ? name.replaceAll('_', '') : undefined)
  return sign === undefined ? undefined : `\`${sign}\``
}

/** Whether values of these types can be what an overload takes. */
export const matchesKinds = (takes: readonly OperandKind[], types: readonly Type[]): boolean =>
  takes.every((kind, at) => {
    const given = types[at]?.kind ?? 'any'
    return kind === 'any' || given === 'any' || kind === given
  })

/** What is wrong with the way in which an operation is called. */
export const calledAs = (
  { name, target }: Extract<Node, { readonly kind: 'call' }>,
  { as }: Operation,
): string | undefined => {
  if (as === 'either' || as === 'operator') return undefined
  if (as === 'function' && target !== undefined) {
    return `calls \`${name}\` after a dot, and it is written \`${name}(…)\``
  }
  return as === 'method' && target === undefined
    ? `calls \`${name}\` by itself, and it is written behind a value, \`x.${name}(…)\``
    : undefined
}
