import type { FieldPath } from '../../policy/resource/resource.ts'

/** What is wrong with one field; `message` completes the sentence that the field begins. */
export interface FieldProblem {
  readonly field: FieldPath
  readonly message: string
}

const step = (part: string | number): string => {
  if (typeof part === 'number') return `[${part}]`
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(part) ? `.${part}` : `[${JSON.stringify(part)}]`
}

/**
 * A field path as people write it: `spec.rules[0].match`, `metadata.labels["example.com/team"]`.
 */
export const formatField = (path: FieldPath): string => path.map(step).join('').replace(/^\./, '')

/** Whether `path` is `prefix` or something below it. */
export const isAtOrBelow = (path: FieldPath, prefix: FieldPath): boolean =>
  prefix.every((part, index) => path[index] === part)
