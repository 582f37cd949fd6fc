import { expect, it, onTestFinished } from 'vitest'
import type { CallEnd, TraceableCall } from '../../../src/core/tracing.ts'
import { createOutboundFetch } from '../../../src/outbound/outbound-fetch.ts'
import type { Party } from '../../../src/outbound/party.ts'
import { startHttpListener } from '../../support/parts/http-listener.ts'

const aParty = async (changes: Partial<Party> = {}) => {
  const received: (string | undefined)[] = []
  const { port, takeDown } = await startHttpListener((request, response) => {
    received.push(request.headers.traceparent as string | undefined)
    response.statusCode = request.url?.startsWith('/broken') === true ? 500 : 200
    response.end('{}')
  })
  onTestFinished(takeDown)
  const begun: TraceableCall[] = []
  const ended: CallEnd[] = []
  const party = { name: 'shop/idp', requestTimeoutMs: 30_000, ...changes }
  const fetch = createOutboundFetch(
    party,
    {
      allowInsecureIssuers: true,
      allowNetworks: ['127.0.0.0/8'],
      tracing: {
        begin: (call) => {
          begun.push(call)
          const isTold = call.kind === 'http' && call.party.joinsTraces === true
          return {
            headers: isTold ? { traceparent: 'joined' } : {},
            end: (end) => void ended.push(end),
          }
        },
      },
    },
    { nowMs: () => 0 },
  )
  onTestFinished(fetch.destroy)
  const get = (path: string) =>
    fetch.call({ method: 'GET', url: `http://127.0.0.1:${port}${path}`, headers: {} })
  return { get, received, begun, ended, takeDown }
}

it('a call is told of with its party, and ends with its status', async () => {
  const { get, received, begun, ended } = await aParty()
  await get('/keys')
  expect(begun).toMatchObject([{ kind: 'http', method: 'GET', party: { name: 'shop/idp' } }])
  expect(ended).toEqual([{ status: 200 }])
  expect(received).toEqual([undefined])
})

it('a status that is a fault is told as the status, and what broke as what was thrown', async () => {
  const { get, ended, takeDown } = await aParty()
  await expect(get('/broken')).rejects.toThrow('status 500')
  await takeDown()
  await expect(get('/keys')).rejects.toThrow('shop/idp')
  expect(ended).toEqual([{ status: 500 }, { thrown: expect.any(Error) }])
})

it('a party of ours is sent the trace, and nobody else is', async () => {
  const { get, received } = await aParty({ joinsTraces: true })
  await get('/ask')
  expect(received).toEqual(['joined'])
})
