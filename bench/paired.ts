import { parseArgs } from 'node:util'
import { createPartList } from '../test/support/parts/part-list.ts'
import { least, lowerQuartile } from './report/quartile.ts'
import { takeRounds } from './rows/measure.ts'
import { createRows, rowsOf } from './rows/rows.ts'
import { withSubjects } from './rows/subject.ts'
import { checkRequest } from './setup/check-requests.ts'
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
const [earlier = '63b79d3', later = '.'] = positionals
const rounds = Number(values.rounds)
const requestsOfTurn = Number(values.requests)

const micro = (value: number): string => `${value.toFixed(1)} µs`.padStart(10)

const ratio = (of: readonly number[], to: readonly number[]): string =>
  `${(lowerQuartile(of) / lowerQuartile(to)).toFixed(2)} (${(least(of) / least(to)).toFixed(2)})`

const say = (...cells: readonly string[]): void =>
  void process.stdout.write(`${cells.join('  ')}\n`)

const main = async (): Promise<void> => {
  const before = await buildOf(earlier)
  const after = await buildOf(later)
  const parts = createPartList()
  try {
    const around = await parts.add(startSurroundings())
    const rows = rowsOf(await createRows(around, checkRequest), values.rows.split(','))
    say(`CPU of a check, lower quartile of ${rounds} rounds of ${requestsOfTurn} checks`)
    say(
      'row'.padEnd(42),
      before.name.padStart(10),
      after.name.padStart(10),
      'ratio (of the least)  noise',
    )
    for (const setup of new Set(rows.map((row) => row.setup))) {
      const comparison = { before, after, around }
      await withSubjects(['before', 'after', 'again'], comparison, { setup }, async (subjects) => {
        for (const row of rows.filter((one) => one.setup === setup)) {
          const requests = Math.ceil(requestsOfTurn * (row.share ?? 1))
          const turns = await takeRounds(row, subjects, { rounds, requests, warmUp: requests * 2 })
          const [old = [], young = [], again = []] = turns.map((taken) =>
            taken.map(({ cpuMicroseconds }) => cpuMicroseconds),
          )
          const cpu = [micro(lowerQuartile(old)), micro(lowerQuartile(young))]
          say(row.name.padEnd(42), ...cpu, ratio(young, old).padEnd(20), ratio(again, old))
        }
      })
    }
  } finally {
    await parts.stopAll()
  }
}

await main()
