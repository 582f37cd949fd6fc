/**
 * Freezes plain data to its last level and returns it. Functions, sets and what is frozen already
 * are left as they are.
 */
export const deepFreeze = <T>(value: T): T => {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  Object.freeze(value)
  for (const part of Object.values(value)) deepFreeze(part)
  return value
}
