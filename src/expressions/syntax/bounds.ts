import { type Node, partsOf } from './node.ts'

/** The longest expression, in characters. */
const MOST_CHARACTERS = 2_048

/** How many blanks may stand in a row: what the parser does with them takes their square. */
const MOST_BLANKS = 256

const TOO_MANY_BLANKS = new RegExp(`\\s{${MOST_BLANKS + 1}}`)

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
  if (TOO_MANY_BLANKS.test(text)) {
    return `has more than ${MOST_BLANKS} blanks in a row: remove some of them`
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

/** In one walk: asking each part for its own again would take the square of their number. */
const extentOf = (node: Node): Extent => {
  const [range, ...others] = partsOf(node).map(extentOf)
  const all = range === undefined ? [] : [range, ...others]
  const most = (of: readonly Extent[], count: (one: Extent) => number): number =>
    Math.max(0, ...of.map(count))
  const walks = ({ walks: count }: Extent): number => count
  return {
    parts: all.reduce((sum, one) => sum + one.parts, 1),
    levels: 1 + most(all, ({ levels }) => levels),
    walks:
      node.kind === 'each'
        ? Math.max(most(all.slice(0, 1), walks), 1 + most(others, walks))
        : most(all, walks),
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
