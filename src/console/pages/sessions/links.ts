/** Where sessions are searched. */
export const SESSIONS = '/console/sessions'

/** Where it is said what will end, and where it ends. */
export const END = '/console/end'

/** A path with the parts of a query that are set. */
export const linkTo = (
  path: string,
  query: Readonly<Record<string, string | undefined>>,
): string => {
  const set = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value !== undefined) set.set(name, value)
  return set.size === 0 ? path : `${path}?${set}`
}
