/** A string, or a character that opens, closes or divides. The text is JSON already. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[[\]{}:]/g

const NAME = /^\w{1,64}$/

/**
 * A member that an object has twice at its outermost, which readers take in different ways (RFC
 * 8259 section 4); `undefined`: there is none.
 * @param text JSON that was found to be an object.
 */
export const repeatedMember = (text: string): string | undefined => {
  const seen = new Set<string>()
  let depth = 0
  let last = ''
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === '{' || token === '[') depth += 1
    if (token === '}' || token === ']') depth -= 1
    if (token === ':' && depth === 1) {
      const name: unknown = JSON.parse(last)
      if (typeof name !== 'string') continue
      if (seen.has(name)) return NAME.test(name) ? name : 'one with an odd name'
      seen.add(name)
    }
    last = token
  }
  return undefined
}
