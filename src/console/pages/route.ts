import type { ConsoleData, RouteView } from '../../core/console/console-data.ts'
import { agoOf } from '../page/ago.ts'
import { type Html, html } from '../page/html.ts'
import type { ConsolePage } from '../page/page.ts'
import { linkTo } from '../page/pager.ts'
import { tableOf } from '../page/table.ts'
import { ratesTable, THIS_REPLICA, togetherNote } from '../words/decision-words.ts'
import { labelledLines } from '../words/labelled-lines.ts'
import { problemsTable } from './problems.ts'
import { stateOf } from './routes.ts'

const IN_FORCE = {
  current: 'As it is now.',
  last_good: 'By its last good version: what it says now cannot be used.',
  none: 'Nothing of it: it cannot be used, and never could.',
} as const

const explainLink = (host: string): Html =>
  html`<a href="${linkTo('/console/explain', { url: `https://${host}/` })}" aria-label="Explain a request for ${host}">Explain</a>`

const hostsTable = ({ hosts }: RouteView, nowMs: number): Html =>
  tableOf({
    caption: 'The hosts of the route',
    columns: ['Host', 'State', 'Last check', 'A request'],
    nothing: 'It has no hosts.',
    rows: hosts.map((row) => [
      html`<span class="text">${row.host}</span>`,
      stateOf(row),
      row.lastCheckMs !== undefined && agoOf(row.lastCheckMs, nowMs),
      !row.host.startsWith('*') && explainLink(row.host),
    ]),
  })

const rulesOf = ({ rules }: RouteView): Html =>
  rules.length === 0
    ? html`<p class="soft">None is in force.</p>`
    : html`<ol>${rules.map(
        ({ title, rows }) => html`<li><h3 class="text">${title}</h3>${labelledLines(rows)}</li>`,
      )}</ol>`

const checksOf = ({ hosts }: RouteView, nowMs: number): Html => {
  const checked = hosts.filter(({ rates }) => rates.length > 0)
  if (checked.length === 0) return html`<p class="soft">There was none within the last hour.</p>`
  return html`${checked.map(({ host, rates }) =>
    ratesTable(`Checks of ${host} within the last hour`, rates, nowMs, { host }),
  )}`
}

/** One ProtectedRoute: its hosts, its rules in words, its checks and what is wrong with it. */
export const routePage = (data: Pick<ConsoleData, 'route' | 'countedTogether'>): ConsolePage => ({
  path: '/console/routes/*',
  title: 'Route',
  render: async ({ rest, nowMs }) => {
    const route = await data.route(rest)
    if (route === undefined) {
      const sentence = `There is no ProtectedRoute ${rest}: it was removed, or never was.`
      return { kind: 'not_found', sentence }
    }
    return {
      kind: 'page',
      title: `ProtectedRoute ${route.name}`,
      body: html`<dl><dt>In force</dt><dd>${IN_FORCE[route.inForce]}</dd></dl>
${hostsTable(route, nowMs)}
<h2>Problems</h2>${problemsTable(route.problems, 'It has none.')}
<h2>Rules, in the order in which they are tried</h2>${rulesOf(route)}
<h2>Checks</h2><p class="soft">${THIS_REPLICA}</p>${togetherNote(data.countedTogether())}${checksOf(route, nowMs)}`,
    }
  },
})
