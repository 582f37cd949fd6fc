import { createPartList } from '../../test/support/parts/part-list.ts'
import { markdownTable } from '../report/markdown.ts'
import { least, lowerQuartile } from '../report/quartile.ts'
import { type Gateway, takeRounds } from '../rows/measure.ts'
import { createRows, rowsOf } from '../rows/rows.ts'
import { type Subject, withSubjects } from '../rows/subject.ts'
import { startAnsweringEnvoy } from '../setup/answering-envoy.ts'
import { gatewayRequest } from '../setup/check-requests.ts'
import { HOST } from '../setup/surroundings.ts'
import { CPU_HEAD, cpuCells } from './checks.ts'
import type { Part, PartContext } from './part.ts'

/** Kinds of check that are asked through Envoy as well. */
const KEYS = ['session', 'jwt-seen', 'public', 'redirect', 'refused-401']

/** The part of a turn's requests that is sent: Envoy itself is what takes the time. */
const SHARE = 0.5

type Transport = 'plain' | 'tls'

const TITLE: Readonly<Record<Transport, string>> = {
  plain: 'Envoy asks in plain text',
  tls: 'Envoy asks over TLS',
}

const measure = async (context: PartContext, transport: Transport): Promise<string> => {
  const { around, figures, rounds, tell } = context
  const requests = Math.ceil(context.requests * SHARE)
  const all = await createRows(around, gatewayRequest)
  const wanted = context.rowKeys ?? KEYS
  const rows = rowsOf(
    all,
    KEYS.filter((key) => wanted.includes(key)),
  )
  const keys =
    transport === 'tls'
      ? (['before', 'after', 'again'] as const)
      : (['before', 'after', 'again', 'grpc-js', 'grpc-go'] as const)
  const setup = transport === 'tls' ? 'tls' : 'quiet'
  const envoys = createPartList()
  const gateways = new Map<Subject, Gateway>()
  const gatewayOf = (subject: Subject): Gateway => {
    const found = gateways.get(subject)
    if (found === undefined) throw new Error(`There is no Envoy before ${subject.key}.`)
    return found
  }
  await withSubjects(keys, context, { setup }, async (subjects) => {
    try {
      for (const subject of subjects) {
        const envoy = await envoys.add(startAnsweringEnvoy(around.certificates, subject))
        const tls = { ca: around.certificates.caPem, servername: HOST }
        gateways.set(subject, { url: `https://127.0.0.1:${envoy.port}`, tls })
      }
      for (const row of rows) {
        const options = { rounds, requests, warmUp: requests, gatewayOf }
        const turns = await takeRounds(row, subjects, options)
        for (const [at, subject] of subjects.entries()) {
          const cpu = (turns[at] ?? []).map(({ cpuMicroseconds }) => cpuMicroseconds)
          figures.note(`envoy ${transport} ${row.key}`, subject.key, lowerQuartile(cpu))
          figures.note(`least envoy ${transport} ${row.key}`, subject.key, least(cpu))
        }
        tell(cpuCells(figures, `envoy ${transport} ${row.key}`, row.name).join('  '))
      }
    } finally {
      await envoys.stopAll()
    }
  })
  const lines = rows.map((row) => cpuCells(figures, `envoy ${transport} ${row.key}`, row.name))
  return [`#### ${TITLE[transport]}`, markdownTable(CPU_HEAD, lines)].join('\n\n')
}

/** The same through a real Envoy with TLS for its downstreams; CPU is that of the server alone. */
export const throughEnvoy: Part = async (context) =>
  [
    '### Behind Envoy (CPU is that of Sallyport alone)',
    await measure(context, 'plain'),
    await measure(context, 'tls'),
  ].join('\n\n')
