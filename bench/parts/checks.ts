import type { Figures, SubjectKey } from '../report/figures.ts'
import { markdownTable } from '../report/markdown.ts'
import { least, lowerQuartile } from '../report/quartile.ts'
import { takeRounds } from '../rows/measure.ts'
import type { Row, Setup } from '../rows/row.ts'
import { createRows, rowsOf } from '../rows/rows.ts'
import { withSubjects } from '../rows/subject.ts'
import { checkRequest } from '../setup/check-requests.ts'
import { residentMiBOf } from '../subject/process-usage.ts'
import type { Part, PartContext } from './part.ts'

const BUILDS: readonly SubjectKey[] = ['before', 'after', 'again']
const ALL: readonly SubjectKey[] = [...BUILDS, 'grpc-js', 'grpc-go']

/** The servers that do nothing speak no TLS. */
const subjectsFor = (setup: Setup): readonly SubjectKey[] => (setup === 'tls' ? BUILDS : ALL)

/** A ratio for a table; nothing where it was not measured. */
const ratioText = (ratio: number | undefined): string => ratio?.toFixed(2) ?? ''

/** A row of the table: CPU of both builds, and their ratios to each other and to the no-ops. */
export const cpuCells = (figures: Figures, what: string, name: string): readonly string[] => {
  const micro = (key: SubjectKey): string => `${figures.get(what, key)?.toFixed(1)} µs`
  const leasts = figures.ratio(`least ${what}`, 'after', 'before')
  return [
    name,
    micro('before'),
    micro('after'),
    `${ratioText(figures.ratio(what, 'after', 'before'))} (${ratioText(leasts)})`,
    ratioText(figures.ratio(what, 'again', 'before')),
    ratioText(figures.ratio(what, 'after', 'grpc-js')),
    ratioText(figures.ratio(what, 'after', 'grpc-go')),
  ]
}

/** The head of that table. */
export const CPU_HEAD = [
  'check',
  'CPU before',
  'CPU now',
  'ratio (of the least)',
  'noise',
  'to the no-op on grpc-js',
  'on grpc-go',
] as const

const measureRow = async (
  context: PartContext,
  row: Row,
  subjects: Parameters<typeof takeRounds>[1],
): Promise<void> => {
  const { figures, rounds, tell } = context
  const requests = Math.ceil(context.requests * (row.share ?? 1))
  const turns = await takeRounds(row, subjects, { rounds, requests, warmUp: requests * 2 })
  for (const [at, subject] of subjects.entries()) {
    const cpu = (turns[at] ?? []).map(({ cpuMicroseconds }) => cpuMicroseconds)
    figures.note(`cpu ${row.key}`, subject.key, lowerQuartile(cpu))
    figures.note(`least cpu ${row.key}`, subject.key, least(cpu))
  }
  tell(cpuCells(figures, `cpu ${row.key}`, row.name).join('  '))
}

/** The rows straight on the gRPC port. */
export const checks: Part = async (context) => {
  const { figures, rowKeys } = context
  const all = await createRows(context.around, checkRequest)
  const rows = rowKeys === undefined ? all : rowsOf(all, rowKeys)
  for (const setup of new Set(rows.map((row) => row.setup))) {
    await withSubjects(subjectsFor(setup), context, { setup }, async (subjects) => {
      for (const row of rows.filter((one) => one.setup === setup)) {
        await measureRow(context, row, subjects)
      }
      for (const { key, pid } of subjects) figures.note(`RSS ${setup}`, key, residentMiBOf(pid))
    })
  }
  const resident = ALL.map((key) => figures.get('RSS quiet', key)).map((mib) =>
    mib === undefined ? 'not measured' : `${Math.round(mib)} MiB`,
  )
  return [
    '### On the gRPC port',
    markdownTable(
      CPU_HEAD,
      rows.map((row) => cpuCells(figures, `cpu ${row.key}`, row.name)),
    ),
    `Resident after this load, without the decision log: before ${resident[0]}, now ${resident[1]}, the no-op on grpc-js ${resident[3]}, on grpc-go ${resident[4]}.`,
  ].join('\n\n')
}
