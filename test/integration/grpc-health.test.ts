import { ChannelCredentials, Client, status } from '@grpc/grpc-js'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { methodOf, ownProtos } from '../support/envoy-protos.ts'
import { startGrpcServer } from '../support/grpc-server.ts'

const SERVICE = 'envoy.service.auth.v3.Authorization'
const SERVING = { status: 1 }
const NOT_SERVING = { status: 2 }
const SERVICE_UNKNOWN = { status: 3 }

const healthMethod = (name: string) => methodOf(ownProtos(), 'grpc.health.v1.Health', name)

const healthClient = (target: string) => {
  const client = new Client(target, ChannelCredentials.createInsecure())
  onTestFinished(() => client.close())
  return {
    check: (service: string) => {
      const { promise, resolve, reject } = Promise.withResolvers<object>()
      const { path, requestSerialize, responseDeserialize } = healthMethod('Check')
      client.makeUnaryRequest(
        path,
        requestSerialize,
        responseDeserialize,
        { service },
        (error, value) => (value === undefined ? reject(error) : resolve(value)),
      )
      return promise
    },
    watch: (service: string) => {
      const seen: object[] = []
      const errors: unknown[] = []
      const { path, requestSerialize, responseDeserialize } = healthMethod('Watch')
      const call = client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, {
        service,
      })
      call.on('data', (value: object) => seen.push(value))
      call.on('error', (error) => errors.push(error))
      return { seen, errors, cancel: () => call.cancel() }
    },
  }
}

describe('grpc.health.v1', () => {
  it.each(['', SERVICE])('%j is not serving until it is said so', async (service) => {
    const server = await startGrpcServer()
    const client = healthClient(server.target)
    expect(await client.check(service)).toEqual(NOT_SERVING)
    server.setServing(true)
    expect(await client.check(service)).toEqual(SERVING)
    server.setServing(false)
    expect(await client.check(service)).toEqual(NOT_SERVING)
  })

  it('does not know another service', async () => {
    const server = await startGrpcServer()
    await expect(healthClient(server.target).check('other.Service')).rejects.toMatchObject({
      code: status.NOT_FOUND,
    })
  })

  it('R33: Watch tells every change once, and ends when the server drains', async () => {
    const server = await startGrpcServer()
    const { seen, errors } = healthClient(server.target).watch(SERVICE)
    await vi.waitFor(() => expect(seen).toEqual([NOT_SERVING]))
    server.setServing(true)
    server.setServing(true)
    await vi.waitFor(() => expect(seen).toEqual([NOT_SERVING, SERVING]))
    await server.drain(10_000)
    await vi.waitFor(() => expect(errors).toMatchObject([{ code: status.UNAVAILABLE }]))
    expect(seen).toEqual([NOT_SERVING, SERVING, NOT_SERVING])
  })

  it('Watch says of another service that it is unknown, and nothing more', async () => {
    const server = await startGrpcServer()
    const client = healthClient(server.target)
    const { seen } = client.watch('other.Service')
    await vi.waitFor(() => expect(seen).toEqual([SERVICE_UNKNOWN]))
    server.setServing(true)
    await client.check('')
    expect(seen).toEqual([SERVICE_UNKNOWN])
  })

  it('a Watch that was cancelled is forgotten', async () => {
    const server = await startGrpcServer()
    const client = healthClient(server.target)
    const { seen, errors, cancel } = client.watch('')
    await vi.waitFor(() => expect(seen).toEqual([NOT_SERVING]))
    cancel()
    await vi.waitFor(() => expect(errors).toMatchObject([{ code: status.CANCELLED }]))
    server.setServing(true)
    expect(await client.check('')).toEqual(SERVING)
    expect(seen).toEqual([NOT_SERVING])
  })
})
