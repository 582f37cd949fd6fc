import { type Heard, type ListeningOptions, listen } from './listening.ts'
import { type ApiList, type ApiObject, readList } from './watch-line.ts'

/** A complete list, or why there is none. */
export type Listed =
  | { readonly ok: true; readonly objects: readonly ApiObject[]; readonly resourceVersion: string }
  | Extract<Heard, { ok: false }>

const PAGE_OBJECTS = 500

type Page = { readonly ok: true; readonly list: ApiList } | Extract<Heard, { ok: false }>

const readPage = async (path: string, options: ListeningOptions): Promise<Page> => {
  const lines: string[] = []
  const heard = await listen(path, options, (line) => lines.push(line))
  return heard.ok ? { ok: true, list: readList(lines.join('\n')) } : heard
}

/**
 * Lists a collection page by page: either all of it, or a failure.
 * @param urlOf Puts a query behind the path of the collection.
 * @throws Error if the API server sends what is no list
 */
export const listCollection = async (
  urlOf: (query: Readonly<Record<string, string>>) => string,
  options: ListeningOptions,
): Promise<Listed> => {
  const objects: ApiObject[] = []
  let query: Readonly<Record<string, string>> = { limit: String(PAGE_OBJECTS) }
  for (;;) {
    const page = await readPage(urlOf(query), options)
    if (!page.ok) return page
    objects.push(...page.list.items)
    const { next, resourceVersion } = page.list
    if (next === undefined) return { ok: true, objects, resourceVersion }
    query = { ...query, continue: next }
  }
}
