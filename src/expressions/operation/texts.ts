import { type Meter, spend, spendLetters, spendText, TOO_COSTLY } from '../value/meter.ts'
import { find, findEach, lengthOf, pointsOf, spendSearch, unitsUpTo } from '../value/text.ts'
import { Failure, listOf, membersOf, type Value } from '../value/value.ts'
import {
  ABSENT,
  type Operation,
  type Operations,
  type Outcome,
  type Overload,
} from './operation.ts'

const BEYOND = new Failure('the place is outside of the text')

const isText = (value: Value): value is string => typeof value === 'string'

const isInt = (value: Value): value is bigint => typeof value === 'bigint'

/** A method of a text that takes another. */
const ofTwo = (gives: Overload[1], run: (text: string, other: string) => Value): Operation => ({
  as: 'method',
  overloads: [[['string', 'string'], gives]],
  run: (meter, text, other) => {
    if (!(isText(text) && isText(other))) return undefined
    return spendSearch(meter, text.length, other.length) ? run(text, other) : TOO_COSTLY
  },
})

/** A method of a text that takes nothing. */
const ofOne = (run: (text: string) => string): Operation => ({
  as: 'method',
  overloads: [[['string'], 'string']],
  run: (meter, text) => {
    if (!isText(text)) return undefined
    return spendLetters(meter, text.length) ? run(text) : TOO_COSTLY
  },
})

const PLACES: readonly Overload[] = [
  [['string', 'string'], 'int'],
  [['string', 'string', 'int'], 'int'],
]

/** The place of a word, given and told in code points. */
const placed =
  (search: (text: string, word: string, from: number) => number, start: (text: string) => bigint) =>
  (meter: Meter, text: Value, word: Value, from: Value): Outcome => {
    if (!(isText(text) && isText(word))) return undefined
    const wanted = from === ABSENT ? start(text) : from
    if (!isInt(wanted)) return undefined
    if (!spendLetters(meter, text.length + word.length)) return TOO_COSTLY
    if (wanted < 0n) return BEYOND
    if (wanted > BigInt(lengthOf(text))) return -1n
    const at = search(text, word, unitsUpTo(text, Number(wanted)))
    return BigInt(at < 0 ? -1 : lengthOf(text.slice(0, at)))
  }

const findLast = (text: string, word: string, from: number): number => {
  const reversed = (one: string): string => one.split('').reverse().join('')
  const end = Math.min(text.length, from + word.length)
  const at = find(reversed(text.slice(0, end)), reversed(word))
  return at < 0 ? -1 : end - at - word.length
}

const charAt = (meter: Meter, text: Value, place: Value): Outcome => {
  if (!(isText(text) && isInt(place))) return undefined
  if (!spendLetters(meter, text.length)) return TOO_COSTLY
  const points = pointsOf(text)
  return place < 0n || place > BigInt(points.length) ? BEYOND : (points[Number(place)] ?? '')
}

const substring = (meter: Meter, text: Value, from: Value, to: Value): Outcome => {
  if (!(isText(text) && isInt(from))) return undefined
  if (!spendLetters(meter, text.length)) return TOO_COSTLY
  const length = BigInt(lengthOf(text))
  const end = to === ABSENT ? length : to
  if (!isInt(end)) return undefined
  if (from < 0n || end > length || from > end) return BEYOND
  return text.slice(unitsUpTo(text, Number(from)), unitsUpTo(text, Number(end)))
}

const MOST_PARTS = 20_000

const limitOf = (limit: Value): number | undefined => {
  if (limit === ABSENT) return MOST_PARTS
  if (!isInt(limit)) return undefined
  return limit < 0n || limit > BigInt(MOST_PARTS) ? MOST_PARTS : Number(limit)
}

/** A text cut where a word is, or between its code points where the word is empty. */
const cut = (text: string, word: string, cuts: number): readonly string[] => {
  if (word === '') {
    const points = pointsOf(text)
    const head = points.slice(0, cuts)
    return points.length > cuts ? [...head, points.slice(cuts).join('')] : head
  }
  const places = findEach(text, word, cuts)
  const starts = [0, ...places.map((at) => at + word.length)]
  return starts.map((start, index) => text.slice(start, places[index] ?? text.length))
}

const split = (meter: Meter, text: Value, word: Value, limit: Value): Outcome => {
  const most = limitOf(limit)
  if (!(isText(text) && isText(word)) || most === undefined) return undefined
  if (!spendLetters(meter, text.length + word.length)) return TOO_COSTLY
  const parts = most === 0 ? [] : cut(text, word, most - 1)
  return spend(meter, parts.length) ? listOf(parts) : TOO_COSTLY
}

const replace = (
  meter: Meter,
  [text, word, other]: readonly [Value, Value, Value],
  limit: Value,
): Outcome => {
  const most = limitOf(limit)
  if (!(isText(text) && isText(word) && isText(other)) || most === undefined) return undefined
  if (!spendLetters(meter, text.length + word.length)) return TOO_COSTLY
  if (word === '') return replacedBetween(meter, text, other, most)
  const parts = cut(text, word, most)
  const length = text.length + (parts.length - 1) * (other.length - word.length)
  return spendText(meter, length) ? parts.join(other) : TOO_COSTLY
}

/** Another text before each of so many code points, and after the last. */
const replacedBetween = (meter: Meter, text: string, other: string, most: number): Outcome => {
  const points = pointsOf(text)
  if (!spendText(meter, (other.length + 1) * (points.length + 1))) return TOO_COSTLY
  const set = points.map((point, at) => (at < most ? other + point : point)).join('')
  return points.length < most ? set + other : set
}

const join = (meter: Meter, list: Value, between: Value): Outcome => {
  const word = between === ABSENT ? '' : between
  if (typeof list !== 'object' || list?.kind !== 'list' || !isText(word)) return undefined
  if (!spend(meter, list.size)) return TOO_COSTLY
  const members = membersOf(list)
  if (!members.every(isText)) return new Failure('the list holds something that is no text')
  const length = members.reduce((sum, member) => sum + member.length, word.length * list.size)
  return spendText(meter, length) ? members.join(word) : TOO_COSTLY
}

const lower = (text: string): string => text.replace(/[A-Z]+/g, (some) => some.toLowerCase())
const upper = (text: string): string => text.replace(/[a-z]+/g, (some) => some.toUpperCase())

/** White space by Unicode; what `trim` of JavaScript takes besides is left. */
const WHITE = /\p{White_Space}/u

const trim = (text: string): string => {
  let [from, to] = [0, text.length]
  while (from < to && WHITE.test(text.charAt(from))) from += 1
  while (to > from && WHITE.test(text.charAt(to - 1))) to -= 1
  return text.slice(from, to)
}

/** What is done with texts. */
export const texts: Operations = {
  contains: ofTwo('bool', (text, word) => find(text, word) >= 0),
  startsWith: ofTwo('bool', (text, word) => text.startsWith(word)),
  endsWith: ofTwo('bool', (text, word) => text.endsWith(word)),
  lowerAscii: ofOne(lower),
  upperAscii: ofOne(upper),
  trim: ofOne(trim),
  charAt: { as: 'method', overloads: [[['string', 'int'], 'string']], run: charAt },
  indexOf: { as: 'method', overloads: PLACES, run: placed(find, () => 0n) },
  lastIndexOf: {
    as: 'method',
    overloads: PLACES,
    run: placed(findLast, (text) => BigInt(lengthOf(text))),
  },
  substring: {
    as: 'method',
    overloads: [
      [['string', 'int'], 'string'],
      [['string', 'int', 'int'], 'string'],
    ],
    run: substring,
  },
  split: {
    as: 'method',
    overloads: [
      [['string', 'string'], 'list'],
      [['string', 'string', 'int'], 'list'],
    ],
    run: split,
  },
  replace: {
    as: 'method',
    overloads: [
      [['string', 'string', 'string'], 'string'],
      [['string', 'string', 'string', 'int'], 'string'],
    ],
    run: (meter, text, word, other, limit) => replace(meter, [text, word, other], limit),
  },
  join: {
    as: 'method',
    overloads: [
      [['list'], 'string'],
      [['list', 'string'], 'string'],
    ],
    run: join,
  },
}
