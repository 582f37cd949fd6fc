import type { ConsoleData, Explained, ExplainRequest } from '../../core/console/console-data.ts'
import { forgeryField } from '../frame/forgery-field.ts'
import { type Html, html } from '../page/html.ts'
import type { ConsolePage } from '../page/page.ts'
import { labelledLines } from '../words/labelled-lines.ts'

const PATH = '/console/explain'

const EMPTY: ExplainRequest = {
  url: '',
  method: 'GET',
  headers: '',
  sourceAddress: '',
  via: '',
  claims: '',
  scopes: '',
  client: '',
}

const WAYS = [
  ['', 'nobody in particular: as the headers say'],
  ['session', 'somebody with a session'],
  ['bearer', 'the bearer of an access token'],
] as const

const written = (form: ReadonlyMap<string, string>): ExplainRequest => {
  const of = (name: keyof ExplainRequest): string => form.get(name) ?? EMPTY[name]
  return {
    url: of('url'),
    method: of('method'),
    headers: of('headers'),
    sourceAddress: of('sourceAddress'),
    via: of('via'),
    claims: of('claims'),
    scopes: of('scopes'),
    client: of('client'),
  }
}

const line = (name: keyof ExplainRequest, label: string, value: string, hint = ''): Html =>
  html`<div><label for="${name}">${label}</label>
<input id="${name}" name="${name}" value="${value}" autocomplete="off" spellcheck="false"${hint !== '' && html` aria-describedby="${name}-hint"`}>
${hint !== '' && html`<p class="hint" id="${name}-hint">${hint}</p>`}</div>`

const lines = (name: keyof ExplainRequest, label: string, value: string, hint: string): Html =>
  html`<div class="wide"><label for="${name}">${label}</label>
<textarea id="${name}" name="${name}" spellcheck="false" aria-describedby="${name}-hint">
${value}</textarea>
<p class="hint" id="${name}-hint">${hint}</p></div>`

const choice = (value: string): Html => html`<div><label for="via">Asked as</label>
<select id="via" name="via">${WAYS.map(
  ([way, label]) =>
    html`<option value="${way}"${way === value && html` selected`}>${label}</option>`,
)}</select></div>`

const formOf = (asked: ExplainRequest, antiForgery: string): Html =>
  html`<form class="fields long" method="post" action="${PATH}">
${forgeryField(antiForgery)}
<div class="wide"><label for="url">URL</label>
<input id="url" name="url" type="url" value="${asked.url}" required placeholder="https://shop.example.com/api/orders" autocomplete="off" spellcheck="false"></div>
${line('method', 'Method', asked.method)}
${line('sourceAddress', 'Source address', asked.sourceAddress, 'As the gateway names it.')}
${lines('headers', 'Headers', asked.headers, 'One on each line, as Name: value. A token is read, and kept nowhere.')}
${choice(asked.via)}
${line('client', 'Client', asked.client, 'The OIDCClient of the session; empty: the first.')}
${line('scopes', 'Scopes', asked.scopes, 'By space or comma; empty: those of the client.')}
${lines('claims', 'Claims', asked.claims, 'YAML or JSON; what every token has is filled in.')}
<p class="submit"><button>Explain</button></p>
</form>`

const BUSY = 'Another request is being explained; one is explained at a time. Try again.'

const outcomeOf = (explained: Explained | undefined): Html | false => {
  if (explained === undefined) return false
  if (explained.kind === 'busy')
    return html`<div class="note bad" role="alert"><p>${BUSY}</p></div>`
  return explained.kind === 'problem'
    ? html`<div class="note bad" role="alert"><p>Nothing was explained:</p><ul>${explained.problems.map(
        (one) => html`<li class="text">${one}</li>`,
      )}</ul></div>`
    : html`<section aria-labelledby="explanation"><h2 id="explanation">Explanation</h2>${labelledLines(explained.rows)}</section>`
}

const STATUSES = { explained: 200, problem: 422, busy: 503 } as const

const notedOf = (explained: Explained | undefined) => {
  if (explained?.kind === 'busy') return { outcome: 'failed', detail: BUSY } as const
  if (explained?.kind !== 'problem') return { outcome: 'done' } as const
  const detail = 'What was asked could not be explained.'
  return { outcome: 'bad_request', detail } as const
}

/**
 * What a request would be answered with, and why, by what is in force. It is sent as a form:
 * claims and tokens stay out of addresses.
 */
export const explainPage = (data: Pick<ConsoleData, 'explain'>): ConsolePage => ({
  path: PATH,
  navLabel: 'Explain',
  title: 'Explain a request',
  formAction: 'view',
  render: async ({ method, form, query, antiForgery }) => {
    const asked = method === 'POST' ? written(form) : { ...EMPTY, url: query.get('url') ?? '' }
    const explained = method === 'POST' ? await data.explain(asked) : undefined
    return {
      kind: 'page',
      ...(explained === undefined ? {} : { status: STATUSES[explained.kind] }),
      body: html`<p>What would this replica answer, by the resources that are in force now? Nobody is asked, and nothing is changed by it.</p>
${outcomeOf(explained)}${formOf(asked, antiForgery)}`,
      use: { action: 'view', ...notedOf(explained) },
    }
  },
})
