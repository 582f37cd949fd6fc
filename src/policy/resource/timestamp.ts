const TIMESTAMP =
  /^(?<local>\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/

/** A time of RFC 3339 section 5.6 in milliseconds; `undefined` for anything else. */
export const parseTimestampMs = (text: string): number | undefined => {
  const local = TIMESTAMP.exec(text)?.groups?.local
  const localMs = Date.parse(`${local}Z`)
  if (Number.isNaN(localMs) || !new Date(localMs).toISOString().startsWith(`${local}`)) {
    return undefined
  }
  const timeMs = Date.parse(text)
  return Number.isNaN(timeMs) ? undefined : timeMs
}
