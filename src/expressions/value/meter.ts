import { Failure } from './value.ts'

/** What one evaluation may still cost, in units: an operation, a member, 64 characters of text. */
export interface Meter {
  left: number
  /** Why two values could not be compared, where that is so: then nothing counts. */
  unknown?: Failure
}

/** The most that one evaluation may cost, some milliseconds. */
export const MOST_UNITS = 20_000

/** What is said of an evaluation that costs more. */
export const TOO_COSTLY = new Failure(
  `it costs more than ${MOST_UNITS} units here: let it look at less`,
)

/** How many characters are one unit. */
const TEXT_PER_UNIT = 64

/** Counts units; false where there are none left. */
export const spend = (meter: Meter, units: number): boolean => {
  meter.left -= units
  return meter.left >= 0
}

/** How many characters are one unit where each is looked at by itself. */
const LETTERS_PER_UNIT = 4

/** Counts work on each character of a text of this length; false where nothing is left. */
export const spendLetters = (meter: Meter, length: number): boolean =>
  spend(meter, Math.ceil(length / LETTERS_PER_UNIT))

/** Counts the keys of a map; false where nothing is left. */
export const spendKeys = (meter: Meter, count: number): boolean => spend(meter, count)

/** What reading or writing a time costs. */
const TIME_UNITS = 16

/** Counts a time that is read or written as text; false where nothing is left. */
export const spendTime = (meter: Meter): boolean => spend(meter, TIME_UNITS)

/** Counts work on texts of this length; false where nothing is left. */
export const spendText = (meter: Meter, length: number): boolean =>
  spend(meter, Math.ceil(length / TEXT_PER_UNIT))
