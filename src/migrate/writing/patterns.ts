import { pathPattern } from '../../policy/matching/path-pattern.ts'

/** A text as a pattern that matches it and nothing else. */
export const literally = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')

const PLAIN = /^(?:[^\\|]|\\.)*$/s

/**
 * A pattern for the whole of a path that matches what the given one finds anywhere in it. Anchors
 * are kept where they are, as they hold for one alternative alone.
 */
export const foundAnywhere = (pattern: string): string => {
  if (!PLAIN.test(pattern) || pattern === '') return `.*(?:${pattern}).*`
  const isBegun = pattern.startsWith('^')
  const isEnded = /(?:^|[^\\])(?:\\\\)*\$$/.test(pattern)
  const inner = pattern.slice(isBegun ? 1 : 0, isEnded ? -1 : undefined)
  return `${isBegun || inner.startsWith('.*') ? '' : '.*'}${inner}${isEnded || inner.endsWith('.*') ? '' : '.*'}`
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
