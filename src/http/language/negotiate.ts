import { trimBlanks } from '../../core/request/trim-blanks.ts'
import { weightOf } from '../../core/request/weight.ts'
import { withLikelyScript } from './likely-script.ts'

/** Few readers list more; the rest of a longer header is passed over. */
const MAX_RANGES = 10

/** A language range is no longer than that (RFC 5646 section 4.4.1). */
const LONGEST_RANGE = 35

const RANGE = /^[a-z]{1,8}(?:-[a-z0-9]{1,8})*$/i

interface WeightedRange {
  readonly range: string
  readonly quality: number
}

const parseRange = (text: string): WeightedRange => {
  const [range = '', weight] = text.split(';', 2).map(trimBlanks)
  return { range: range.toLowerCase(), quality: weightOf(weight) }
}

const isRange = ({ range }: WeightedRange): boolean =>
  range.length <= LONGEST_RANGE && RANGE.test(range)

const namesScript = (tag: string): boolean => /^[a-z]+-[a-z]{4}(?:-|$)/.test(tag)

const primaryOf = (tag: string): string => tag.split('-', 1)[0] ?? ''

/** Without the last subtag, and without a single character before that. */
const shortened = (range: string): string => {
  const end = range.lastIndexOf('-')
  return range.slice(0, Math.max(range[end - 2] === '-' ? end - 2 : end, 0))
}

/** The first that will do of a range and what is left of it (RFC 4647 section 3.4). */
const lookUp = (range: string, willDo: (name: string) => boolean): string | undefined => {
  for (let name = range; name !== ''; name = shortened(name)) if (willDo(name)) return name
  return undefined
}

/** A tag of a region with the script that is written there: `zh-Hant-TW` is `zh-TW`. */
const spelledOut = ([name, tag]: readonly [string, string]): readonly (readonly [
  string,
  string,
])[] => {
  const [primary = '', ...rest] = name.split('-')
  const inScript = rest.length === 0 ? undefined : withLikelyScript(name)
  if (inScript === undefined || primaryOf(inScript) !== primary) return []
  return [[[inScript.toLowerCase(), ...rest].join('-'), tag]]
}

/** Finds the tag that an `accept-language` header wants. */
export type Negotiate = (acceptLanguage: string | undefined) => string

/**
 * Looks for the best of some language tags: the ranges of the header by their weight (RFC 9110
 * section 12.5.4), each looked up (RFC 4647 section 3.4). A language with the weight 0 is not
 * taken; `*` and a header that names none of the tags come to the fallback. Only a language that
 * there is in some script is also looked for in the script that its readers have.
 */
export const createNegotiate = (tags: readonly string[], fallback: string): Negotiate => {
  const names = tags.map((tag) => [tag.toLowerCase(), tag] as const)
  const byName = new Map([...names.flatMap(spelledOut), ...names])
  const primaries = new Set([...byName.keys()].map(primaryOf))
  const withScripts = new Set(
    tags
      .map((tag) => tag.toLowerCase())
      .filter(namesScript)
      .map(primaryOf),
  )
  return (acceptLanguage) => {
    const ranges = (acceptLanguage ?? '').split(',', MAX_RANGES).map(parseRange).filter(isRange)
    const refused = new Set(ranges.filter(({ quality }) => quality === 0).map(({ range }) => range))
    const wanted = ranges
      .filter(({ quality }) => quality > 0)
      .toSorted((one, other) => other.quality - one.quality)
    const willDo = (name: string): boolean => byName.has(name) && !refused.has(name)
    const inScript = (range: string): string | undefined => {
      const name = withLikelyScript(range)?.toLowerCase()
      return name !== undefined && willDo(name) ? name : undefined
    }
    for (const { range } of wanted) {
      const primary = primaryOf(range)
      if (!primaries.has(primary)) continue
      const found =
        lookUp(range, willDo) ?? (withScripts.has(primary) ? inScript(range) : undefined)
      if (found !== undefined) return byName.get(found) ?? fallback
    }
    return fallback
  }
}
