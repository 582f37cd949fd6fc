import type { ApiCalls } from './api-calls.ts'
import type { ApiFailure } from './api-failure.ts'

/** All objects of a collection, or why they could not be listed. */
export type ListedItems =
  | { readonly ok: true; readonly items: readonly unknown[] }
  | { readonly ok: false; readonly failure: ApiFailure }

const PAGE_OBJECTS = 500

const NO_LIST: ListedItems = {
  ok: false,
  failure: { message: 'the API server answered with something that is no list' },
}

/** Lists a collection once, page by page: either all of it, or a failure. Never rejects. */
export const listItems = async (
  calls: Pick<ApiCalls, 'get'>,
  path: string,
  signal: AbortSignal,
): Promise<ListedItems> => {
  const items: unknown[] = []
  let next = ''
  do {
    const query = new URLSearchParams({ limit: String(PAGE_OBJECTS) })
    if (next !== '') query.set('continue', next)
    const answer = await calls.get(`${path}?${query}`, signal)
    if (!answer.ok) return answer
    const { items: page, metadata } = Object(answer.object)
    if (!Array.isArray(page)) return NO_LIST
    items.push(...page)
    const mark: unknown = Object(metadata).continue
    next = typeof mark === 'string' ? mark : ''
  } while (next !== '')
  return { ok: true, items }
}
