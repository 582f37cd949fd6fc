/**
 * The name and the value of one `name=value` of a query, as a browser reads them (URL Standard).
 */
const readPair = (pair: string): readonly [name: string, value: string] | undefined => {
  const [first] = new URLSearchParams(`&${pair}`)
  return first
}

/** Every value that a query has under a name, however it is written. */
export const valuesIn = (query: string, name: string): readonly string[] =>
  query.split('&').flatMap((pair) => {
    const read = readPair(pair)
    return read?.[0] === name ? [read[1]] : []
  })

/**
 * A path and query without every pair of the names, by the same reading as `valuesIn`; the rest
 * byte for byte, and no lone question mark behind it.
 */
export const withoutParameters = (raw: string, names: ReadonlySet<string>): string => {
  const mark = raw.indexOf('?')
  if (mark < 0) return raw
  const pairs = raw.slice(mark + 1).split('&')
  const kept = pairs.filter((pair) => !names.has(readPair(pair)?.[0] ?? ''))
  if (kept.length === pairs.length) return raw
  return kept.length === 0 ? raw.slice(0, mark) : `${raw.slice(0, mark)}?${kept.join('&')}`
}
