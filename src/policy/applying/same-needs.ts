import type { Rule } from '../../core/policy/policy.ts'

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

const isSame = (one: unknown, other: unknown): boolean => {
  if (one === other) return true
  if (one instanceof Set && other instanceof Set) {
    return one.size === other.size && [...one].every((member) => other.has(member))
  }
  if (!isRecord(one) || !isRecord(other)) return false
  const names = Object.keys(one)
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => Object.hasOwn(other, name) && isSame(one[name], other[name]))
  )
}

const needsOf = ({ name: _, matches: __, ...needs }: Rule) => needs

/** Whether two rules ask for the same and give the same, whatever they are called and match. */
export const haveSameNeeds = (one: Rule, other: Rule): boolean =>
  one === other || (one.public && other.public) || isSame(needsOf(one), needsOf(other))
