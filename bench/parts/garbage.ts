import type { SubjectKey } from '../report/figures.ts'
import { collectionsIn, garbageBetweenProbes } from '../report/gc-trace.ts'
import { markdownTable } from '../report/markdown.ts'
import { takeTurn } from '../rows/measure.ts'
import { createRows, rowsOf } from '../rows/rows.ts'
import { withSubjects } from '../rows/subject.ts'
import { checkRequest } from '../setup/check-requests.ts'
import { COLLECTIONS_PER_PROBE } from '../subject/collections-per-probe.ts'
import { PROBE_FLAGS, probe } from '../subject/probed.ts'
import type { Part } from './part.ts'

const KEYS = ['session', 'jwt-seen', 'public', 'refused-401', 'redirect', 'jwt-unseen']
const SUBJECTS: readonly SubjectKey[] = ['before', 'after', 'grpc-js']

/** What each check leaves behind, and the longest collection, from V8's own trace. */
export const garbage: Part = async (context) => {
  const { around, figures, rowKeys, tell } = context
  const wanted = rowKeys ?? KEYS
  const all = await createRows(around, checkRequest)
  const rows = rowsOf(
    all,
    KEYS.filter((key) => wanted.includes(key)),
  )
  const count = (share = 1): number => Math.ceil(context.requests * 2 * share)
  for (const key of SUBJECTS) {
    const options = { setup: 'quiet', nodeArgs: ['--trace-gc', ...PROBE_FLAGS] } as const
    const subject = await withSubjects([key], context, options, async ([one]) => {
      if (one === undefined) throw new Error('There is nothing to ask.')
      for (const row of rows) {
        await takeTurn(row, one, { from: 0, requests: count(row.share) })
        await probe(one)
        await takeTurn(row, one, { from: count(row.share), requests: count(row.share) })
        await probe(one)
      }
      return one
    })
    // V8 writes its trace when its buffer is full: all of it is there when the process has ended.
    const found = garbageBetweenProbes(collectionsIn(subject.output()), COLLECTIONS_PER_PROBE)
    for (const [at, row] of rows.entries()) {
      // Between the two probes of a row; what is between two rows is the warm-up of the next.
      const one = found[at * 2]
      if (one === undefined) throw new Error(`${key} wrote no trace of ${row.name}.`)
      figures.note(`garbage ${row.key}`, key, one.bytes / count(row.share) / 1_024)
      figures.note(`GC pause ${row.key}`, key, one.longestPauseMs)
    }
  }
  const cells = (what: string, unit: string): readonly string[] =>
    SUBJECTS.map((key) => `${figures.get(what, key)?.toFixed(1)} ${unit}`)
  const lines = rows.map((row) => [
    row.name,
    ...cells(`garbage ${row.key}`, 'KiB'),
    ...cells(`GC pause ${row.key}`, 'ms'),
  ])
  for (const line of lines) tell(line.join('  '))
  return [
    '### Garbage for each check, and the longest pause for it',
    markdownTable(
      ['check', 'before', 'now', 'no-op on grpc-js', 'pause before', 'now', 'no-op on grpc-js'],
      lines,
    ),
  ].join('\n\n')
}
