/** Numbers that look random, and are the same for the same seed. */
export interface Dice {
  /** A whole number from 0 to below `count`. */
  readonly below: (count: number) => number
  /** True once in so many times. */
  readonly once: (inTimes: number) => boolean
  readonly of: <T>(choices: readonly [T, ...T[]]) => T
  readonly bytes: (count: number) => Buffer
}

/** Dice of a seed: a counter that is mixed (splitmix32). */
export const dice = (seed: number): Dice => {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x9e37_79b9) >>> 0
    let mixed = state ^ (state >>> 16)
    mixed = Math.imul(mixed, 0x21f0_aaad)
    mixed ^= mixed >>> 15
    mixed = Math.imul(mixed, 0x735a_2d97)
    return (mixed ^ (mixed >>> 15)) >>> 0
  }
  const below = (count: number): number => next() % count
  return {
    below,
    once: (inTimes) => below(inTimes) === 0,
    of: ([first, ...rest]) => [first, ...rest][below(rest.length + 1)] ?? first,
    bytes: (count) => Buffer.from(Array.from({ length: count }, () => below(256))),
  }
}
