import { type Node, partsOf } from './node.ts'

/** The longest expression, in characters. */
const MOST_CHARACTERS = 2_048

/** How deep parts may lie within one another. */
const MOST_LEVELS = 32

/** How many parts an expression may have. */
const MOST_PARTS = 512

/** How deep `all`, `exists` and their like may lie within one another. */
const MOST_WALKS = 2

/** Texts and comments, which count for nothing, and brackets. */
const TOKENS =
  /\/\/[^\n]*|[rR][bB]?(?:""".*?"""|'''.*?'''|"[^"\n]*"|'[^'\n]*')|"""(?:\\.|[^\\])*?"""|'''(?:\\.|[^\\])*?'''|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[([{]|[)\]}]/gs

const bracketLevels = (text: string): number => {
  let [level, most] = [0, 0]
  for (const [token] of text.matchAll(TOKENS)) {
    if ('([{'.includes(token)) level += 1
    if (')]}'.includes(token)) level -= 1
    most = Math.max(most, level)
  }
  return most
}

/** What is wrong with the size of a text, before it is read; completes "The expression …". */
export const textBound = (text: string): string | undefined => {
  if (text.length > MOST_CHARACTERS) {
    return `has ${text.length} characters, and at most ${MOST_CHARACTERS} are taken: make several clauses of it`
  }
  return bracketLevels(text) > MOST_LEVELS
    ? `has brackets within one another ${bracketLevels(text)} deep, and at most ${MOST_LEVELS} are taken: make several clauses of it`
    : undefined
}

interface Extent {
  readonly parts: number
  readonly levels: number
  readonly walks: number
}

const walksOf = (node: Node): number => {
  if (node.kind !== 'each') return Math.max(0, ...partsOf(node).map(walksOf))
  const within = [node.body, ...(node.where === undefined ? [] : [node.where])].map(walksOf)
  return Math.max(walksOf(node.range), 1 + Math.max(...within))
}

const extentOf = (node: Node): Extent => {
  const parts = partsOf(node).map(extentOf)
  return {
    parts: parts.reduce((sum, one) => sum + one.parts, 1),
    levels: 1 + Math.max(0, ...parts.map(({ levels }) => levels)),
    walks: walksOf(node),
  }
}

/** What is wrong with the size of an expression; each completes "The expression …". */
export const partBounds = (root: Node): readonly string[] => {
  const { parts, levels, walks } = extentOf(root)
  const found: string[] = []
  if (parts > MOST_PARTS) {
    found.push(
      `has ${parts} parts, and at most ${MOST_PARTS} are taken: make several clauses of it`,
    )
  }
  if (levels > MOST_LEVELS) {
    found.push(
      `has parts within one another ${levels} deep, and at most ${MOST_LEVELS} are taken: make several clauses of it`,
    )
  }
  if (walks > MOST_WALKS) {
    found.push(
      `walks over lists within one another ${walks} deep, and at most ${MOST_WALKS} are taken: ask for less at once`,
    )
  }
  return found
}
