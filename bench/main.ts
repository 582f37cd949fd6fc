import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { createPartList } from '../test/support/parts/part-list.ts'
import { checks } from './parts/checks.ts'
import { consoled } from './parts/console.ts'
import { devices } from './parts/devices.ts'
import { throughEnvoy } from './parts/envoy.ts'
import { garbage } from './parts/garbage.ts'
import { latency } from './parts/latency.ts'
import { memory } from './parts/memory.ts'
import type { Part } from './parts/part.ts'
import { routes } from './parts/routes.ts'
import { start } from './parts/start.ts'
import { tracing } from './parts/tracing.ts'
import { waysIn } from './parts/ways.ts'
import { createFigures } from './report/figures.ts'
import { targetTable } from './report/targets.ts'
import { writeSection } from './report/write-section.ts'
import { startSurroundings } from './setup/surroundings.ts'
import { buildOf } from './subject/build.ts'

// What is measured, in which order, and the document that comes of it. See README.md.

const PARTS: Readonly<Record<string, Part>> = {
  checks,
  ways: waysIn,
  devices,
  tracing,
  console: consoled,
  envoy: throughEnvoy,
  latency,
  garbage,
  memory,
  routes,
  start,
}

const { values } = parseArgs({
  options: {
    baseline: { type: 'string', default: '63b79d3' },
    write: { type: 'boolean', default: false },
  },
})

const { BENCH_REQUESTS = '5000', BENCH_ROUNDS = '9', BENCH_PARTS, BENCH_ROWS } = process.env

const partsToRun = (): readonly (readonly [string, Part])[] => {
  const names = BENCH_PARTS?.split(',') ?? Object.keys(PARTS)
  return names.map((name) => {
    const part = PARTS[name]
    if (part === undefined)
      throw new Error(`No such part: ${name}. There are: ${Object.keys(PARTS)}`)
    return [name, part]
  })
}

const tell = (line: string): void => void process.stderr.write(`${line}\n`)

const machine = (before: string, requests: number, rounds: number): string =>
  `Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown CPU'}. Before: ${before}; ${rounds} rounds of ${requests} checks.`

const main = async (): Promise<void> => {
  const requests = Number(BENCH_REQUESTS)
  const rounds = Number(BENCH_ROUNDS)
  const chosen = partsToRun()
  const before = await buildOf(values.baseline)
  const after = await buildOf('.')
  const figures = createFigures()
  const parts = createPartList()
  try {
    const around = await parts.add(startSurroundings())
    const rowKeys = BENCH_ROWS?.split(',')
    const context = { before, after, around, figures, requests, rounds, rowKeys, tell }
    const sections: string[] = []
    for (const [name, part] of chosen) {
      tell(`${name}:`)
      sections.push(await part(context))
    }
    const text = [
      machine(before.name, requests, rounds),
      '### Targets',
      targetTable(figures),
      ...sections,
    ].join('\n\n')
    process.stdout.write(`${text}\n`)
    if (values.write) writeSection('docs/performance.md', 'table', text)
  } finally {
    await parts.stopAll()
  }
}

await main()
