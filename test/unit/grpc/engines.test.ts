import { PassThrough } from 'node:stream'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createEngines } from '../../../src/grpc/engines.ts'

const LIBRARY = '../../../src/grpc/grpc-js/engine.ts'

afterEach(() => {
  vi.doUnmock(LIBRARY)
  vi.resetModules()
})

/** Engines where grpc-js takes every connection, with what went wrong. */
const byLibrary = () => {
  const errors: unknown[] = []
  const engines = createEngines({
    engine: 'grpc-js',
    serve: () => undefined,
    maxMessageBytes: 1_024,
    onFault: () => undefined,
    onError: (error) => errors.push(error),
    clock: { nowMs: () => 0 },
  })
  const connect = () => {
    const socket = new PassThrough()
    engines.accept(socket as never)
    return socket
  }
  return { errors, connect }
}

describe('what serves everything but checks', () => {
  it('costs one connection where it cannot be loaded, and serves the next one', async () => {
    vi.doMock(LIBRARY, () => {
      throw new Error('too many open files')
    })
    const { errors, connect } = byLibrary()
    const first = connect()
    await vi.waitFor(() => expect(errors).toHaveLength(1))
    expect(first.destroyed).toBe(true)

    const accepted: unknown[] = []
    vi.doMock(LIBRARY, () => ({
      createGrpcJsEngine: () => ({
        accept: (connection: unknown) => accepted.push(connection),
        setServing: () => undefined,
        endHealth: () => undefined,
      }),
    }))
    const second = connect()
    await vi.waitFor(() => expect(accepted).toEqual([second]))
    expect(errors).toHaveLength(1)
    expect(second.destroyed).toBe(false)
  })
})
