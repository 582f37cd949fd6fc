import { connect } from 'node:net'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { GrpcFault } from '../../src/grpc/faults.ts'
import { attack, checkHeaders, wholeCheck } from '../support/attacker.ts'
import { createCheckClient } from '../support/check-client.ts'
import { type RunningGrpcServer, startGrpcServer } from '../support/grpc-server.ts'
import { FLAG, FRAME, frame, preface, resetFrame } from '../support/http2-frames.ts'

const ENHANCE_YOUR_CALM = 0xb
const FRAMES = 30_000

const windowUpdate = (stream: number): Buffer => frame(0x8, 0, stream, Buffer.from([0, 0, 0, 1]))

const start = async (): Promise<{
  readonly server: RunningGrpcServer
  /** Asks on a connection of its own, and is answered. */
  readonly bystander: () => Promise<void>
}> => {
  const server = await startGrpcServer({ engine: 'native' })
  const client = createCheckClient(server.target)
  const bystander = async (): Promise<void> => {
    expect((await client.check()).status.code).toBe(0)
  }
  await bystander()
  return { server, bystander }
}

const times = (count: number, bytes: Buffer): Buffer =>
  Buffer.concat(Array.from({ length: count }, () => bytes))

const FLOODS: readonly (readonly [string, Buffer, GrpcFault])[] = [
  ['SETTINGS', frame(FRAME.settings, 0, 0, Buffer.alloc(0)), 'control_flood'],
  ['large SETTINGS', frame(FRAME.settings, 0, 0, Buffer.alloc(600, 255)), 'control_flood'],
  ['acknowledgements', frame(FRAME.settings, FLAG.ack, 0, Buffer.alloc(0)), 'control_flood'],
  ['PING', frame(FRAME.ping, 0, 0, Buffer.alloc(8)), 'control_flood'],
  ['pongs', frame(FRAME.ping, FLAG.ack, 0, Buffer.alloc(8)), 'control_flood'],
  ['WINDOW_UPDATE', windowUpdate(0), 'control_flood'],
  ['PRIORITY', frame(0x2, 0, 7, Buffer.alloc(5)), 'control_flood'],
  ['frames of no known type', frame(0x55, 0, 0, Buffer.alloc(3)), 'control_flood'],
  ['resets of a stream that has ended', resetFrame(1), 'control_flood'],
]

describe('a flood', () => {
  it.each(FLOODS)('of %s ends the one who sends it, and is counted', async (_, one, kind) => {
    const { server, bystander } = await start()
    const attacker = await attack(server.port)
    attacker.send(wholeCheck(1))
    await vi.waitFor(() => expect(attacker.answered()).toBe(1))
    attacker.send(times(FRAMES, one))
    await bystander()
    await vi.waitFor(() => expect(attacker.isClosed()).toBe(true))
    await bystander()
    expect(server.faults).toEqual([kind])
  })

  it('of PING before the first call ends the one who sends it', async () => {
    const { server, bystander } = await start()
    const attacker = await attack(server.port)
    attacker.send(times(FRAMES, frame(FRAME.ping, 0, 0, Buffer.alloc(8))))
    await vi.waitFor(() => expect(attacker.isClosed()).toBe(true))
    await bystander()
    expect(server.faults).toEqual(['control_flood'])
  })

  it('of empty DATA in a call ends the one who sends it', async () => {
    const { server, bystander } = await start()
    const attacker = await attack(server.port)
    attacker.send(checkHeaders(1))
    attacker.send(times(FRAMES, frame(FRAME.data, 0, 1, Buffer.alloc(0))))
    await vi.waitFor(() => expect(attacker.isClosed()).toBe(true))
    await bystander()
    expect(server.faults).toEqual(['control_flood'])
  })

  it('of CONTINUATION ends the one who sends it', async () => {
    const { server, bystander } = await start()
    const attacker = await attack(server.port)
    attacker.send(wholeCheck(1))
    attacker.send(frame(FRAME.headers, 0, 3, Buffer.alloc(0)))
    attacker.send(times(FRAMES, frame(0x9, 0, 3, Buffer.alloc(1))))
    await vi.waitFor(() => expect(attacker.isClosed()).toBe(true))
    await bystander()
    expect(server.faults).toEqual(['header_block_flood'])
  })

  it('of CONTINUATION before the first call ends the one who sends it', async () => {
    const { server, bystander } = await start()
    const attacker = await attack(server.port)
    attacker.send(frame(FRAME.headers, 0, 1, Buffer.alloc(0)))
    attacker.send(times(FRAMES, frame(0x9, 0, 1, Buffer.alloc(1_000))))
    await vi.waitFor(() => expect(attacker.isClosed()).toBe(true))
    await bystander()
    expect(server.faults).toEqual(['header_block_flood'])
  })

  it('of calls that are given up at once ends nobody: a gateway may do that', async () => {
    const { server, bystander } = await start()
    const attacker = await attack(server.port)
    const calls = 10_000
    for (let call = 0; call < calls; call += 1) {
      const stream = 2 * call + 1
      attacker.send(Buffer.concat([checkHeaders(stream), resetFrame(stream)]))
    }
    attacker.send(wholeCheck(2 * calls + 1))
    await vi.waitFor(() => expect(attacker.answered()).toBe(1))
    await bystander()
    expect(attacker.isClosed()).toBe(false)
    expect(server.faults).toEqual([])
  })
})

describe('a peer that was told why', () => {
  it('hears ENHANCE_YOUR_CALM', async () => {
    const { server } = await start()
    const attacker = await attack(server.port)
    attacker.send(wholeCheck(1))
    // No more than what it takes, so that nothing is unread when the connection is closed.
    let sent = 0
    while (server.faults.length === 0 && sent < FRAMES) {
      attacker.send(times(50, frame(0x55, 0, 0, Buffer.alloc(0))))
      sent += 50
      await new Promise((resolve) => setImmediate(resolve))
    }
    await vi.waitFor(() => expect(attacker.goaways).toEqual([ENHANCE_YOUR_CALM]))
  })
})

describe('a header bomb', () => {
  /** A literal with incremental indexing, whose value has a length of its own octets. */
  const entry = Buffer.concat([
    Buffer.from([0x40, 1]),
    Buffer.from('x'),
    Buffer.from([0x7f, 0xa1, 0x1e]),
    Buffer.alloc(4_000, 'a'),
  ])

  it('is refused on its own stream, and the connection goes on', async () => {
    const { server, bystander } = await start()
    const attacker = await attack(server.port)
    attacker.send(wholeCheck(1))
    // Each octet 0xbe stands for the 4,000 that were just put into the table.
    attacker.send(checkHeaders(3, [entry, Buffer.alloc(8_000, 0xbe)]))
    attacker.send(frame(FRAME.data, FLAG.endStream, 3, Buffer.alloc(5)))
    attacker.send(wholeCheck(5))
    await vi.waitFor(() => expect(attacker.answered()).toBe(3))
    await bystander()
    expect(server.faults).toEqual(['headers_too_large'])
  })
})

describe('a peer that does not read', () => {
  it('is not read from, costs others nothing, and is answered when it reads', async () => {
    const { server, bystander } = await start()
    const attacker = await attack(server.port)
    attacker.stopReading()
    const calls = 20_000
    const chunk: Buffer[] = []
    for (let call = 0; call < calls; call += 1) chunk.push(wholeCheck(2 * call + 1))
    attacker.send(Buffer.concat(chunk))
    await bystander()
    await bystander()
    expect(attacker.answered()).toBe(0)
    attacker.readOn()
    await vi.waitFor(() => expect(attacker.answered()).toBe(calls), 60_000)
    expect(server.faults).toEqual([])
  })
})

describe('tiny windows', () => {
  it('hold answers back for their own connection alone', async () => {
    const { server, bystander } = await start()
    const attacker = await attack(server.port)
    const window = Buffer.alloc(6)
    window.writeUInt16BE(4, 0)
    window.writeUInt32BE(1, 2)
    attacker.send(frame(FRAME.settings, 0, 0, window))
    for (let call = 0; call < 1_000; call += 1) attacker.send(wholeCheck(2 * call + 1))
    await vi.waitFor(() => expect(server.facts.length).toBeGreaterThanOrEqual(1_001))
    await bystander()
    expect(attacker.answered()).toBe(0)
    expect(attacker.isClosed()).toBe(false)
    for (let call = 0; call < 1_000; call += 1) attacker.send(resetFrame(2 * call + 1))
    await bystander()
    expect(server.faults).toEqual([])
  })
})

describe('connections that say nothing, or half of something', () => {
  it.each([
    ['nothing', Buffer.alloc(0)],
    ['half a preface', preface().subarray(0, 12)],
    ['a preface', preface()],
    ['half a call', Buffer.concat([preface(), checkHeaders(1).subarray(0, 20)])],
    ['a call without its message', Buffer.concat([preface(), checkHeaders(1)])],
  ])("a hundred that say %s are in nobody's way", async (_, said) => {
    const { server, bystander } = await start()
    const idle = Array.from({ length: 100 }, () => {
      const socket = connect(server.port, '127.0.0.1')
      onTestFinished(() => void socket.destroy())
      socket.on('error', () => undefined)
      socket.write(said)
      return socket
    })
    await bystander()
    for (const socket of idle) socket.destroy()
    await bystander()
    expect(server.faults).toEqual([])
  })

  it.each([
    ['HTTP/1.1', Buffer.from('GET / HTTP/1.1\r\nhost: x\r\n\r\n')],
    ['a TLS handshake', Buffer.from('160301020001000001fc0303', 'hex')],
    ['zeros', Buffer.alloc(1_000)],
  ])('one that begins with %s is closed and counted', async (_, said) => {
    const { server, bystander } = await start()
    const socket = connect(server.port, '127.0.0.1')
    onTestFinished(() => void socket.destroy())
    socket.on('error', () => undefined)
    socket.resume()
    socket.write(said)
    await vi.waitFor(() => expect(socket.closed).toBe(true))
    await bystander()
    expect(server.faults).toEqual(['bad_preface'])
  })
})
