import { trimBlanks } from '../../core/request/trim-blanks.ts'

/** No browser lists more; the rest of a longer header is passed over. */
const MAX_RANGES = 32

/** A language range is no longer than that (RFC 5646 section 4.4.1). */
const LONGEST_RANGE = 35

const RANGE = /^[a-z]{1,8}(?:-[a-z0-9]{1,8})*$/i

const WEIGHT = /^q=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)$/i

interface WeightedRange {
  readonly range: string
  readonly quality: number
}

const weightOf = (parameter: string | undefined): number =>
  parameter === undefined ? 1 : Number(WEIGHT.exec(parameter)?.[1] ?? 0)

const parseRange = (text: string): WeightedRange => {
  const [range = '', weight] = text.split(';', 2).map(trimBlanks)
  return { range: range.toLowerCase(), quality: weightOf(weight) }
}

const isRange = ({ range }: WeightedRange): boolean =>
  range.length <= LONGEST_RANGE && RANGE.test(range)

/** A range without its last subtag, and without a single character before that. */
const shortened = (range: string): string => range.replace(/(?:-[a-z0-9])?-[a-z0-9]+$/, '')

/** A range and what is left of it (RFC 4647 section 3.4), the longest first. */
const lookedUp = (range: string): readonly string[] => {
  const shorter = shortened(range)
  return shorter === range ? [range] : [range, ...lookedUp(shorter)]
}

/**
 * With the script that readers of the range have, which no range is cut short of: `zh-TW` is
 * `zh-Hant`, and `zh` is `zh-Hans`.
 */
const withScript = (range: string): readonly string[] => {
  try {
    const { language, script } = new Intl.Locale(range).maximize()
    return script === undefined ? [] : [`${language}-${script}`.toLowerCase()]
  } catch {
    return []
  }
}

/** Finds the tag that an `accept-language` header wants. */
export type Negotiate = (acceptLanguage: string | undefined) => string

/**
 * Looks for the best of some language tags: the ranges of the header by their weight (RFC 9110
 * section 12.5.4), each looked up (RFC 4647 section 3.4). A language with the weight 0 is not
 * taken; `*` and a header that names none of the tags come to the fallback.
 */
export const createNegotiate = (tags: readonly string[], fallback: string): Negotiate => {
  const byName = new Map(tags.map((tag) => [tag.toLowerCase(), tag]))
  return (acceptLanguage) => {
    const ranges = (acceptLanguage ?? '').split(',', MAX_RANGES).map(parseRange).filter(isRange)
    const refused = new Set(ranges.filter(({ quality }) => quality === 0).map(({ range }) => range))
    const wanted = ranges
      .filter(({ quality }) => quality > 0)
      .toSorted((one, other) => other.quality - one.quality)
    for (const { range } of wanted) {
      const found = [...lookedUp(range), ...withScript(range)].find(
        (name) => byName.has(name) && !refused.has(name),
      )
      if (found !== undefined) return byName.get(found) ?? fallback
    }
    return fallback
  }
}
