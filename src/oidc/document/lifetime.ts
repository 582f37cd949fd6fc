const MS = 1_000
const SHORTEST_MS = 60_000
const LONGEST_MS = 24 * 3_600_000

/** Where nothing is said. */
const UNSAID_MS = 5 * 60_000

const MAX_AGE = /(?:^|[\s,])max-age="?(?<seconds>\d{1,10})"?(?=$|[\s,])/i
const NEVER = /(?:^|[\s,])(?:no-store|no-cache)(?=$|[\s,=])/i

/**
 * How long a document is kept, by its `Cache-Control` (RFC 9111 section 5.2.2), in milliseconds:
 * at least a minute, so that nobody has it fetched with each request, and at most a day.
 */
export const lifetimeOf = (cacheControl = ''): number => {
  if (NEVER.test(cacheControl)) return SHORTEST_MS
  const seconds = MAX_AGE.exec(cacheControl)?.groups?.seconds
  const saidMs = seconds === undefined ? UNSAID_MS : Number(seconds) * MS
  return Math.min(Math.max(saidMs, SHORTEST_MS), LONGEST_MS)
}
