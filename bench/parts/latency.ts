import type { SubjectKey } from '../report/figures.ts'
import { markdownTable } from '../report/markdown.ts'
import { median } from '../report/quartile.ts'
import { takeRounds, takeTurn } from '../rows/measure.ts'
import { createRows, rowsOf } from '../rows/rows.ts'
import { withSubjects } from '../rows/subject.ts'
import { checkRequest } from '../setup/check-requests.ts'
import type { Part, PartContext } from './part.ts'

const KEYS = ['session', 'redirect']
const SUBJECTS: readonly SubjectKey[] = ['before', 'after', 'again', 'grpc-js', 'grpc-go']
/** Turns at full speed, whose median is the most that the build before can do. */
const TURNS_FOR_MOST = 5

/** A percentile as milliseconds. */
const ms = (value: number | undefined): string => `${value?.toFixed(2)} ms`

const measure = async (context: PartContext): Promise<readonly (readonly string[])[]> => {
  const { around, figures, rounds, requests, rowKeys, tell } = context
  const wanted = rowKeys ?? KEYS
  const all = await createRows(around, checkRequest)
  const rows = rowsOf(
    all,
    KEYS.filter((key) => wanted.includes(key)),
  )
  const lines: string[][] = []
  await withSubjects(SUBJECTS, context, { setup: 'quiet' }, async (subjects) => {
    for (const row of rows) {
      const [first] = subjects
      if (first === undefined) throw new Error('There is nothing to ask.')
      await takeTurn(row, first, { from: 0, requests: requests * 2 })
      const full: number[] = []
      for (let turn = 0; turn < TURNS_FOR_MOST; turn += 1) {
        full.push((await takeTurn(row, first, { from: 0, requests })).requestsPerSecond)
      }
      const ratePerSecond = median(full) / 3
      const turns = await takeRounds(row, subjects, {
        rounds,
        requests,
        warmUp: requests,
        rateOf: () => ratePerSecond,
      })
      for (const [at, { key }] of subjects.entries()) {
        const taken = turns[at] ?? []
        figures.note(`p50 ${row.key}`, key, median(taken.map(({ p50Ms }) => p50Ms)))
        figures.note(`p99 ${row.key}`, key, median(taken.map(({ p99Ms }) => p99Ms)))
      }
      const cells = SUBJECTS.map(
        (key) =>
          `${ms(figures.get(`p50 ${row.key}`, key))} / ${ms(figures.get(`p99 ${row.key}`, key))}`,
      )
      lines.push([row.name, `${Math.round(ratePerSecond)}/s`, ...cells])
      tell(lines.at(-1)?.join('  ') ?? '')
    }
  })
  return lines
}

/** Latencies at a third of the most that the build before can do; medians over the rounds. */
export const latency: Part = async (context) =>
  [
    '### p50 / p99 at a third of what the build before can do',
    markdownTable(
      ['check', 'rate', 'before', 'now', 'before again', 'no-op on grpc-js', 'no-op on grpc-go'],
      await measure(context),
    ),
  ].join('\n\n')
