import { parseArgs } from 'node:util'
import { createPartList } from '../test/support/parts/part-list.ts'
import { least, lowerQuartile } from './report/quartile.ts'
import { takeRounds } from './rows/measure.ts'
import { portRows } from './rows/port-rows.ts'
import type { Row } from './rows/row.ts'
import { startSubject } from './rows/subject.ts'
import { startSurroundings } from './setup/surroundings.ts'
import { buildOf } from './subject/build.ts'

// A quick glance: two builds asked in turn about a few rows. See README.md.

const DEFAULT_ROWS = 'session,jwt-seen,public,refused-401,redirect'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rows: { type: 'string', default: process.env.BENCH_ROWS ?? DEFAULT_ROWS },
    rounds: { type: 'string', default: process.env.BENCH_ROUNDS ?? '7' },
    requests: { type: 'string', default: process.env.BENCH_REQUESTS ?? '4000' },
  },
})
const [before = '63b79d3', after = '.'] = positionals
const rounds = Number(values.rounds)
const requests = Number(values.requests)

const chosen = (all: readonly Row[]): readonly Row[] => {
  const keys = values.rows.split(',')
  const known = all.map(({ key }) => key)
  const unknown = keys.filter((key) => !known.includes(key))
  if (unknown.length > 0) throw new Error(`No such row: ${unknown}. There are: ${known}`)
  return all.filter(({ key }) => keys.includes(key))
}

const micro = (value: number): string => `${value.toFixed(1)} µs`.padStart(10)

const ratio = (of: readonly number[], to: readonly number[]): string =>
  `${(lowerQuartile(of) / lowerQuartile(to)).toFixed(2)} (${(least(of) / least(to)).toFixed(2)})`

const main = async (): Promise<void> => {
  const builds = [await buildOf(before), await buildOf(after)] as const
  const parts = createPartList()
  try {
    const around = await parts.add(startSurroundings())
    const rows = chosen(await portRows(around))
    process.stdout.write(
      `CPU of a check, lower quartile of ${rounds} rounds of ${requests}; ratios of quartiles (of the least).\n` +
        `${'row'.padEnd(44)} ${builds[0].name.padStart(10)} ${builds[1].name.padStart(10)}  ratio        noise\n`,
    )
    for (const setup of new Set(rows.map((row) => row.setup))) {
      const start = async (name: string, build: (typeof builds)[number]) =>
        parts.add(startSubject(name, build, around, setup))
      const subjects = [
        await start('before', builds[0]),
        await start('after', builds[1]),
        await start('before again', builds[0]),
      ]
      for (const row of rows.filter((one) => one.setup === setup)) {
        const count = Math.ceil(requests * (row.share ?? 1))
        const turns = await takeRounds(row, subjects, {
          rounds,
          requests: count,
          warmUp: count * 2,
        })
        const [old = [], young = [], noise = []] = turns.map((taken) =>
          taken.map(({ cpuMicroseconds }) => cpuMicroseconds),
        )
        process.stdout.write(
          `${row.name.padEnd(44)} ${micro(lowerQuartile(old))} ${micro(lowerQuartile(young))}  ${ratio(young, old)}  ${ratio(noise, old)}\n`,
        )
      }
    }
  } finally {
    await parts.stopAll()
  }
}

await main()
