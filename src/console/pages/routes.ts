import type { ConsoleData, RouteRow } from '../../core/console/console-data.ts'
import { agoOf } from '../page/ago.ts'
import { type Html, html } from '../page/html.ts'
import type { ConsolePage } from '../page/page.ts'
import { linkTo, pager, pageWanted } from '../page/pager.ts'
import { tableOf } from '../page/table.ts'
import { ratesInShort, THIS_REPLICA, togetherNote } from '../words/decision-words.ts'

const PATH = '/console/routes'

/** Where one route is shown. */
const routeLink = (name: string): string =>
  `${PATH}/${name.split('/').map(encodeURIComponent).join('/')}`

const COLUMNS = [
  'Host',
  'Route',
  'State',
  'Client',
  'Last check',
  'Checks a minute, of the last hour',
] as const

const STATES = {
  programmed: ['good', 'programmed'],
  last_good: ['warn', 'programmed, by its last good version'],
  conflicted: ['bad', 'conflicted'],
  broken: ['bad', 'broken'],
} as const

/** How a host stands, in words. */
export const stateOf = ({ state, owner, detail }: RouteRow): Html => {
  const [tone, words] = STATES[state]
  const more = owner === undefined ? detail : `It belongs to ${owner}.`
  return html`<span class="${tone}">${words}</span>${more !== undefined && html`<br><span class="text">${more}</span>`}`
}

const rowOf = (nowMs: number) => (row: RouteRow) => [
  html`<span class="text">${row.host}</span>`,
  html`<a class="text" href="${routeLink(row.route)}">${row.route}</a>`,
  stateOf(row),
  row.clients.map((name) => html`<span class="text">${name}</span><br>`),
  row.lastCheckMs !== undefined && agoOf(row.lastCheckMs, nowMs),
  ratesInShort(row.rates),
]

const searchOf = (q: string): Html => html`<form class="fields" role="search" action="${PATH}">
<div><label for="q">Host, route, client or state</label>
<input id="q" name="q" type="search" value="${q}" maxlength="256" autocomplete="off" spellcheck="false"></div>
<p class="submit"><button>Search</button></p>
</form>`

const MOST_SEARCHED = 256

/** Every host with the route that it belongs to. */
export const routesPage = (data: Pick<ConsoleData, 'routes' | 'countedTogether'>): ConsolePage => ({
  path: PATH,
  navLabel: 'Routes',
  title: 'Hosts and routes',
  render: async ({ query, nowMs }) => {
    const q = (query.get('q') ?? '').slice(0, MOST_SEARCHED)
    const wanted = pageWanted(query)
    const { items, total } = await data.routes(q, wanted)
    return {
      kind: 'page',
      body: html`${searchOf(q)}
<p class="soft">${THIS_REPLICA}</p>
${togetherNote(data.countedTogether())}
${tableOf({
  caption: q === '' ? 'Every host' : 'The hosts that fit',
  columns: COLUMNS,
  nothing: q === '' ? 'There is no ProtectedRoute.' : 'No host fits.',
  rows: items.map(rowOf(nowMs)),
})}
${pager(wanted, total, (page) => linkTo(PATH, { q, page }))}`,
    }
  },
})
