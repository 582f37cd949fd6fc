/**
 * The pairs of a query as a browser reads them (URL Standard), in one pass: anybody can send tens
 * of thousands. An empty pair is none.
 */
const readPairs = (query: string): URLSearchParams => new URLSearchParams(`&${query}`)

/** Every value that a query has under a name, however it is written. */
export const valuesIn = (query: string, name: string): readonly string[] =>
  readPairs(query).getAll(name)

/** The first name that comes a second time, in one pass: a query or a form may have thousands. */
export const repeatedIn = (names: Iterable<string>): string | undefined => {
  const seen = new Set<string>()
  for (const name of names) {
    if (seen.has(name)) return name
    seen.add(name)
  }
  return undefined
}

/**
 * A path and query without every pair of the names, by the same reading as `valuesIn`; the rest
 * byte for byte, and no lone question mark behind it.
 */
export const withoutParameters = (raw: string, names: ReadonlySet<string>): string => {
  const mark = raw.indexOf('?')
  if (mark < 0) return raw
  const pairs = raw.slice(mark + 1).split('&')
  const read = readPairs(raw.slice(mark + 1)).keys()
  const kept = pairs.filter((pair) => pair === '' || !names.has(read.next().value ?? ''))
  if (kept.length === pairs.length) return raw
  return kept.length === 0 ? raw.slice(0, mark) : `${raw.slice(0, mark)}?${kept.join('&')}`
}
