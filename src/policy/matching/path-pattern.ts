import type { PathMatch } from '../../core/policy/match.ts'
import { type Checked, right, wrong } from './checked.ts'
import { textPattern } from './text-pattern.ts'

/** A pattern for the whole of a path: `/a|/b` matches those two and no other. */
export const pathPattern = (source: string): Checked<PathMatch> => {
  const checked = textPattern(source)
  return checked.ok ? right({ kind: 'pattern', ...checked.value }) : checked
}

/** What gives a bracket or bar another meaning: quoted text, and a class within a class. */
const UNREAD = /\\Q|\[:/
const PIECE = /\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|./gsu
const DEEPER: Readonly<Record<string, number>> = { '(': 1, ')': -1 }

/** What stands between the bars of a pattern that are in no group, class or escape. */
const alternativesIn = (source: string): readonly string[] => {
  let depth = 0
  const alternatives = ['']
  for (const [piece] of source.matchAll(PIECE)) {
    depth += DEEPER[piece] ?? 0
    if (piece === '|' && depth === 0) alternatives.push('')
    else alternatives.push(`${alternatives.pop()}${piece}`)
  }
  return alternatives
}

/** A slash and a letter behind it that has to be there. */
const BEGINNING = /^\^?\/(?:[\p{L}\p{N}_~@!&',=:-]|\\[!-/:-@_~-])(?![*?{])/u

/**
 * Whether the text of a pattern shows that it leaves paths out: each of its alternatives begins
 * with a slash and a letter. Where it does not show that, the answer is no, though it may be so.
 */
export const hasLiteralBeginning = (source: string): boolean =>
  !UNREAD.test(source) &&
  alternativesIn(source.replace(/^\(\?i\)/, '')).every((one) => BEGINNING.test(one))

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
