import { isObject } from './structural-schema.ts'

/**
 * A rule of the definitions over one value, as the Common Expression Language evaluates it. Throws
 * where that has an error; `true` is the only answer that keeps the rule.
 */
export type Rule = (self: unknown) => unknown

const failed = (why: string): never => {
  throw new TypeError(`A rule cannot be evaluated: ${why}.`)
}

const truth = (value: unknown): boolean =>
  typeof value === 'boolean' ? value : failed('not a boolean')

const text = (value: unknown): string => (typeof value === 'string' ? value : failed('not a text'))

const number = (value: unknown): number =>
  typeof value === 'number' ? value : failed('not a number')

const attempt = (evaluate: () => unknown): boolean | undefined => {
  try {
    return truth(evaluate())
  } catch {
    return undefined
  }
}

/** Sides as CEL combines them: `decisive` on one settles it, errors on another or not. */
const combined = (decisive: boolean, sides: Iterable<() => unknown>): boolean => {
  let hasFailed = false
  for (const side of sides) {
    const value = attempt(side)
    if (value === decisive) return decisive
    if (value === undefined) hasFailed = true
  }
  return hasFailed ? failed('a part of it has an error') : !decisive
}

/** `a && b` */
export const both = (a: () => unknown, b: () => unknown): boolean => combined(false, [a, b])

/** `a || b` */
export const either = (a: () => unknown, b: () => unknown): boolean => combined(true, [a, b])

/** `!a` */
export const not = (a: unknown): boolean => !truth(a)

/** `a ? b : c` */
export const choose = (a: unknown, b: () => unknown, c: () => unknown): unknown =>
  truth(a) ? b() : c()

/** `has(value.name)` */
export const has = (value: unknown, name: string): boolean =>
  isObject(value) ? Object.hasOwn(value, name) : failed('not an object')

const member = (list: readonly unknown[], at: number): unknown =>
  at in list ? list[at] : failed(`there is no member ${at}`)

/** `value.name`, `value[name]`, `list[at]` */
export const field = (value: unknown, name: unknown): unknown => {
  if (Array.isArray(value)) return member(value, number(name))
  return isObject(value) && Object.hasOwn(value, text(name))
    ? value[text(name)]
    : failed(`there is no ${name}`)
}

/** `a == b`, of scalars */
export const isSame = (a: unknown, b: unknown): boolean => a === b

/** `a != b`, of scalars */
export const isOther = (a: unknown, b: unknown): boolean => a !== b

/** `a > b` */
export const isMore = (a: unknown, b: unknown): boolean => number(a) > number(b)

/** `a <= b` */
export const isAtMost = (a: unknown, b: unknown): boolean => number(a) <= number(b)

/** `a >= b` */
export const isAtLeast = (a: unknown, b: unknown): boolean => number(a) >= number(b)

/** `a + b`, of numbers or texts */
export const sum = (a: unknown, b: unknown): unknown =>
  typeof a === 'string' ? a + text(b) : number(a) + number(b)

/** `a - b`, of numbers */
export const difference = (a: unknown, b: unknown): number => number(a) - number(b)

/** `a in list` */
export const isIn = (a: unknown, list: unknown): boolean =>
  Array.isArray(list) ? list.includes(a) : failed('not a list')

/** `a.startsWith(b)` */
export const startsWith = (a: unknown, b: unknown): boolean => text(a).startsWith(text(b))

/** `a.endsWith(b)` */
export const endsWith = (a: unknown, b: unknown): boolean => text(a).endsWith(text(b))

/** `a.contains(b)` */
export const contains = (a: unknown, b: unknown): boolean => text(a).includes(text(b))

/** Members of a list, names of an object. */
const membersOf = (value: unknown): readonly unknown[] => {
  if (Array.isArray(value)) return value
  return isObject(value) ? Object.keys(value) : failed('neither a list nor an object')
}

/** `size(a)`: characters of a text, members of a list, fields of an object */
export const size = (a: unknown): number =>
  typeof a === 'string' ? [...a].length : membersOf(a).length

/** `over.all(one, keeps)` */
export const all = (over: unknown, keeps: (one: unknown) => unknown): boolean =>
  combined(
    false,
    membersOf(over).map((one) => () => keeps(one)),
  )

/** `over.exists(one, keeps)` */
export const some = (over: unknown, keeps: (one: unknown) => unknown): boolean =>
  combined(
    true,
    membersOf(over).map((one) => () => keeps(one)),
  )

/** `over.exists_one(one, keeps)` */
export const exactlyOne = (over: unknown, keeps: (one: unknown) => unknown): boolean =>
  membersOf(over).filter((one) => truth(keeps(one))).length === 1

const UNITS_MS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 }

const DURATION = /^(?:[0-9]+(?:h|ms|m|s))+$/

/** `duration(a)`, in milliseconds: whole numbers with h, m, s and ms */
export const duration = (a: unknown): number =>
  DURATION.test(text(a))
    ? [...text(a).matchAll(/([0-9]+)(h|ms|m|s)/g)].reduce(
        (sumMs, [, count, unit = '']) => sumMs + Number(count) * (UNITS_MS[unit] ?? 0),
        0,
      )
    : failed('not a duration')
