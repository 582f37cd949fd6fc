import { type Meter, spend, spendLetters, spendText } from './meter.ts'

/** How many comparisons the machine's own search may take at worst before ours is the quicker. */
const MOST_NAIVE = 262_144

/** How many of its comparisons are one unit. */
const COMPARISONS_PER_UNIT = 1_024

/** For each place of a word how much of its beginning ends there (Knuth, Morris and Pratt). */
const bordersOf = (word: string): Uint32Array => {
  const borders = new Uint32Array(word.length)
  let matched = 0
  for (let at = 1; at < word.length; at += 1) {
    while (matched > 0 && word[at] !== word[matched]) matched = borders[matched - 1] ?? 0
    if (word[at] === word[matched]) matched += 1
    borders[at] = matched
  }
  return borders
}

const findLinear = (text: string, word: string, from: number): number => {
  const borders = bordersOf(word)
  let matched = 0
  for (let at = from; at < text.length; at += 1) {
    while (matched > 0 && text[at] !== word[matched]) matched = borders[matched - 1] ?? 0
    if (text[at] === word[matched]) matched += 1
    if (matched === word.length) return at - word.length + 1
  }
  return -1
}

const isNaive = (text: number, word: number): boolean => text * word <= MOST_NAIVE || word < 2

/** Counts a search for a word of one length in a text of another; false where nothing is left. */
export const spendSearch = (meter: Meter, text: number, word: number): boolean =>
  isNaive(text, word)
    ? spendText(meter, text + word) &&
      spend(meter, Math.floor((text * word) / COMPARISONS_PER_UNIT))
    : spendLetters(meter, text + word)

/**
 * Where a word is first found in a text, from a place on; -1: nowhere. In time linear in both,
 * whatever they hold.
 */
export const find = (text: string, word: string, from = 0): number =>
  isNaive(text.length, word.length) ? text.indexOf(word, from) : findLinear(text, word, from)

/** Where a word is found in a text, without overlaps, at most so many times. */
export const findEach = (text: string, word: string, most: number): readonly number[] => {
  const places: number[] = []
  let at = find(text, word)
  while (at >= 0 && places.length < most) {
    places.push(at)
    at = find(text, word, at + word.length)
  }
  return places
}

const BEYOND_BASIC = /[\ud800-\udfff]/

/** The code points of a text, each as text. */
export const pointsOf = (text: string): readonly string[] =>
  BEYOND_BASIC.test(text) ? Array.from(text) : text.split('')

/** How many code points a text has. */
export const lengthOf = (text: string): number =>
  BEYOND_BASIC.test(text) ? Array.from(text).length : text.length

/** The place of a code point as a place in code units; -1 where there is none. */
export const unitsUpTo = (text: string, points: number): number => {
  if (!BEYOND_BASIC.test(text)) return points > text.length ? -1 : points
  const all = Array.from(text)
  return points > all.length ? -1 : all.slice(0, points).join('').length
}
