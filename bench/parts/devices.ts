import { markdownTable } from '../report/markdown.ts'
import { least, lowerQuartile } from '../report/quartile.ts'
import type { Row } from '../rows/row.ts'
import { inTurn } from '../rows/rows.ts'
import { takeRowsInTurn } from '../rows/rows-in-turn.ts'
import { withSubjects } from '../rows/subject.ts'
import { BOUND_HOST, boundResources, keepSession, UNBOUND_HOST } from '../setup/bound-session.ts'
import { BROWSER_HEADERS, checkRequest } from '../setup/check-requests.ts'
import { subjectOf } from '../setup/stored-sessions.ts'
import type { Surroundings } from '../setup/surroundings.ts'
import type { Part } from './part.ts'

const TICKET = '__Host-sallyport'

const createDeviceRows = async (around: Surroundings): Promise<readonly Row[]> => {
  const [unbound, bound] = [
    await keepSession(around, 'unbound'),
    await keepSession(around, 'bound'),
  ]
  const row = (key: string, name: string, host: string, cookies: readonly string[]): Row => {
    const requests = cookies.map((cookie) =>
      checkRequest(host, '/orders?id=7', { ...BROWSER_HEADERS, cookie }),
    )
    return {
      key,
      name,
      setup: 'quiet',
      request: inTurn(requests),
      expected: { status: 200, identity: ['x-auth-subject', subjectOf(0)] },
    }
  }
  const both = bound.bound.map((value) => `${TICKET}=${bound.ticket}; ${TICKET}-bound=${value}`)
  return [
    row('unbound', 'a session that no device is bound to', UNBOUND_HOST, [
      `${TICKET}=${unbound.ticket}`,
    ]),
    row('bound', 'a bound session, its cookie seen before', BOUND_HOST, both.slice(0, 1)),
    row('bound-anew', 'a bound session, its cookie never seen', BOUND_HOST, both),
  ]
}

const micro = (value: number): string => `${value.toFixed(1)} µs`

/** A session that is bound to its device beside one that is not: builds before have none. */
export const devices: Part = async (context) => {
  const { figures, tell } = context
  const resources = { ...context.around.resources, 'devices.yaml': boundResources }
  const comparison = { ...context, around: { ...context.around, resources } }
  const rows = await createDeviceRows(context.around)
  const cpu = await withSubjects(['after'], comparison, { setup: 'quiet' }, ([subject]) => {
    if (subject === undefined) throw new Error('Nothing was started.')
    return takeRowsInTurn(context, rows, subject)
  })
  const plain = lowerQuartile(cpu[0] ?? [])
  const lines = rows.map(({ key, name }, at) => {
    const own = lowerQuartile(cpu[at] ?? [])
    figures.note(`device ratio ${key}`, 'after', own / plain)
    return [name, micro(own), micro(least(cpu[at] ?? [])), micro(own - plain)]
  })
  for (const line of lines) tell(line.join('  '))
  return [
    '### Sessions bound to a device, on the gRPC port',
    markdownTable(['check', 'CPU now', 'least', 'more than unbound'], lines),
  ].join('\n\n')
}
