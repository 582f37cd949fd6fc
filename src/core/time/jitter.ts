import type { Random } from './random.ts'

const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/**
 * At least 0 and less than 1, in steps of 2⁻²⁴: three random bytes are four characters of
 * base64url.
 */
const fractionOf = (random: Random): number =>
  [...random.token(3)].reduce((sum, digit) => sum * 64 + BASE64URL.indexOf(digit), 0) / 2 ** 24

/**
 * A time at random, at least `fromMs` and less than `toMs`, so that replicas do not act in step.
 */
export const jitterMs = (random: Random, fromMs: number, toMs: number): number =>
  fromMs + fractionOf(random) * (toMs - fromMs)
