import { RE2JS, RE2JSException } from 're2js'
import type { TextPattern } from '../../core/policy/match.ts'
import { type Checked, right, wrong } from './checked.ts'

const MAX_PATTERN_LENGTH = 512
const MAX_PROGRAM_SIZE = 512

const describe = (error: RE2JSException): string =>
  error.message.replace(/^error parsing regexp: /, '').replaceAll('`', "'")

const compilePattern = (source: string, flags: number): Checked<RE2JS> => {
  try {
    return right(RE2JS.compile(source, flags))
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error
    return wrong(
      `is no RE2 pattern (${describe(error)}): lookarounds and back-references do not exist`,
    )
  }
}

const boundedPattern = (source: string, flags: number): Checked<RE2JS> => {
  if (source.length > MAX_PATTERN_LENGTH) {
    return wrong(`is longer than ${MAX_PATTERN_LENGTH} characters: split it into several`)
  }
  const compiled = compilePattern(source, flags)
  return compiled.ok && compiled.value.programSize() > MAX_PROGRAM_SIZE
    ? wrong('is too large once its repetitions are written out: lower their counts')
    : compiled
}

/**
 * What RE2 takes for a letter of ASCII where case does not count: `k` and `s` (Unicode, simple case
 * folding).
 */
const LIKE_ASCII = /[\u017f\u212a]/

const testOf = (expression: RE2JS, ignoreCase: boolean): TextPattern['test'] =>
  ignoreCase
    ? (text) => !LIKE_ASCII.test(text) && expression.testExact(text)
    : (text) => expression.testExact(text)

/**
 * A pattern in RE2 syntax, matched in time linear in the text and against the whole of it (R6):
 * `a|b` matches those two texts and nothing that merely contains one. Length and compiled size are
 * bounded. With `ignoreCase`, no letter beyond ASCII is taken for one of ASCII: a text that holds
 * one of the two that RE2 takes for `k` and `s` matches nothing.
 */
export const textPattern = (
  source: string,
  { ignoreCase = false }: { readonly ignoreCase?: boolean } = {},
): Checked<TextPattern> => {
  if (source === '') return wrong('is empty: leave it out, or write a pattern for the whole text')
  const compiled = boundedPattern(source, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0)
  return compiled.ok ? right({ source, test: testOf(compiled.value, ignoreCase) }) : compiled
}

/** A pattern that some of a text is held against, as `matches` in CEL has it. */
export interface SearchPattern extends TextPattern {
  /** How many steps a character of the text takes at most. */
  readonly size: number
}

/** The same for some part of the text, wherever it is, in time linear in the text (R6). */
export const searchPattern = (source: string): Checked<SearchPattern> => {
  const compiled = boundedPattern(source, 0)
  if (!compiled.ok) return compiled
  const expression = compiled.value
  const size = expression.programSize()
  return right({ source, size, test: (text) => expression.test(text) })
}
