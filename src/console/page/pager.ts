import type { PageWanted } from '../../core/console/console-data.ts'
import { type Html, html } from './html.ts'

/** How many rows are on a page. */
const PAGE_SIZE = 50

const PAGE = /^[1-9][0-9]{0,5}$/

/** Which page the query names; the first where it names none. */
export const pageWanted = (query: ReadonlyMap<string, string>): PageWanted => {
  const written = query.get('page') ?? ''
  return { at: PAGE.test(written) ? Number(written) - 1 : 0, size: PAGE_SIZE }
}

/** A path with what a query holds; what is empty is left out. */
export const linkTo = (path: string, query: Readonly<Record<string, string>>): string => {
  const parts = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== ''))
  return parts.size === 0 ? path : `${path}?${parts}`
}

/** Where the page stands among the others, and the ways to its neighbours. */
export const pager = (
  { at, size }: PageWanted,
  total: number,
  linkOf: (page: string) => string,
): Html => {
  if (total <= size && at === 0) return html`<p class="soft">${total} in all.</p>`
  const last = Math.max(0, Math.ceil(total / size) - 1)
  const [from, to] = [Math.min(at * size + 1, total), Math.min((at + 1) * size, total)]
  const where = at > last ? `There is no page ${at + 1}` : `${from} to ${to}`
  return html`<nav aria-label="Pages"><ul class="actions">
<li class="soft">${where} of ${total}.</li>
${at > 0 && html`<li><a class="button plain" href="${linkOf(String(Math.min(at, last + 1)))}" rel="prev">Back</a></li>`}
${at < last && html`<li><a class="button plain" href="${linkOf(String(at + 2))}" rel="next">Further</a></li>`}
</ul></nav>`
}
