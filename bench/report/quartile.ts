/**
 * The lower quartile: as much as a quarter of the values are below it. Of what a busy machine only
 * ever makes larger, it says more than the mean, and is less a matter of luck than the least.
 * @throws RangeError for no values
 */
export const lowerQuartile = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const found = sorted[Math.ceil(sorted.length / 4) - 1]
  if (found === undefined) throw new RangeError('There is no quartile of nothing.')
  return found
}

/** The value in the middle; of two, the lower. @throws RangeError for no values */
export const median = (values: readonly number[]): number => {
  const found = values.toSorted((a, b) => a - b)[Math.ceil(values.length / 2) - 1]
  if (found === undefined) throw new RangeError('There is no median of nothing.')
  return found
}

/** The smallest. @throws RangeError for no values */
export const least = (values: readonly number[]): number => {
  if (values.length === 0) throw new RangeError('There is no least of nothing.')
  return Math.min(...values)
}
