import { type Html, type HtmlPart, html } from './html.ts'

/** Rows below the names of their columns; the first cell of a row names it. */
export interface Table {
  /** What is in it, for everybody to read. */
  readonly caption: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly HtmlPart[])[]
}

/** A table that is scrolled by itself where it is wider than the page, by keyboard as well. */
export const tableOf = ({ caption, columns, rows }: Table): Html =>
  html`<div class="scroll" role="region" tabindex="0" aria-label="${caption}"><table>
<caption>${caption}</caption>
<thead><tr>${columns.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead>
<tbody>${rows.map(
    ([first, ...others]) =>
      html`<tr><th scope="row">${first}</th>${others.map((cell) => html`<td>${cell}</td>`)}</tr>`,
  )}</tbody>
</table></div>`
