import { type Family, type Heading, labelled, type Sample } from './family.ts'

/** Adds to one series, 1 if it is not told how much. */
export type Add = (by?: number) => void

/** A metric that only grows. */
export interface Counter {
  readonly family: Family
  /** The series of these label values, which is shown from the first time that it is added to. */
  readonly at: (...values: readonly string[]) => Add
}

/** Makes a counter. One without labels has its only series from the beginning. */
export const createCounter = (heading: Heading): Counter => {
  const { labelNames } = heading
  const shown: (() => Sample)[] = []
  const made = new Map<string, Add>()

  const make = (values: readonly string[]): Add => {
    const labels = labelled(labelNames, values)
    const sum = new Float64Array(1)
    let isShown = false
    return (by = 1) => {
      if (!isShown) {
        isShown = true
        shown.push(() => ({ labels, value: sum[0] ?? 0 }))
      }
      sum[0] = (sum[0] ?? 0) + by
    }
  }

  const at = (...values: readonly string[]): Add => {
    const name = values.join('\n')
    const known = made.get(name)
    if (known !== undefined) return known
    const add = make(values)
    made.set(name, add)
    return add
  }

  if (labelNames.length === 0) at()(0)
  const samples = (): readonly Sample[] => shown.map((read) => read())
  return { family: { ...heading, type: 'counter', samples }, at }
}
