import type { ConsolePage } from '../page/page.ts'

/** A page, and what a request says in place of the `*` of its path. */
export interface FoundPage {
  readonly page: ConsolePage
  readonly rest: string
}

const decoded = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

const restOf = (pattern: string, path: string): string | undefined => {
  if (!pattern.endsWith('*')) return pattern === path ? '' : undefined
  const start = pattern.slice(0, -1)
  return path.startsWith(start) && path.length > start.length
    ? decoded(path.slice(start.length))
    : undefined
}

/** The page of a path: one that names it whole goes before one with a `*`. */
export const findPage = (pages: readonly ConsolePage[], path: string): FoundPage | undefined =>
  pages
    .flatMap((page) => {
      const rest = restOf(page.path, path)
      return rest === undefined ? [] : [{ page, rest }]
    })
    .toSorted((one, other) => one.rest.length - other.rest.length)[0]
