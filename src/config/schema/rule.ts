/** A problem of several fields together, named after the field to change. */
export interface RuleProblem {
  readonly path: readonly string[]
  readonly message: string
}

/** Looks at some fields by their dotted names, and says what is wrong with them together. */
export type Rule = (get: (field: string) => unknown) => readonly RuleProblem[]
