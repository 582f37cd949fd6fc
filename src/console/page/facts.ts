import { type Html, type HtmlPart, html } from './html.ts'

/** What is known of one thing, a line each; what is `undefined` is left out. */
export const factsOf = (facts: readonly (readonly [name: string, value: HtmlPart])[]): Html =>
  html`<dl>${facts
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`
