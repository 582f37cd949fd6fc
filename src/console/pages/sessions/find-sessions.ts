import type { PageMark } from '../../../core/session/page-mark.ts'
import type {
  SessionDirectory,
  SessionEntry,
  SessionQuery,
} from '../../../core/session/session-directory.ts'
import type { Budget } from '../../../core/time/budget.ts'

/** Sessions that fit, and where the rest of them begin. */
export interface FoundSessions {
  readonly entries: readonly SessionEntry[]
  /** Absent: there are no more. */
  readonly next?: PageMark
}

/** The directory looks at 2,000 for each; more than that are looked for on the next page. */
const MOST_LOOKS = 10

/** The first sessions that fit, behind a mark: as many as are wanted, if there are as many. */
export const findSessions = async (
  directory: SessionDirectory,
  query: SessionQuery,
  { limit, after }: { readonly limit: number; readonly after?: PageMark },
  budget: Budget,
): Promise<FoundSessions> => {
  const entries: SessionEntry[] = []
  let next = after
  for (let looks = 0; looks < MOST_LOOKS; looks += 1) {
    const wanted = limit - entries.length
    const page = { limit: wanted, ...(next === undefined ? {} : { after: next }) }
    const found = await directory.list(query, page, budget)
    entries.push(...found.entries)
    next = found.next
    if (next === undefined || entries.length >= limit) break
  }
  return { entries, ...(next === undefined ? {} : { next }) }
}
