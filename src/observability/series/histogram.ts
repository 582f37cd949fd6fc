import { type Family, type Heading, labelled, type Sample } from './family.ts'

/** Puts one value, in the unit of the bounds, into the buckets of one series. */
export type Observe = (value: number) => void

/** One series: how many there are so far, and the way to put in more. */
export interface Distribution {
  readonly labels: Sample['labels']
  readonly observe: Observe
  readonly count: () => number
}

/** A metric that tells how values are spread. */
export interface Histogram {
  readonly family: Family
  /** A new series, shown at once. Whoever asks for it keeps it: it is not looked for again. */
  readonly series: (...values: readonly string[]) => Distribution
}

/**
 * The buckets of one series lie side by side: those of the bounds, that beyond them, and the sum.
 */
const createRow = (bounds: Float64Array) => {
  const beyond = bounds.length
  const sum = beyond + 1
  const row = new Float64Array(beyond + 2)
  const at = (index: number): number => row[index] ?? 0
  const observe: Observe = (value) => {
    let bucket = 0
    while (bucket < beyond && !(value <= (bounds[bucket] ?? 0))) bucket += 1
    row[bucket] = at(bucket) + 1
    row[sum] = at(sum) + value
  }
  return { observe, at, sum: () => at(sum) }
}

type Row = ReturnType<typeof createRow>

const countOf = ({ at }: Row, bounds: Float64Array): number =>
  bounds.reduce((count, _, index) => count + at(index), at(bounds.length))

const samplesOf = (row: Row, bounds: Float64Array, labels: Sample['labels']): Sample[] => {
  const count = countOf(row, bounds)
  let below = 0
  const buckets = [...bounds].map((bound, index): Sample => {
    below += row.at(index)
    return { end: '_bucket', labels: [['le', String(bound)], ...labels], value: below }
  })
  return [
    ...buckets,
    { end: '_bucket', labels: [['le', '+Inf'], ...labels], value: count },
    { end: '_sum', labels, value: row.sum() },
    { end: '_count', labels, value: count },
  ]
}

/** Makes a histogram whose buckets end at `bounds`, which ascend. */
export const createHistogram = (heading: Heading, ends: readonly number[]): Histogram => {
  const bounds = Float64Array.from(ends)
  const shown: (() => readonly Sample[])[] = []

  const series = (...values: readonly string[]): Distribution => {
    const labels = labelled(heading.labelNames, values)
    const row = createRow(bounds)
    shown.push(() => samplesOf(row, bounds, labels))
    return { labels, observe: row.observe, count: () => countOf(row, bounds) }
  }

  const samples = (): readonly Sample[] => shown.flatMap((read) => read())
  return { family: { ...heading, type: 'histogram', samples }, series }
}
