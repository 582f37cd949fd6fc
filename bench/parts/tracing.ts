import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { markdownTable } from '../report/markdown.ts'
import { least, lowerQuartile } from '../report/quartile.ts'
import { takeRounds } from '../rows/measure.ts'
import { createRows, rowsOf } from '../rows/rows.ts'
import { withSubjects } from '../rows/subject.ts'
import { checkRequest } from '../setup/check-requests.ts'
import type { Part } from './part.ts'

const ROWS = ['session', 'jwt-seen', 'public', 'redirect']
const ONE_IN = 1_000

/** Takes spans and forgets them, in this process and not in the one that is measured. */
const startCollector = async () => {
  let batches = 0
  const server = createServer((request, response) => {
    batches += 1
    request.resume().on('end', () => response.writeHead(200).end())
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  const stop = async (): Promise<void> => {
    server.closeAllConnections()
    await new Promise((closed) => server.close(closed))
  }
  return { endpoint: `http://127.0.0.1:${port}/v1/traces`, batches: () => batches, stop }
}

const micro = (value: number): string => `${value.toFixed(1)} µs`

/** Traces of one check in a thousand beside none: builds before have none of them. */
export const tracing: Part = async (context) => {
  const { around, figures, requests, rounds, tell } = context
  const rows = rowsOf(await createRows(around, checkRequest), ROWS)
  const collector = await startCollector()
  const { endpoint } = collector
  const traced = {
    setup: 'quiet',
    configuration: { tracing: { endpoint, oneIn: ONE_IN } },
  } as const
  try {
    const lines = await withSubjects(['after'], context, { setup: 'quiet' }, (untraced) =>
      withSubjects(['after'], context, traced, async (alike) => {
        const told: (readonly string[])[] = []
        for (const row of rows) {
          const subjects = [...untraced, ...alike]
          const turns = await takeRounds(row, subjects, { rounds, requests, warmUp: requests * 2 })
          const [off = [], on = []] = turns.map((taken) => taken.map((one) => one.cpuMicroseconds))
          const ratio = lowerQuartile(on) / lowerQuartile(off)
          const ofLeast = least(on) / least(off)
          figures.note(`traced ratio ${row.key}`, 'after', ratio)
          told.push([
            row.name,
            micro(lowerQuartile(off)),
            micro(lowerQuartile(on)),
            `${ratio.toFixed(2)} (${ofLeast.toFixed(2)})`,
          ])
          tell(told.at(-1)?.join('  ') ?? '')
        }
        return told
      }),
    )
    if (collector.batches() === 0) throw new Error('No span was sent.')
    return [
      `### Traces of one check in ${ONE_IN.toLocaleString('en')}, on the gRPC port`,
      markdownTable(['check', 'CPU without', 'CPU with', 'ratio (of the least)'], lines),
    ].join('\n\n')
  } finally {
    await collector.stop()
  }
}
