import { once } from 'node:events'
import { connect as connectHttp2 } from 'node:http2'
import { connect } from 'node:net'
import { status } from '@grpc/grpc-js'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { createCheckClient } from '../support/check-client.ts'
import { anAllow, startGrpcServer } from '../support/grpc-server.ts'
import { http2Wire } from '../support/http2-wire.ts'

const HIGHEST_STREAM_ID = 2 ** 31 - 1

describe('R33: a server that drains', () => {
  it('answers the calls in flight, then closes', async () => {
    const started = Promise.withResolvers<void>()
    const held = Promise.withResolvers<typeof anAllow>()
    const server = await startGrpcServer({
      check: () => {
        started.resolve()
        return held.promise
      },
    })
    const client = createCheckClient(server.target)
    const response = client.check()
    await started.promise
    const drained = server.drain(10_000)
    held.resolve(anAllow)
    expect((await response).status.code).toBe(0)
    await drained
    expect(server.facts).toHaveLength(1)
    await expect(client.check()).rejects.toMatchObject({ code: status.UNAVAILABLE })
  })

  it('breaks off what is left after the grace time', async () => {
    const started = Promise.withResolvers<void>()
    const server = await startGrpcServer({
      check: () => {
        started.resolve()
        return new Promise(() => undefined)
      },
    })
    const outcome = expect(createCheckClient(server.target).check()).rejects.toMatchObject({
      code: expect.any(Number),
    })
    await started.promise
    await server.drain(60)
    await outcome
  })

  it('answers calls that cross its going away on the wire, then closes', async () => {
    const server = await startGrpcServer()
    const wire = await http2Wire(server.port)
    const before = wire.check()
    await vi.waitFor(() => expect(wire.answered).toContain(before))
    const drained = server.drain(10_000)
    await vi.waitFor(() => expect(wire.goaways).toEqual([HIGHEST_STREAM_ID]))
    const crossing = wire.check()
    await vi.waitFor(() => expect(wire.answered).toContain(crossing))
    await drained
    await vi.waitFor(() => expect(wire.isClosed()).toBe(true))
    expect(wire.goaways.at(-1)).toBe(crossing)
  })

  it('ends early when its peers leave', async () => {
    const server = await startGrpcServer()
    const session = connectHttp2(`http://127.0.0.1:${server.port}`)
    onTestFinished(() => session.destroy())
    await once(session, 'remoteSettings')
    const closed = once(session, 'close')
    const drained = server.drain(600_000)
    await closed
    await drained
  })

  it('takes no more connections', async () => {
    const server = await startGrpcServer()
    const wire = await http2Wire(server.port)
    await server.drain(10_000)
    await vi.waitFor(() => expect(wire.isClosed()).toBe(true))
    const [error] = await once(connect(server.port, '127.0.0.1'), 'error')
    expect(error).toMatchObject({ code: 'ECONNREFUSED' })
  })

  it('ends at once when nobody is connected', async () => {
    const server = await startGrpcServer()
    await server.drain(60_000)
  })

  it('may be stopped twice', async () => {
    const server = await startGrpcServer()
    server.stop()
    server.stop()
    await server.drain(10)
  })
})

describe('a server that stops', () => {
  it('breaks every connection, busy or idle', async () => {
    const started = Promise.withResolvers<void>()
    const server = await startGrpcServer({
      check: () => {
        started.resolve()
        return new Promise(() => undefined)
      },
    })
    const idle = await http2Wire(server.port)
    const call = expect(createCheckClient(server.target).check()).rejects.toMatchObject({
      code: expect.any(Number),
    })
    await started.promise
    server.stop()
    await call
    await vi.waitFor(() => expect(idle.isClosed()).toBe(true))
  })
})

describe('a connection that gets old', () => {
  it('is asked to make way without losing a call, then ended', async () => {
    const server = await startGrpcServer({ maxConnectionAgeMs: 50, budgetMs: 10 })
    const wire = await http2Wire(server.port)
    await vi.waitFor(() => expect(wire.goaways).toEqual([HIGHEST_STREAM_ID]))
    const crossing = wire.check()
    await vi.waitFor(() => expect(wire.answered).toContain(crossing))
    await vi.waitFor(() => expect(wire.isClosed()).toBe(true), 5_000)
  })
})
