/** A problem of several fields together, named after the field to change. */
export interface RuleProblem {
  readonly path: readonly string[]
  readonly message: string
}

/** Looks at some fields by their dotted names, and says what is wrong with them together. */
export type Rule = (get: (field: string) => unknown) => readonly RuleProblem[]

/** One problem of a field by its dotted name. */
export const problem = (field: string, message: string): readonly RuleProblem[] => [
  { path: field.split('.'), message },
]

/** A field that means nothing without another one. */
export const together =
  (field: string, other: string): Rule =>
  (get) =>
    get(field) !== undefined && get(other) === undefined
      ? problem(field, `needs ${other} beside it`)
      : []
