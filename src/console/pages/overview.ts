import type { ConsoleData, Overview, Refusal } from '../../core/console/console-data.ts'
import { agoOf } from '../page/ago.ts'
import { type Html, html } from '../page/html.ts'
import type { ConsolePage } from '../page/page.ts'
import { linkTo } from '../page/pager.ts'
import { tableOf } from '../page/table.ts'
import {
  decisionsLink,
  ratesTable,
  rateText,
  THIS_REPLICA,
  togetherNote,
  toneOf,
} from '../words/decision-words.ts'
import { messageOf } from '../words/reason-words.ts'
import { clockWords, expiryWords } from '../words/standing-words.ts'

const COLUMNS = [
  'Host',
  'Why',
  'Who',
  { number: 'A minute' },
  { number: 'Last hour' },
  'Since',
  'Last',
] as const

const hostCell = ({ host, route }: Refusal): Html =>
  route === undefined
    ? html`<span class="text">${host}</span>`
    : html`<a class="text" href="${linkTo('/console/routes', { q: host })}">${host}</a>`

const whyCell = ({ decision, reason, host, route }: Refusal): Html => {
  const link = decisionsLink(route === undefined ? { reason } : { host, reason })
  return html`<span class="${toneOf(decision)}">${decision}</span> <a href="${link}"><code>${reason}</code></a><br>${messageOf(reason)}`
}

const refusalRow = (nowMs: number) => (refusal: Refusal) => [
  hostCell(refusal),
  whyCell(refusal),
  refusal.who.map((name) => html`<span class="text mono">${name}</span><br>`),
  rateText(refusal.perMinute),
  refusal.lastHour,
  agoOf(refusal.sinceMs, nowMs),
  agoOf(refusal.lastMs, nowMs),
]

const troublesOf = ({ troubles }: Overview): Html =>
  troubles.length === 0
    ? html`<div class="note good"><p>Nothing is degraded.</p></div>`
    : html`<div class="note bad"><ul>${troubles.map((one) => html`<li>${one}</li>`)}</ul></div>`

const factsOf = (overview: Overview, nowMs: number): Html => {
  const { version, startedMs, routes, hosts, problems, providers } = overview
  return html`<dl>
<dt>Routes</dt><dd><a href="/console/routes">${routes} with ${hosts} hosts</a></dd>
<dt>Problems</dt><dd><a href="/console/problems">${problems} in the resources</a></dd>
<dt>Providers</dt><dd><a href="/console/providers">${providers.ready} of ${providers.total} ready</a></dd>
<dt>Version</dt><dd>${version}, begun ${agoOf(startedMs, nowMs)}</dd>
</dl>`
}

const standingsOf = (overview: Overview, nowMs: number): Html => {
  const { sealingSinceMs, certificates, clocks } = overview
  const key =
    sealingSinceMs === undefined ? [] : [['The key that seals', agoOf(sealingSinceMs, nowMs)]]
  return tableOf({
    caption: 'How old keys and certificates are, and how clocks differ',
    columns: ['What', 'How it stands'],
    nothing: 'There is none of them.',
    rows: [
      ...key,
      ...certificates.map(({ field, expiresAtMs }) => [
        html`<code>${field}</code>`,
        expiryWords(expiresAtMs, nowMs),
      ]),
      ...clocks.map(({ against, aheadMs }) => [
        html`<span class="text">The clock of ${against === 'redis' ? 'Redis' : against}</span>`,
        clockWords(aheadMs),
      ]),
    ],
  })
}

/** What operators ask first: what is degraded, and who is refused, why and since when. */
export const overviewPage = (
  data: Pick<ConsoleData, 'overview' | 'countedTogether'>,
): ConsolePage => ({
  path: '/console/',
  navLabel: 'Overview',
  title: 'Overview',
  render: async ({ nowMs }) => {
    const overview = await data.overview()
    return {
      kind: 'page',
      body: html`${troublesOf(overview)}${factsOf(overview, nowMs)}
<h2>Refused</h2>
<p class="soft">${THIS_REPLICA}</p>
${togetherNote(data.countedTogether())}
${tableOf({
  caption: 'What was refused within the last hour, the most frequent first',
  columns: COLUMNS,
  nothing: 'Nothing was refused within the last hour.',
  rows: overview.refusals.map(refusalRow(nowMs)),
})}
<h2>Checks</h2>
${ratesTable('Checks of all hosts within the last hour', overview.rates, nowMs)}
<h2>Keys, certificates and clocks</h2>
${standingsOf(overview, nowMs)}`,
    }
  },
})
