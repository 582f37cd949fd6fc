/** A column of a table: its title, and what a row has there. */
export type Column<Row> = readonly [title: string, value: (row: Row) => string | undefined]

/** Rows below their titles; a column that no row fills is left out. Empty without rows. */
export const table = <Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string => {
  const filled = columns.filter(([, value]) => rows.some((row) => value(row) !== undefined))
  const cells = [
    filled.map(([title]) => title),
    ...rows.map((row) => filled.map(([, value]) => value(row) ?? '')),
  ]
  const widths = filled.map((_, at) => Math.max(...cells.map((row) => row[at]?.length ?? 0)))
  const lines = cells.map((row) =>
    row
      .map((text, at) => text.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  return rows.length === 0 ? '' : lines.map((line) => `${line}\n`).join('')
}
