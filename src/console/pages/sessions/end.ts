import type { ConsoleRequest } from '../../../core/console/console-request.ts'
import { forgeryField } from '../../frame/forgery-field.ts'
import { factsOf } from '../../page/facts.ts'
import { type Html, html } from '../../page/html.ts'
import type { ConsolePage, Content } from '../../page/page.ts'
import { type EndWanted, endWantedOf } from './end-wanted.ts'
import { findSessions } from './find-sessions.ts'
import { END, SESSIONS } from './links.ts'
import { sessionFacts } from './session-view.ts'
import type { SessionPageDeps } from './sessions.ts'

type Selected = Extract<EndWanted, { kind: 'selector' }>

const READ_BUDGET_MS = 10_000

/** Ending a million sessions takes minutes. */
const END_BUDGET_MS = 300_000

/** More are not counted before they end. */
const MOST_COUNTED = 1_000

const BACK = html`<p><a href="${SESSIONS}">Search sessions</a></p>`

const NO_SESSION = 'There is no such session: it has ended, or never was.'

const sessionsOf = (count: number): string => `${count} ${count === 1 ? 'session' : 'sessions'}`

const confirmForm = ({ said }: Selected, antiForgery: string, what: string): Html =>
  html`<form method="post" action="${END}">${forgeryField(antiForgery)}${Object.entries(said).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  )}<ul class="actions"><li><button class="danger">${what}</button></li>
<li><a class="button plain" href="${SESSIONS}">Keep</a></li></ul></form>`

const WARNING = html`<p>Whoever is signed in by it has to sign in again, on every replica at once. This cannot be undone.</p>`

/** What will end: a session with all that is known of it, or how many there are. */
const described = async (
  { selector, said }: Selected,
  { directory, newBudget }: SessionPageDeps,
): Promise<
  { readonly what: Html; readonly button: string; readonly count: number } | undefined
> => {
  const budget = newBudget(READ_BUDGET_MS)
  if (selector.kind === 'session') {
    const entry = await directory.find(selector.id, budget)
    return entry && { what: sessionFacts(entry), button: 'End this session', count: 1 }
  }
  const { entries, next } = await findSessions(directory, said, { limit: MOST_COUNTED }, budget)
  const count =
    next === undefined ? sessionsOf(entries.length) : `at least ${sessionsOf(entries.length)}`
  const what = factsOf([
    ['Subject', said.subject],
    ['Issuer', said.issuer],
    ['Client', said.client],
    ['Now', count],
  ])
  return { what, button: 'End all of them', count: entries.length }
}

const NOT_FOUND = { kind: 'not_found', sentence: NO_SESSION } as const

const asked = async (
  selected: Selected,
  { antiForgery }: ConsoleRequest,
  deps: SessionPageDeps,
): Promise<Content> => {
  const use = { action: 'show', selector: selected.said } as const
  const found = await described(selected, deps)
  if (found === undefined) return { ...NOT_FOUND, use: { ...use, outcome: 'not_found' } }
  const { what, button, count } = found
  return {
    kind: 'page',
    title: 'End sessions?',
    body: html`<p>This is what will end:</p>${what}${WARNING}${confirmForm(selected, antiForgery, button)}`,
    use: { ...use, outcome: 'done', count },
  }
}

const ended = async (
  { selector, said }: Selected,
  { directory, newBudget }: SessionPageDeps,
): Promise<Content> => {
  const use = { action: 'end', selector: said } as const
  try {
    const count = await directory.end(selector, newBudget(END_BUDGET_MS))
    if (count === 0 && selector.kind === 'session') {
      return { ...NOT_FOUND, use: { ...use, outcome: 'not_found' } }
    }
    return {
      kind: 'page',
      title: 'Sessions ended',
      body: html`<div class="note good" role="status"><p>Ended ${sessionsOf(count)}.</p></div>${BACK}`,
      use: { ...use, outcome: 'done', count },
    }
  } catch (thrown) {
    return { kind: 'failed', thrown, use: { ...use, outcome: 'failed' } }
  }
}

const wrong = (problems: readonly string[]): Content => ({
  kind: 'page',
  status: 400,
  title: 'Nothing ended',
  body: html`<div class="note bad" role="alert"><ul>${problems.map((one) => html`<li>${one}</li>`)}</ul></div>${BACK}`,
  use: { outcome: 'bad_request', detail: problems.join(' ') },
})

/** Says what will end, and ends it when that is confirmed. */
export const endPage = (deps: SessionPageDeps): ConsolePage => ({
  path: END,
  title: 'End sessions',
  needs: 'end-sessions',
  formAction: 'end',
  meant: (fields) => {
    const wanted = endWantedOf(fields)
    return wanted.kind === 'selector' ? wanted.said : undefined
  },
  render: async (request): Promise<Content> => {
    const { method, query, form } = request
    const wanted = endWantedOf(method === 'POST' ? form : query)
    if (wanted.kind === 'problems') return wrong(wanted.problems)
    return method === 'POST' ? ended(wanted, deps) : asked(wanted, request, deps)
  },
})
