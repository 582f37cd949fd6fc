/** What a metric is called and what it means. */
export interface Heading {
  readonly name: string
  /** One or more sentences for a person. */
  readonly help: string
  /** In the order in which values are given for them. */
  readonly labelNames: readonly string[]
}

/** One number of a family. */
export interface Sample {
  /** What follows the family's name, such as `_bucket`. */
  readonly end?: string
  readonly labels: readonly (readonly [name: string, value: string])[]
  readonly value: number
}

/** A metric with its series, which are read when somebody asks. */
export interface Family extends Heading {
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly samples: () => readonly Sample[]
}

/** Labels with their values, which are given in the order of the names. */
export const labelled = (names: readonly string[], values: readonly string[]): Sample['labels'] =>
  names.map((name, at) => [name, values[at] ?? ''])
