import { connect } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { status } from '@grpc/grpc-js'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { deny } from '../../src/core/decision/deny.ts'
import { Fault } from '../../src/core/reason/fault.ts'
import type { Budget } from '../../src/core/time/budget.ts'
import { aCheckRequest, createCheckClient } from '../support/check-client.ts'
import type { CheckResponse } from '../support/check-messages.ts'
import { fullProtos, ownProtos } from '../support/envoy-protos.ts'
import { anAllow, startGrpcServer } from '../support/grpc-server.ts'
import { http2Wire } from '../support/http2-wire.ts'
import { temporaryFolder } from '../support/parts/temporary-folder.ts'

const reasonOf = (response: CheckResponse): string | undefined => {
  if (!('deniedResponse' in response)) throw new Error('The response allows.')
  return response.deniedResponse.headers.find(({ header }) => header.key === 'x-sallyport-reason')
    ?.header.value
}

const denied503 = (response: CheckResponse, reason: string): void => {
  expect(response).toMatchObject({ deniedResponse: { status: { code: 503 } } })
  expect(response.status.code).not.toBe(0)
  expect(reasonOf(response)).toBe(reason)
}

describe.each([
  ['our protos', ownProtos],
  ["Envoy's protos", fullProtos],
])('a check over a real channel with %s', (_name, protos) => {
  it('is allowed with headers for the upstream', async () => {
    const server = await startGrpcServer({
      check: (request) => ({
        ...anAllow,
        setHeaders: [['x-auth-subject', `reader of ${request.host}${request.path.raw}`]],
        removeHeaders: ['x_auth_subject'],
      }),
    })
    const client = createCheckClient(server.target, { protos: protos() })
    expect(await client.check(aCheckRequest({ path: '/a?b=c' }))).toEqual({
      status: { code: 0 },
      okResponse: {
        headers: [
          {
            header: { key: 'x-auth-subject', value: 'reader of shop.example.com/a?b=c' },
            append: { value: false },
            appendAction: 2,
            keepEmptyValue: true,
          },
        ],
        headersToRemove: ['x_auth_subject'],
      },
      dynamicMetadata: {
        fields: {
          reason: { stringValue: 'allowed' },
          route: { stringValue: '(none)' },
          rule: { stringValue: '(none)' },
        },
      },
    })
  })

  it('is denied with a page', async () => {
    const server = await startGrpcServer({ check: () => deny('claim_mismatch') })
    const client = createCheckClient(server.target, { protos: protos() })
    const response = await client.check(aCheckRequest({ headers: { accept: 'text/html' } }))
    expect(response).toMatchObject({
      status: { code: 7 },
      deniedResponse: { status: { code: 403 }, body: expect.stringMatching(/^<!doctype html>/) },
    })
    expect(reasonOf(response)).toBe('claim_mismatch')
  })
})

describe('R1: a check that fails is a denied 503, never a gRPC error', () => {
  it('when it throws', async () => {
    const server = await startGrpcServer({
      check: () => {
        throw new Error('boom')
      },
    })
    denied503(await createCheckClient(server.target).check(), 'internal')
  })

  it('when it rejects', async () => {
    const server = await startGrpcServer({ check: () => Promise.reject('boom') })
    denied503(await createCheckClient(server.target).check(), 'internal')
  })

  it('when a dependency is at fault, with the code and Retry-After', async () => {
    const fault = new Fault('session_store_unavailable', 'Redis is not connected.')
    const server = await startGrpcServer({ check: () => Promise.reject(fault) })
    const response = await createCheckClient(server.target).check()
    denied503(response, 'session_store_unavailable')
    expect(JSON.stringify(response)).toContain('"retry-after","value":"2"')
    expect(JSON.stringify(response)).not.toContain('Redis is not connected')
  })

  it('when it ends without a verdict', async () => {
    const nothing: unknown = Promise.resolve(undefined)
    const server = await startGrpcServer({ check: () => nothing as Promise<typeof anAllow> })
    denied503(await createCheckClient(server.target).check(), 'internal')
  })

  it('when nothing is known about it yet', async () => {
    const server = await startGrpcServer({
      random: {
        token: () => {
          throw new Error('no randomness')
        },
      },
    })
    denied503(await createCheckClient(server.target).check(), 'internal')
  })

  it('R32: when it never ends, once its budget is spent, and its signal says so', async () => {
    const budgets: Budget[] = []
    const server = await startGrpcServer({
      budgetMs: 50,
      check: (_request, budget) => {
        budgets.push(budget)
        return new Promise(() => undefined)
      },
    })
    denied503(await createCheckClient(server.target).check(), 'budget_exceeded')
    expect(budgets[0]?.signal.aborted).toBe(true)
    expect(budgets[0]?.signal.reason).toMatchObject({ code: 'budget_exceeded' })
  })

  it('R32: when the deadline of Envoy is shorter than the budget, before that deadline', async () => {
    const server = await startGrpcServer({ check: () => new Promise(() => undefined) })
    denied503(await createCheckClient(server.target).check(undefined, 1_000), 'budget_exceeded')
  })
})

describe('a check that ends at once', () => {
  it('costs neither a timer nor an abort signal', async () => {
    const server = await startGrpcServer()
    const client = createCheckClient(server.target)
    await client.check()
    const controllers = vi.spyOn(globalThis, 'AbortController')
    const timers = vi.spyOn(globalThis, 'setTimeout')
    await client.check()
    expect(controllers).not.toHaveBeenCalled()
    expect(timers.mock.calls.filter((call) => String(call).includes('budget'))).toEqual([])
  })

  it('and one that ends later makes a signal only if it asks for one', async () => {
    const signals: AbortSignal[] = []
    const server = await startGrpcServer({
      check: async (request, budget) => {
        if (request.path.raw === '/asks') signals.push(budget.signal, budget.signal)
        return anAllow
      },
    })
    const client = createCheckClient(server.target)
    const controllers = vi.spyOn(globalThis, 'AbortController')
    await client.check()
    expect(controllers).not.toHaveBeenCalled()
    await client.check(aCheckRequest({ path: '/asks' }))
    expect(controllers).toHaveBeenCalledTimes(1)
    expect(signals[0]).toBe(signals[1])
  })
})

describe('a call that Envoy cancels', () => {
  it('aborts the check, is observed once, and a late answer hurts nobody', async () => {
    const late = Promise.withResolvers<typeof anAllow>()
    const signals: AbortSignal[] = []
    const server = await startGrpcServer({
      check: (request, budget) => {
        if (request.path.raw !== '/slow') return anAllow
        signals.push(budget.signal)
        return late.promise
      },
    })
    const client = createCheckClient(server.target)
    const call = client.call(aCheckRequest({ path: '/slow' }))
    const outcome = expect(call.response).rejects.toMatchObject({ code: status.CANCELLED })
    await vi.waitFor(() => expect(signals).toHaveLength(1))
    call.cancel()
    await outcome
    await vi.waitFor(() => expect(server.facts).toHaveLength(1))
    expect(signals[0]?.aborted).toBe(true)
    expect(server.facts[0]?.verdict).toMatchObject({ kind: 'deny', reason: 'caller_gone' })
    late.resolve(anAllow)
    await nextTurn()
    expect((await client.check()).status.code).toBe(0)
    await vi.waitFor(() => expect(server.facts).toHaveLength(2))
  })

  it('is not confused with one that was answered: its signal stays quiet', async () => {
    const signals: AbortSignal[] = []
    const server = await startGrpcServer({
      check: async (_request, budget) => {
        signals.push(budget.signal)
        return anAllow
      },
    })
    const client = createCheckClient(server.target)
    await client.check()
    await client.check()
    await vi.waitFor(() => expect(server.facts).toHaveLength(2))
    expect(signals.map((signal) => signal.aborted)).toEqual([false, false])
  })
})

describe('A2: streams that are reset', () => {
  const RESETS = 6_000

  it('A2: never end the connection that everybody shares, and what they began is given up', async () => {
    let begun = 0
    let given = 0
    const server = await startGrpcServer({
      check: (request, budget) => {
        if (request.path.raw !== '/gone') return anAllow
        begun += 1
        budget.signal.addEventListener('abort', () => {
          given += 1
        })
        return new Promise(() => undefined)
      },
    })
    const wire = await http2Wire(server.port)
    for (let sent = 0; sent < RESETS; sent += 1) wire.reset(wire.check('/gone'))
    const last = wire.check()
    const isOver = () => wire.answered.has(last) || wire.isClosed()
    await vi.waitFor(() => expect(isOver()).toBe(true), { timeout: 20_000 })
    expect({ goaways: wire.goaways, closed: wire.isClosed() }).toEqual({
      goaways: [],
      closed: false,
    })
    await vi.waitFor(() => expect(given).toBe(begun))
    const gone = server.facts.filter(({ verdict }) => verdict.reason === 'caller_gone')
    expect(gone.length).toBeGreaterThanOrEqual(begun)
  })
})

describe('a check request that is none', () => {
  it.each([
    ['R4: a host that is no host', aCheckRequest({ host: 'a b' }), 'malformed_host'],
    ['R5: a path in two readings', aCheckRequest({ path: '/a/..%2fb' }), 'malformed_path'],
    ['no HTTP attributes', {}, 'malformed_request'],
    [
      '5 MiB of headers',
      aCheckRequest({ headers: { a: 'a'.repeat(5 << 20) } }),
      'malformed_request',
    ],
  ])('%s is answered 400', async (_what, message, reason) => {
    const check = vi.fn(() => anAllow)
    const server = await startGrpcServer({ check })
    const response = await createCheckClient(server.target).check(message)
    expect(response).toMatchObject({ deniedResponse: { status: { code: 400 } } })
    expect(reasonOf(response)).toBe(reason)
    expect(check).not.toHaveBeenCalled()
    await vi.waitFor(() => expect(server.facts).toHaveLength(1))
    expect(server.facts[0]).toMatchObject({ requestId: 'made-here', verdict: { reason } })
    expect(server.facts[0]).not.toHaveProperty('request')
  })

  it.each([
    ['bytes that are no message', Buffer.from([0xff, 0xff, 0xff, 0xff])],
    ['a message cut short', Buffer.from([0x0a, 0x7f, 0x22])],
  ])('R1: %s is answered 400, not with a gRPC error', async (_what, bytes) => {
    const server = await startGrpcServer()
    const response = await createCheckClient(server.target).checkBytes(bytes)
    expect(reasonOf(response)).toBe('malformed_request')
  })

  it('a message larger than Envoy can send is refused by gRPC, and the server goes on', async () => {
    const server = await startGrpcServer()
    const client = createCheckClient(server.target)
    await expect(client.checkBytes(Buffer.alloc((20 << 20) + 1))).rejects.toMatchObject({
      code: status.RESOURCE_EXHAUSTED,
    })
    expect((await client.check()).status.code).toBe(0)
  })

  it('R34: bytes that are no HTTP/2 end their own connection and nothing else', async () => {
    const server = await startGrpcServer()
    for (const bytes of [
      'GET / HTTP/1.1\r\nhost: a\r\n\r\n',
      '\0'.repeat(1000),
      'PRI * HTTP/2.0',
    ]) {
      const socket = connect(server.port, '127.0.0.1')
      socket.on('error', () => undefined)
      const closed = new Promise((resolve) => socket.once('close', resolve))
      socket.end(bytes)
      socket.resume()
      await closed
    }
    expect((await createCheckClient(server.target).check()).status.code).toBe(0)
  })
})

describe('observation', () => {
  it('has every check once, with what left and what it was about', async () => {
    const server = await startGrpcServer({ check: async () => deny('claim_mismatch') })
    await createCheckClient(server.target).check(
      aCheckRequest({ headers: { 'x-request-id': 'r-1' } }),
    )
    await vi.waitFor(() => expect(server.facts).toHaveLength(1))
    expect(server.facts[0]).toMatchObject({
      requestId: 'r-1',
      request: { host: 'shop.example.com' },
      verdict: { reason: 'claim_mismatch' },
    })
    expect(server.facts[0]?.durationMs).toBeGreaterThan(0)
  })

  it('that throws hurts nobody', async () => {
    const observe = vi.fn(() => {
      throw new Error('no disk')
    })
    const server = await startGrpcServer({ observe })
    const client = createCheckClient(server.target)
    await client.check()
    await vi.waitFor(() => expect(observe).toHaveBeenCalledTimes(1))
    expect((await client.check()).status.code).toBe(0)
    await vi.waitFor(() => expect(observe).toHaveBeenCalledTimes(2))
  })

  it('is complete when the server stops', async () => {
    const stopped = Promise.withResolvers<number>()
    const server = await startGrpcServer({
      check: () => {
        process.nextTick(() => {
          server.stop()
          stopped.resolve(server.facts.length)
        })
        return anAllow
      },
    })
    const call = createCheckClient(server.target).check()
    await Promise.allSettled([call])
    expect(await stopped.promise).toBe(1)
  })
})

describe('where the server listens', () => {
  it('may be a Unix socket', async () => {
    const folder = await temporaryFolder('grpc')
    onTestFinished(folder.remove)
    const listen = `unix:${folder.path}/s`
    await startGrpcServer({ listen })
    expect((await createCheckClient(listen).check()).status.code).toBe(0)
  })

  it('is named when it cannot be taken', async () => {
    const server = await startGrpcServer()
    await expect(startGrpcServer({ listen: server.target })).rejects.toThrow(
      `cannot listen on ${server.target}`,
    )
  })
})

it('calls of a method that is not there, given up at once, cost nobody anything', async () => {
  const server = await startGrpcServer()
  const wire = await http2Wire(server.port)
  for (let count = 0; count < 20; count += 1) wire.callAndReset('/no.such.Service/Method')
  const bystander = createCheckClient(server.target)
  expect((await bystander.check()).status.code).toBe(0)
  expect(wire.answered.size).toBe(0)
  expect(wire.isClosed()).toBe(false)
})
