import { type Html, html } from './html.ts'

/** A moment, to the second, in UTC. */
export const momentOf = (timeMs: number): Html => {
  const iso = new Date(timeMs).toISOString()
  return html`<time datetime="${iso}">${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC</time>`
}
