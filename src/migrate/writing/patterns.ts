import { pathPattern } from '../../policy/matching/path-pattern.ts'

/** A text as a pattern that matches it and nothing else. */
export const literally = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')

/** No alternatives, and no quoted text, which has an end of its own. */
const PLAIN = /^(?:[^\\|]|\\[^Q])*$/s

/** A `$`, or a `.*`, that is not escaped. */
const ENDED = /^(?:[^\\]|\\.)*\$$/s
const OPEN_END = /^(?:[^\\]|\\.)*\.\*$/s

/**
 * A pattern for the whole of a path that matches what the given one finds anywhere in it. Anchors
 * are kept where they are, as they hold for one alternative alone.
 */
export const foundAnywhere = (pattern: string): string => {
  if (!PLAIN.test(pattern) || pattern === '') return `.*(?:${pattern}).*`
  const isBegun = pattern.startsWith('^')
  const isEnded = ENDED.test(pattern)
  const inner = pattern.slice(isBegun ? 1 : 0, isEnded ? -1 : undefined)
  return `${isBegun || inner.startsWith('.*') ? '' : '.*'}${inner}${isEnded || OPEN_END.test(inner) ? '' : '.*'}`
}

/** A pattern for the whole of a path that begins with a text. */
export const beginningWith = (text: string): string => `${literally(text)}.*`

const LONGEST = 256

/** A pattern that may stand in a rule, if it is one of RE2 and not too long. */
export const usablePattern = (pattern: string): string | undefined =>
  pattern.length <= LONGEST && pathPattern(pattern).ok ? pattern : undefined

/** A pattern for the whole of a path that begins as another pattern says. */
export const regexPath = (pattern: string): string | undefined => {
  const begun = pattern.replace(/^\^/, '')
  return usablePattern(foundAnywhere(begun.includes('|') ? `^(?:${begun})` : `^${begun}`))
}
