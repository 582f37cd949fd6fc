import { RE2JS, RE2JSException } from 're2js'
import type { PathMatch } from '../../core/policy/match.ts'
import { type Checked, right, wrong } from './checked.ts'

const MAX_PATTERN_LENGTH = 512
const MAX_PROGRAM_SIZE = 512

const describe = (error: RE2JSException): string =>
  error.message.replace(/^error parsing regexp: /, '').replaceAll('`', "'")

const compilePattern = (source: string): Checked<RE2JS> => {
  try {
    return right(RE2JS.compile(source))
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error
    return wrong(
      `is no RE2 pattern (${describe(error)}): lookarounds and back-references do not exist`,
    )
  }
}

/**
 * A pattern in RE2 syntax, matched in time linear in the path and against the whole of it (R6):
 * `/a|/b` matches those two paths and nothing that merely contains one. Length and compiled size
 * are bounded.
 */
export const pathPattern = (source: string): Checked<PathMatch> => {
  if (source === '') return wrong('is empty: leave it out, or write a pattern for the whole path')
  if (source.length > MAX_PATTERN_LENGTH) {
    return wrong(`is longer than ${MAX_PATTERN_LENGTH} characters: split it into several matches`)
  }
  const compiled = compilePattern(source)
  if (!compiled.ok) return compiled
  const expression = compiled.value
  if (expression.programSize() > MAX_PROGRAM_SIZE) {
    return wrong('is too large once its repetitions are written out: lower their counts')
  }
  return right({ kind: 'pattern', source, test: (path) => expression.testExact(path) })
}

const FORBIDDEN = /[%?#;\\\u0000-\u001f\u007f]/u

/**
 * A path as policies are matched against: decoded, and with only one reading (R5). Anything else
 * could never match a request, or would match what another reader of the path takes for something
 * else.
 */
export const canonicalPath = (path: string): Checked<string> => {
  if (!path.startsWith('/')) return wrong('does not begin with `/`')
  const [forbidden] = FORBIDDEN.exec(path) ?? []
  if (forbidden === '%') return wrong('holds a `%`: write the path decoded')
  if (forbidden !== undefined) {
    return wrong(
      'holds one of `?`, `#`, `;`, `\\` or a control character, which no matched path has',
    )
  }
  if (path.includes('//')) return wrong('holds `//`: a matched path has no empty segments')
  const dots = path.split('/').some((segment) => segment === '.' || segment === '..')
  return dots ? wrong('holds a `.` or `..` segment: write the path it stands for') : right(path)
}

/** Matches one path and no other. */
export const exactPath = (path: string): Checked<PathMatch> => {
  const checked = canonicalPath(path)
  return checked.ok ? right({ kind: 'exact', path: checked.value }) : checked
}

/**
 * Matches whole segments: `/api`, and `/api/` alike, match `/api` and `/api/x`, never `/apix`; `/`
 * matches every path.
 */
export const prefixPath = (path: string): Checked<PathMatch> => {
  const checked = canonicalPath(path)
  if (!checked.ok) return checked
  const trimmed = path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path
  return right({ kind: 'prefix', path: trimmed })
}
