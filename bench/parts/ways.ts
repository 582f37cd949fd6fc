import { markdownTable } from '../report/markdown.ts'
import { least, lowerQuartile } from '../report/quartile.ts'
import type { Row } from '../rows/row.ts'
import { madeOnce } from '../rows/rows.ts'
import { takeRowsInTurn } from '../rows/rows-in-turn.ts'
import { withSubjects } from '../rows/subject.ts'
import { BROWSER_HEADERS, checkRequest } from '../setup/check-requests.ts'
import { RESOURCE_HOST, startWaysIn, WAYS_HOST, type WaysIn } from '../setup/ways-in.ts'
import type { Part } from './part.ts'

const check = (path: string, headers: Readonly<Record<string, string>>, host = WAYS_HOST) =>
  checkRequest(host, path, { ...BROWSER_HEADERS, ...headers })

const createWayRows = (ways: WaysIn): readonly Row[] => {
  const { opaqueToken, jwt, resourceToken, boundToken, caller } = ways
  const row = (key: string, name: string, request: Row['request'], share?: number): Row => ({
    key,
    name,
    setup: 'quiet',
    request,
    expected: { status: 200, identity: ['x-auth-subject', 'bench'] },
    ...(share === undefined ? {} : { share }),
  })
  const same = (path: string, token: string, host?: string): Row['request'] => {
    const request = check(path, { authorization: `Bearer ${token}` }, host)
    return () => request
  }
  const proven = madeOnce(() => {
    const uri = `https://${WAYS_HOST}/orders`
    const dpop = caller.prove({ token: boundToken, uri, nowMs: Date.now() })
    return check('/orders', { authorization: `DPoP ${boundToken}`, dpop })
  })
  return [
    row('bearer', 'JWT seen before', same('/orders', jwt)),
    row('resource', 'the same for a protected resource', same('/', resourceToken, RESOURCE_HOST)),
    row('introspected', 'a token that was introspected before', same('/introspected', opaqueToken)),
    row('exchanged', 'a token that was exchanged before', same('/exchanged', jwt)),
    row('dpop', 'a DPoP proof (ES256), used proofs in Redis', proven, 0.3),
  ]
}

const micro = (value: number): string => `${value.toFixed(1)} µs`

/** Other ways in than a JWT that was seen before, beside it: builds before have none of them. */
export const waysIn: Part = async (context) => {
  const { figures, tell } = context
  const ways = await startWaysIn()
  const resources = { ...context.around.resources, 'ways.yaml': ways.resources }
  const comparison = { ...context, around: { ...context.around, resources } }
  const rows = createWayRows(ways)
  try {
    const cpu = await withSubjects(['after'], comparison, { setup: 'quiet' }, ([subject]) => {
      if (subject === undefined) throw new Error('Nothing was started.')
      return takeRowsInTurn(context, rows, subject)
    })
    // One introspection and one exchange: whatever came after was remembered.
    if (ways.asked() !== 2) throw new Error(`The provider was asked ${ways.asked()} times, not 2.`)
    const known = lowerQuartile(cpu[0] ?? [])
    const lines = rows.map(({ key, name }, at) => {
      const own = lowerQuartile(cpu[at] ?? [])
      figures.note(`way ratio ${key}`, 'after', own / known)
      return [name, micro(own), micro(least(cpu[at] ?? [])), (own / known).toFixed(2)]
    })
    for (const line of lines) tell(line.join('  '))
    return [
      '### Other ways in, on the gRPC port',
      markdownTable(['check', 'CPU now', 'least', 'to a JWT seen before'], lines),
    ].join('\n\n')
  } finally {
    await ways.stop()
  }
}
