import { formatPageMark } from '../../../core/session/page-mark.ts'
import type {
  SessionDirectory,
  SessionEntry,
  SessionQuery,
} from '../../../core/session/session-directory.ts'
import type { Budget } from '../../../core/time/budget.ts'
import { type Html, html } from '../../page/html.ts'
import type { ConsolePage, Content } from '../../page/page.ts'
import { tableOf } from '../../page/table.ts'
import { momentOf } from '../../page/time.ts'
import { type FoundSessions, findSessions } from './find-sessions.ts'
import { END, linkTo, SESSIONS } from './links.ts'
import { FIELDS, wantedOf } from './wanted.ts'

/** What sessions are found and ended with. */
export interface SessionPageDeps {
  readonly directory: SessionDirectory
  readonly newBudget: (timeoutMs: number) => Budget
}

const ON_A_PAGE = 50

const READ_BUDGET_MS = 10_000

const LABELS = {
  subject: { label: 'Subject', hint: 'The sub of the person, as the provider says it.' },
  client: { label: 'Client', hint: 'namespace/name of the OIDCClient.' },
  host: { label: 'Host', hint: 'Such as shop.example.com.' },
  issuer: { label: 'Issuer', hint: 'The issuer URL of the provider.' },
} as const

const searchForm = (values: ReadonlyMap<string, string>): Html =>
  html`<form class="fields" method="get" action="${SESSIONS}" role="search">${FIELDS.map(
    (field) => {
      const { label, hint } = LABELS[field]
      return html`<div><label for="${field}">${label}</label>
<input id="${field}" name="${field}" value="${values.get(field) ?? ''}" autocomplete="off" spellcheck="false" aria-describedby="${field}-hint">
<p class="hint" id="${field}-hint">${hint}</p></div>`
    },
  )}<p class="submit"><button>Search</button></p></form>`

const rowOf = (entry: SessionEntry): readonly Html[] => [
  html`<a class="text" href="${SESSIONS}/${entry.id}">${entry.subject}</a>`,
  html`<span class="text">${entry.client}</span>`,
  html`<span class="text">${entry.host}</span>`,
  momentOf(entry.createdAtMs),
  momentOf(entry.lastSeenAtMs),
  html`<span class="text">${entry.address ?? '–'}</span>`,
]

const COLUMNS = ['Subject', 'Client', 'Host', 'Signed in', 'Last seen', 'Address']

const endLinks = ({ subject, issuer, client, host }: SessionQuery): Html | undefined => {
  if (host !== undefined || (subject === undefined && client === undefined)) return undefined
  if (subject === undefined && issuer !== undefined) return undefined
  const whose = subject === undefined ? 'this client' : 'this subject'
  return html`<p><a href="${linkTo(END, { subject, issuer, client })}">End all sessions of ${whose}</a></p>`
}

const results = (query: SessionQuery, { entries, next }: FoundSessions, mayEnd: boolean): Html => {
  const more =
    next &&
    html`<p><a href="${linkTo(SESSIONS, { ...query, after: formatPageMark(next) })}">More sessions</a></p>`
  if (entries.length === 0) {
    return html`<p role="status">${next === undefined ? 'No session fits.' : 'None fits among those that were looked at; there are more.'}</p>${more}`
  }
  const caption = `${entries.length} ${entries.length === 1 ? 'session' : 'sessions'}, those that end first before others`
  return html`${tableOf({ caption, columns: COLUMNS, rows: entries.map(rowOf) })}${more}${mayEnd && endLinks(query)}`
}

/** Searches sessions, and shows them a page at a time. */
export const sessionsPage = ({ directory, newBudget }: SessionPageDeps): ConsolePage => ({
  path: SESSIONS,
  navLabel: 'Sessions',
  title: 'Sessions',
  render: async ({ query: fields, administrator }): Promise<Content> => {
    const wanted = wantedOf(fields)
    if (wanted.kind === 'problems') {
      const { problems } = wanted
      const list = problems.map((problem) => html`<li>${problem}</li>`)
      const detail = problems.join(' ')
      return {
        kind: 'page',
        status: 400,
        body: html`<div class="note bad" role="alert"><ul>${list}</ul></div>${searchForm(fields)}`,
        use: { action: 'list', outcome: 'bad_request', detail },
      }
    }
    const { query, after } = wanted
    const page = { limit: ON_A_PAGE, ...(after === undefined ? {} : { after }) }
    const found = await findSessions(directory, query, page, newBudget(READ_BUDGET_MS))
    const mayEnd = administrator.roles.includes('end-sessions')
    return {
      kind: 'page',
      body: html`${searchForm(fields)}<h2>Found</h2>${results(query, found, mayEnd)}`,
      use: { action: 'list', outcome: 'done', selector: query, count: found.entries.length },
    }
  },
})
