import type { DecisionRate, RecentDecision } from '../../core/console/console-data.ts'
import { agoOf } from '../page/ago.ts'
import { type Html, html } from '../page/html.ts'
import { linkTo } from '../page/pager.ts'
import { tableOf } from '../page/table.ts'

/** What is said about everything that is counted or remembered here. */
export const THIS_REPLICA =
  'Checks are those of this replica, since it began: other replicas have counted their own.'

/** What is said besides where there was no room to count every host apart. */
export const togetherNote = (checks: number): Html | false =>
  checks > 0 &&
  html`<div class="note bad"><p>${checks} checks of the last hour are counted together as (other hosts), and are missing at their own: there were more hosts and reasons than are counted apart. Where a wildcard lets callers make up hosts, name those that there are.</p></div>`

/** Where the latest decisions of a kind are. */
export const decisionsLink = (filter: Readonly<Record<string, string>>): string =>
  linkTo('/console/decisions', filter)

const TONES: Readonly<Record<string, string>> = {
  allow: 'good',
  login: 'soft',
  redirect: 'soft',
  page: 'soft',
  unavailable: 'bad',
}

/** How a decision looks: never by its colour alone. */
export const toneOf = (decision: string): string => TONES[decision] ?? 'warn'

/** A number of checks: of few, the first decimal counts. */
export const rateText = (perMinute: number): string =>
  perMinute >= 10 || perMinute === 0 ? String(Math.round(perMinute)) : perMinute.toFixed(1)

const COLUMNS = [
  'Decision',
  'Reason',
  { number: 'Last minute' },
  { number: 'A minute, of the last hour' },
  { number: 'Last hour' },
  'Since',
  'Last',
] as const

/** Checks by decision and reason. */
export const ratesTable = (
  caption: string,
  rates: readonly DecisionRate[],
  nowMs: number,
  filter: Readonly<Record<string, string>> = {},
): Html =>
  tableOf({
    caption,
    columns: COLUMNS,
    nothing: 'There was no check within the last hour.',
    rows: rates.map(({ decision, reason, lastMinute, perMinute, lastHour, sinceMs, lastMs }) => [
      html`<span class="${toneOf(decision)}">${decision}</span>`,
      html`<a href="${decisionsLink({ ...filter, reason })}"><code>${reason}</code></a>`,
      lastMinute,
      rateText(perMinute),
      lastHour,
      agoOf(sinceMs, nowMs),
      agoOf(lastMs, nowMs),
    ]),
  })

/** Checks a minute in a few words, the most frequent first. */
export const ratesInShort = (rates: readonly DecisionRate[]): Html => {
  const shown = rates.slice(0, 4)
  const more = rates.length - shown.length
  return html`${shown.map(
    ({ decision, reason, perMinute }) =>
      html`<span class="${toneOf(decision)}">${decision}</span> <code>${reason}</code> ${rateText(perMinute)}<br>`,
  )}${more > 0 && html`and ${more} more`}`
}

/** What a row of the latest decisions says, in the order of its columns. */
export const decisionCells = (one: RecentDecision): readonly string[] => {
  const { method = '', path = '', status = '', policy = '', detail = '' } = one.fields
  return [
    new Date(one.timeMs).toISOString().slice(11, 23),
    one.host ?? '(malformed)',
    one.decision,
    one.reason,
    status,
    `${method} ${path}`.trim(),
    one.fields.subject ?? one.fields.subjectHash ?? '',
    policy,
    one.requestId,
    detail,
  ]
}

/** What stands above those cells. */
export const DECISION_COLUMNS = [
  'Time (UTC)',
  'Host',
  'Decision',
  'Reason',
  'Status',
  'Request',
  'Subject',
  'Route',
  'Request id',
  'Detail',
] as const
