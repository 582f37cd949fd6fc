import type { LabelledLines } from '../../core/console/console-data.ts'
import { type Html, html } from '../page/html.ts'

/** What is said about several things, a line each. */
export const labelledLines = (rows: readonly LabelledLines[]): Html =>
  html`<dl>${rows.map(
    ({ label, lines }) =>
      html`<dt>${label}</dt><dd>${lines.map((line) => html`<div class="text">${line}</div>`)}</dd>`,
  )}</dl>`
