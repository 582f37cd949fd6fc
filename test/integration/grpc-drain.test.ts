import { once } from 'node:events'
import { connect } from 'node:net'
import { status } from '@grpc/grpc-js'
import { describe, expect, it, vi } from 'vitest'
import { createCheckClient } from '../support/check-client.ts'
import { anAllow, startGrpcServer } from '../support/grpc-server.ts'
import { http2Wire } from '../support/http2-wire.ts'

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

  it('tells its peer which calls it has not begun, and begins none of them', async () => {
    const held = Promise.withResolvers<typeof anAllow>()
    const check = vi.fn(() => held.promise)
    const server = await startGrpcServer({ check })
    const wire = await http2Wire(server.port)
    const begun = wire.check()
    await vi.waitFor(() => expect(check).toHaveBeenCalledTimes(1))
    const drained = server.drain(10_000)
    await vi.waitFor(() => expect(wire.goaways).toEqual([begun]))
    const crossing = wire.check()
    held.resolve(anAllow)
    await vi.waitFor(() => expect(wire.answered).toContain(begun))
    await drained
    await vi.waitFor(() => expect(wire.isClosed()).toBe(true))
    expect(wire.answered).not.toContain(crossing)
    expect(check).toHaveBeenCalledTimes(1)
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
  it('is asked to make way, and ends when its calls are answered', async () => {
    const held = Promise.withResolvers<typeof anAllow>()
    const server = await startGrpcServer({ check: () => held.promise, maxConnectionAgeMs: 100 })
    const wire = await http2Wire(server.port)
    const begun = wire.check()
    await vi.waitFor(() => expect(wire.goaways.at(-1)).toBe(begun))
    expect(wire.isClosed()).toBe(false)
    held.resolve(anAllow)
    await vi.waitFor(() => expect(wire.answered).toContain(begun))
    await vi.waitFor(() => expect(wire.isClosed()).toBe(true))
    expect((await createCheckClient(server.target).check()).status.code).toBe(0)
  })
})
