import type { SessionEntry } from '../../../core/session/session-directory.ts'
import { type Html, html } from '../../page/html.ts'
import type { ConsolePage, Content } from '../../page/page.ts'
import { END, linkTo, SESSIONS } from './links.ts'
import { sessionFacts } from './session-view.ts'
import type { SessionPageDeps } from './sessions.ts'

const READ_BUDGET_MS = 10_000

/** What an id looks like; nothing else is asked of the store. */
const ID = /^[A-Za-z0-9_-]{43}$/

const endLinks = ({ id, subject, issuer, client }: SessionEntry): Html =>
  html`<h2>End</h2><ul class="actions">
<li><a class="button" href="${linkTo(END, { id })}">End this session</a></li>
<li><a class="button plain" href="${linkTo(END, { subject, issuer })}">End all of this subject</a></li>
<li><a class="button plain" href="${linkTo(END, { client })}">End all of this client</a></li>
</ul>`

/** Shows one session. */
export const sessionPage = ({ directory, newBudget }: SessionPageDeps): ConsolePage => ({
  path: `${SESSIONS}/*`,
  title: 'Session',
  render: async ({ rest: id, administrator }): Promise<Content> => {
    const entry = ID.test(id) ? await directory.find(id, newBudget(READ_BUDGET_MS)) : undefined
    const selector = ID.test(id) ? { selector: { id } } : {}
    if (entry === undefined) {
      const sentence = 'There is no such session: it has ended, or never was.'
      const use = { action: 'show', outcome: 'not_found', ...selector } as const
      return { kind: 'not_found', sentence, use }
    }
    const mayEnd = administrator.roles.includes('end-sessions')
    return {
      kind: 'page',
      body: html`${sessionFacts(entry)}${mayEnd && endLinks(entry)}<p><a href="${SESSIONS}">Search sessions</a></p>`,
      use: { action: 'show', outcome: 'done', ...selector, count: 1 },
    }
  },
})
