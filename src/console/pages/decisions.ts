import type {
  ConsoleData,
  DecisionFilter,
  RecentDecision,
} from '../../core/console/console-data.ts'
import { type Html, html } from '../page/html.ts'
import type { ConsolePage } from '../page/page.ts'
import { linkTo } from '../page/pager.ts'
import { tableOf } from '../page/table.ts'
import { DECISION_COLUMNS, decisionCells, THIS_REPLICA, toneOf } from '../words/decision-words.ts'
import { messageOf, remedyOf, withCode } from '../words/reason-words.ts'

const PATH = '/console/decisions'

/** More are remembered than anybody reads at once. */
const MOST_SHOWN = 200

const MOST_CHARACTERS = 256

const FIELDS = [
  ['host', 'Host'],
  ['reason', 'Reason'],
  ['id', 'Request id'],
] as const

type Written = Readonly<Record<(typeof FIELDS)[number][0], string>>

const writtenIn = (query: ReadonlyMap<string, string>): Written => {
  const of = (name: string): string => (query.get(name) ?? '').trim().slice(0, MOST_CHARACTERS)
  return { host: of('host').toLowerCase(), reason: of('reason'), id: of('id') }
}

/** Which decisions a query asks for. */
export const decisionFilter = (query: ReadonlyMap<string, string>): DecisionFilter => {
  const { host, reason, id } = writtenIn(query)
  return {
    ...(host === '' ? {} : { host }),
    ...(reason === '' ? {} : { reason }),
    ...(id === '' ? {} : { requestId: id }),
  }
}

const filterForm = (
  written: Written,
): Html => html`<form class="fields" role="search" action="${PATH}">
${FIELDS.map(
  ([name, label]) => html`<div><label for="${name}">${label}</label>
<input id="${name}" name="${name}" value="${written[name]}" maxlength="${MOST_CHARACTERS}" autocomplete="off" spellcheck="false"></div>`,
)}
<p class="submit"><button>Show</button></p>
</form>`

const reasonNote = ({ reason }: Written): Html | false =>
  messageOf(reason) !== '' &&
  html`<div class="note"><p><code>${reason}</code>: ${messageOf(reason)} ${withCode(remedyOf(reason))}</p></div>`

/** A row as the script makes it as well: the third cell has the tone of the decision. */
const rowOf = (one: RecentDecision): readonly Html[] =>
  decisionCells(one).map((text, at) =>
    at === 2
      ? html`<span class="${toneOf(one.decision)}">${text}</span>`
      : html`<span class="text">${text}</span>`,
  )

/**
 * The latest decisions, redacted as the log is. Without a script the page is loaded anew to see
 * more; with it, it follows.
 */
export const decisionsPage = (data: Pick<ConsoleData, 'recentDecisions'>): ConsolePage => ({
  path: PATH,
  navLabel: 'Decisions',
  title: 'Latest decisions',
  render: async ({ query }) => {
    const written = writtenIn(query)
    const all = data.recentDecisions(decisionFilter(query))
    const newest = all[0] === undefined ? '' : String(all[0].number)
    return {
      kind: 'page',
      wantsScript: true,
      body: html`${filterForm(written)}${reasonNote(written)}
<p class="soft">${THIS_REPLICA} The newest come first; a thousand are remembered, whatever the log gets.</p>
<div class="actions"><p><a class="button plain" href="${linkTo(PATH, written)}">Load anew</a></p>
<p id="follow" data-feed="${linkTo(`${PATH}/feed`, written)}" data-after="${newest}" hidden><button type="button" class="plain">Follow</button></p>
<p id="following" role="status" class="soft"></p></div>
${tableOf({
  caption: 'Decisions, the newest first',
  columns: DECISION_COLUMNS,
  nothing: 'No decision that fits is remembered.',
  rows: all.slice(0, MOST_SHOWN).map(rowOf),
  id: 'decisions',
})}`,
    }
  },
})
