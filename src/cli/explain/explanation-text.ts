import type { Explanation } from '../../explain/explanation.ts'
import { explanationRows, type Row } from '../../explain/explanation-rows.ts'
import { printable } from '../../explain/words/printable.ts'

const LABEL_WIDTH = 20

/** Whatever a manifest, a claim or a request holds, a line is a line. */
const print = ([label, ...lines]: Row): string =>
  lines
    .map((line, index) => `${(index === 0 ? label : '').padEnd(LABEL_WIDTH)}${printable(line)}`)
    .join('\n')

/** An explanation for a terminal. */
export const explanationText = (explanation: Explanation): string =>
  `${explanationRows(explanation).map(print).join('\n')}\n`
