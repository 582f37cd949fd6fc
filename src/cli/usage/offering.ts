import type { Argument, Option } from 'commander'

/** The words that may stand at a place, given those that stand before it. */
type Words = (before: readonly string[]) => readonly string[]

const offers = new WeakMap<Argument | Option, Words>()

/** Says which words shells may complete at an argument, where any other is taken as well. */
export const offering = <T extends Argument | Option>(place: T, words: Words): T => {
  offers.set(place, words)
  return place
}

/** The words that may stand there; `undefined`: nobody has said. */
export const wordsOffered = (
  place: Argument | Option,
  before: readonly string[],
): readonly string[] | undefined => place.argChoices ?? offers.get(place)?.(before)
