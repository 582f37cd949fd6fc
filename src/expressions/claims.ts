import { type Node, partsOf } from './syntax/node.ts'

/** The path of names behind `claims`; `undefined`: the part is none. */
const pathOf = (node: Node): readonly string[] | undefined => {
  if (node.kind === 'name') return node.name === 'claims' ? [] : undefined
  if (node.kind !== 'select') return undefined
  const before = pathOf(node.operand)
  return before === undefined ? undefined : [...before, node.field]
}

/** The names right behind `claims` that the expression asks about before it uses them. */
const guarded = (node: Node): readonly string[] => {
  const own = node.kind === 'has' ? [...(pathOf(node.operand) ?? []), node.field] : []
  const isMember = node.kind === 'call' && node.name === '@in'
  const [key] = isMember ? node.operands : []
  const asked = key?.kind === 'literal' && typeof key.value === 'string' ? [key.value] : []
  return [...own.slice(0, 1), ...asked, ...partsOf(node).flatMap(guarded)]
}

const named = (node: Node): readonly (readonly string[])[] => {
  const path = pathOf(node)
  if (path !== undefined) return path.length === 0 ? [] : [path]
  return partsOf(node).flatMap(named)
}

/** The claims that an expression names and does not do without. */
export const claimsOf = (root: Node): readonly (readonly string[])[] => {
  const without = new Set(guarded(root))
  const paths = named(root).filter(([first = '']) => !without.has(first))
  return [...new Map(paths.map((path) => [JSON.stringify(path), path])).values()]
}
