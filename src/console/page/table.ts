import { type Html, type HtmlPart, html } from './html.ts'

/** A column; numbers stand at the right. */
export type Column = string | { readonly number: string }

/** Rows below the names of their columns; the first cell of a row names it. */
export interface Table {
  /** What is in it, for everybody to read. */
  readonly caption: string
  readonly columns: readonly Column[]
  readonly rows: readonly (readonly HtmlPart[])[]
  /** Said where there is no row. */
  readonly nothing?: string
  /** Tells the body of the table to the script, which adds rows: it is there without any, too. */
  readonly id?: string
}

const numbered = (column: Column | undefined): Html | false =>
  typeof column === 'object' && html` class="number"`

const headOf = (column: Column): Html =>
  html`<th scope="col"${numbered(column)}>${typeof column === 'string' ? column : column.number}</th>`

const rowOf = ([first, ...others]: readonly HtmlPart[], columns: readonly Column[]): Html =>
  html`<tr><th scope="row">${first}</th>${others.map(
    (cell, at) => html`<td${numbered(columns[at + 1])}>${cell}</td>`,
  )}</tr>
`

/** A table that is scrolled by itself where it is wider than the page, by keyboard as well. */
export const tableOf = ({ caption, columns, rows, nothing, id }: Table): Html => {
  const isEmpty = rows.length === 0
  const said = isEmpty && nothing !== undefined && html`<p class="soft">${nothing}</p>`
  if (isEmpty && said !== false && id === undefined) return said
  return html`${said}<div class="scroll" role="region" tabindex="0" aria-label="${caption}"><table>
<caption>${caption}</caption>
<thead><tr>${columns.map(headOf)}</tr></thead>
<tbody${id !== undefined && html` id="${id}"`}>${rows.map((row) => rowOf(row, columns))}</tbody>
</table></div>`
}
