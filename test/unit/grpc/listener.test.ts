import { once } from 'node:events'
import net, { connect } from 'node:net'
import { expect, it, onTestFinished, vi } from 'vitest'
import { createListener } from '../../../src/grpc/listener.ts'

it('a connection that could not be accepted leaves the port open', async () => {
  const created = vi.spyOn(net.Server.prototype, 'listen')
  const accept = vi.fn()
  const listener = createListener({ listen: '127.0.0.1:0', maxAgeMs: 60_000, graceMs: 1, accept })
  const { port } = await listener.open()
  const server: unknown = created.mock.contexts[0]
  if (!(server instanceof net.Server)) throw new Error('Nothing was opened.')
  onTestFinished(() => {
    listener.close()
    listener.destroy()
  })
  server.emit('error', Object.assign(new Error('accept EMFILE'), { code: 'EMFILE' }))
  server.emit('error', Object.assign(new Error('accept EMFILE'), { code: 'EMFILE' }))
  await once(connect(port, '127.0.0.1'), 'connect')
  await vi.waitFor(() => expect(accept).toHaveBeenCalledTimes(1))
})

it('whoever connects after all were asked to leave is asked as well', async () => {
  const announceEnd = vi.fn()
  const accept = vi.fn(() => ({ announceEnd }))
  const listener = createListener({ listen: '127.0.0.1:0', maxAgeMs: 60_000, graceMs: 1, accept })
  const { port } = await listener.open()
  onTestFinished(() => {
    listener.close()
    listener.destroy()
  })
  const early = connect(port, '127.0.0.1')
  await vi.waitFor(() => expect(accept).toHaveBeenCalledTimes(1))
  expect(announceEnd).not.toHaveBeenCalled()
  listener.announceEnd()
  expect(announceEnd).toHaveBeenCalledTimes(1)
  const late = connect(port, '127.0.0.1')
  onTestFinished(() => {
    early.destroy()
    late.destroy()
  })
  await vi.waitFor(() => expect(accept).toHaveBeenCalledTimes(2))
  expect(announceEnd).toHaveBeenCalledTimes(2)
})
