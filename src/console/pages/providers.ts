import type { ClientRow, ConsoleData, ProviderRow } from '../../core/console/console-data.ts'
import { agoOf } from '../page/ago.ts'
import { type Html, type HtmlPart, html } from '../page/html.ts'
import type { ConsolePage } from '../page/page.ts'
import { clockWords, expiryWords } from '../words/standing-words.ts'

const STATES = {
  ready: ['good', 'ready: its metadata and keys are there'],
  waiting: ['warn', 'waiting: its metadata or keys have not been fetched yet'],
  unusable: ['bad', 'cannot be used'],
} as const

const row = (label: string, value: HtmlPart): Html => html`<dt>${label}</dt><dd>${value}</dd>`

const keysOf = ({ keys, lastKeysMs }: ProviderRow, nowMs: number): Html => {
  if (keys.length === 0) return html`none`
  const fetched = lastKeysMs !== undefined && html`, fetched ${agoOf(lastKeysMs, nowMs)}`
  return html`${keys.length}${fetched}${keys.map(
    ({ id = 'without a name', algorithms }) =>
      html`<div class="text mono">${id} (${algorithms.join(', ')})</div>`,
  )}`
}

const clientOf = (client: ClientRow, nowMs: number): Html => {
  const { name, hindrance, notes, certificateExpiresAtMs, signingKey } = client
  return html`<li><span class="text">OIDCClient ${name}</span>
${hindrance !== undefined && html`<div class="bad text">Nobody can sign in by it: ${hindrance}</div>`}
${certificateExpiresAtMs !== undefined && html`<div>Its certificate ${expiryWords(certificateExpiresAtMs, nowMs)}.</div>`}
${signingKey !== undefined && html`<div>The key <span class="text mono">${signingKey.id}</span> signs, made ${agoOf(signingKey.madeAtMs, nowMs)}.</div>`}
${notes.map((note) => html`<div class="text">${note}</div>`)}</li>`
}

const heldBack = html`<span class="warn">Calls are held back after failures.</span>`

const sentences = (all: readonly string[]): readonly Html[] =>
  all.map((one) => html`<div class="text">${one}</div>`)

const providerOf = (provider: ProviderRow, nowMs: number): Html => {
  const { name, issuer, state, lastDiscoveryMs, lastError, loginHindrance } = provider
  const { notes, clockAheadMs, clients } = provider
  const [tone, words] = STATES[state]
  return html`<section><h2 class="text">IdentityProvider ${name}</h2><dl>
${row('State', html`<span class="${tone}">${words}</span>`)}
${provider.isHeldBack && row('Calls', heldBack)}
${issuer !== undefined && row('Issuer', html`<span class="text">${issuer}</span>`)}
${lastDiscoveryMs !== undefined && row('Metadata', html`fetched ${agoOf(lastDiscoveryMs, nowMs)}`)}
${row('Last error', lastError === undefined ? 'none' : html`<span class="bad text">${lastError}</span>`)}
${loginHindrance !== undefined && row('Logins', html`<span class="bad text">${loginHindrance}</span>`)}
${state !== 'unusable' && row('Keys', keysOf(provider, nowMs))}
${clockAheadMs !== undefined && row('Clock', clockWords(clockAheadMs))}
${notes.length > 0 && row('Notes', sentences(notes))}
${clients.length > 0 && row('Clients', html`<ul>${clients.map((one) => clientOf(one, nowMs))}</ul>`)}
</dl></section>`
}

/** How providers and their clients stand, by what is known already. */
export const providersPage = (data: Pick<ConsoleData, 'providers'>): ConsolePage => ({
  path: '/console/providers',
  navLabel: 'Providers',
  title: 'Providers',
  render: async ({ nowMs }) => {
    const providers = data.providers()
    return {
      kind: 'page',
      body: html`<p class="soft">As this replica knows them; nobody is asked by this page. Those in trouble come first.</p>
${providers.length === 0 && html`<p>There is no IdentityProvider.</p>`}
${providers.map((provider) => providerOf(provider, nowMs))}`,
    }
  },
})
