/** A configuration as nested plain objects, before it is checked. */
export type Tree = { readonly [name: string]: unknown }

/** Whether a value can hold fields. */
export const isTree = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The value at a path, or `undefined`. */
export const valueAt = (tree: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (node, name) =>
      isTree(node) && Object.hasOwn(node, String(name)) ? node[String(name)] : undefined,
    tree,
  )

/**
 * The same tree with one value set. What stands in the way and is no tree is left alone, to be
 * reported as it is.
 */
export const withValueAt = (tree: Tree, path: readonly string[], value: unknown): Tree => {
  const [name, ...rest] = path
  if (name === undefined) return tree
  if (rest.length === 0) return { ...tree, [name]: value }
  const child = tree[name] ?? {}
  return isTree(child) ? { ...tree, [name]: withValueAt(child, rest, value) } : tree
}

/** The tree without groups that were left empty: `grpc:` with nothing below it says nothing. */
export const withoutEmptyGroups = (tree: Tree, isGroup: (path: string) => boolean, at = ''): Tree =>
  Object.fromEntries(
    Object.entries(tree).flatMap(([name, value]) => {
      const path = `${at}${name}`
      if (value === null && isGroup(path)) return []
      return [[name, isTree(value) ? withoutEmptyGroups(value, isGroup, `${path}.`) : value]]
    }),
  )
