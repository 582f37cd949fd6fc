import { type Family, type Heading, labelled } from './family.ts'

/** A gauge whose series are told at each question, as label values and number. */
export const gaugeOf = (
  heading: Heading,
  read: () => Iterable<readonly [values: readonly string[], value: number]>,
): Family => ({
  ...heading,
  type: 'gauge',
  samples: () =>
    [...read()].map(([values, value]) => ({ labels: labelled(heading.labelNames, values), value })),
})

/** A gauge of one series without labels. */
export const plainGauge = (name: string, help: string, read: () => number): Family =>
  gaugeOf({ name, help, labelNames: [] }, () => [[[], read()]])
