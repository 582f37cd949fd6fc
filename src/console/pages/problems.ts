import type { ConsoleData, ProblemRow } from '../../core/console/console-data.ts'
import { type Html, html } from '../page/html.ts'
import type { ConsolePage } from '../page/page.ts'
import { linkTo, pager, pageWanted } from '../page/pager.ts'
import { tableOf } from '../page/table.ts'

const PATH = '/console/problems'

const COLUMNS = ['Object', 'Field', 'What is wrong, and the fix', 'Meanwhile'] as const

const objectCell = ({ severity, kind, object, place }: ProblemRow): Html => {
  const tone = severity === 'problem' ? 'bad' : 'warn'
  return html`<span class="${tone}">${severity}</span><br><span class="text">${kind} ${object}</span>${
    place !== undefined && place !== object && html`<br><span class="text soft">${place}</span>`
  }`
}

const meanwhile = ({ severity, servesLastGood }: ProblemRow): string => {
  if (severity === 'warning') return 'It is in force as it is written.'
  return servesLastGood ? 'Its last good version serves.' : ''
}

/** Problems with what they are about. */
export const problemsTable = (rows: readonly ProblemRow[], nothing: string): Html =>
  tableOf({
    caption: 'Problems of the resources',
    columns: COLUMNS,
    nothing,
    rows: rows.map((row) => [
      objectCell(row),
      html`<code class="text">${row.field}</code>`,
      html`<span class="text">${row.sentence}</span>`,
      meanwhile(row),
    ]),
  })

/** Everything that is wrong with the resources, as they were read last. */
export const problemsPage = (data: Pick<ConsoleData, 'problems'>): ConsolePage => ({
  path: PATH,
  navLabel: 'Problems',
  title: 'Problems of the resources',
  render: async ({ query }) => {
    const all = data.problems()
    const wanted = pageWanted(query)
    const { at, size } = wanted
    const shown = all.slice(at * size, (at + 1) * size)
    return {
      kind: 'page',
      body: html`${problemsTable(shown, 'Nothing is wrong with the resources.')}
${pager(wanted, all.length, (page) => linkTo(PATH, { page }))}`,
    }
  },
})
