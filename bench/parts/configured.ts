import { markdownTable } from '../report/markdown.ts'
import { least, lowerQuartile } from '../report/quartile.ts'
import { takeRounds } from '../rows/measure.ts'
import { createRows, rowsOf } from '../rows/rows.ts'
import { withSubjects } from '../rows/subject.ts'
import { checkRequest } from '../setup/check-requests.ts'
import type { Part } from './part.ts'

const ROWS = ['session', 'jwt-seen', 'public', 'redirect']

const micro = (value: number): string => `${value.toFixed(1)} µs`

/** Something that a configuration switches on. */
export interface Switched {
  /** Above the table. */
  readonly title: string
  /** What its figures are called. */
  readonly name: string
  readonly configuration: Readonly<Record<string, unknown>>
}

/** What checks cost with it beside without: builds before may have none of it. */
export const besideNothing = async (
  { title, name, configuration }: Switched,
  context: Parameters<Part>[0],
): Promise<string> => {
  const { around, figures, requests, rounds, tell } = context
  const rows = rowsOf(await createRows(around, checkRequest), ROWS)
  const switched = { setup: 'quiet', configuration } as const
  const lines = await withSubjects(['after'], context, { setup: 'quiet' }, (without) =>
    withSubjects(['after'], context, switched, async (alike) => {
      const told: (readonly string[])[] = []
      for (const row of rows) {
        const subjects = [...without, ...alike]
        const turns = await takeRounds(row, subjects, { rounds, requests, warmUp: requests * 2 })
        const [off = [], on = []] = turns.map((taken) => taken.map((one) => one.cpuMicroseconds))
        const ratio = lowerQuartile(on) / lowerQuartile(off)
        figures.note(`${name} ratio ${row.key}`, 'after', ratio)
        told.push([
          row.name,
          micro(lowerQuartile(off)),
          micro(lowerQuartile(on)),
          `${ratio.toFixed(2)} (${(least(on) / least(off)).toFixed(2)})`,
        ])
        tell(told.at(-1)?.join('  ') ?? '')
      }
      return told
    }),
  )
  const table = markdownTable(['check', 'CPU without', 'CPU with', 'ratio (of the least)'], lines)
  return `### ${title}\n\n${table}`
}
