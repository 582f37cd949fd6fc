import { trimBlanks } from '../core/request/trim-blanks.ts'
import { weightOf } from '../core/request/weight.ts'

interface MediaRange {
  readonly type: string
  readonly quality: number
}

/** No browser lists more; the rest of a longer header is passed over. */
const MAX_RANGES = 64

const isWeight = (parameter: string): boolean => /^q=/i.test(parameter)

const parseRange = (text: string): MediaRange => {
  const [type = '', ...parameters] = text.split(';', MAX_RANGES).map(trimBlanks)
  return { type: type.toLowerCase(), quality: weightOf(parameters.find(isWeight)) }
}

/**
 * How much an `accept` header wants a media type, from 0 to 1, and whether a range without `*` says
 * so.
 */
export interface Preference {
  readonly quality: number
  readonly named: boolean
}

/** Reads an `accept` header once and answers for any media type. */
export type Preferences = (type: string) => Preference

/**
 * Parses `accept` (RFC 9110 section 12.5.1). The most specific range decides: `text/html` before a
 * range of the whole type before one of everything. A weight that is none counts as 0, an absent
 * header accepts everything.
 */
export const parseAccept = (accept: string | undefined): Preferences => {
  const ranges = (accept ?? '*/*').split(',', MAX_RANGES).map(parseRange)
  const find = (type: string): number | undefined =>
    ranges.find((range) => range.type === type)?.quality
  return (type) => {
    const own = find(type)
    if (own !== undefined) return { quality: own, named: true }
    const whole = `${type.slice(0, type.indexOf('/'))}/*`
    return { quality: find(whole) ?? find('*/*') ?? 0, named: false }
  }
}
