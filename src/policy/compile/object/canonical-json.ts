const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const sorted = (_name: string, value: unknown): unknown =>
  isRecord(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value

/**
 * Plain data as JSON with the names of every object in order: equal data gives equal text, however
 * it was put together.
 */
export const canonicalJson = (value: unknown): string => JSON.stringify(value, sorted)
