import { once } from 'node:events'
import {
  type ClientHttp2Session,
  connect as connectHttp2,
  createServer as createHttp2Server,
} from 'node:http2'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import {
  type Connection,
  createDoor,
  type DoorDeps,
  OPENING_MS,
} from '../../../../src/grpc/opening/door.ts'
import { handSetClock } from '../../../support/hand-set-clock.ts'
import { type HandSetTimers, handSetTimers } from '../../../support/hand-set-timers.ts'
import { FLAG, FRAME, frame, preface } from '../../../support/http2-frames.ts'

interface House {
  readonly port: number
  readonly connections: readonly Connection[]
  readonly silences: () => number
  readonly timers: HandSetTimers
}

/** A door on a free port; what is no check gets an echo of `node:http2`. */
const openHouse = async (changes: Partial<DoorDeps> = {}): Promise<House> => {
  const others = createHttp2Server((request, response) => {
    request.pipe(response)
  })
  others.on('sessionError', () => undefined)
  let silences = 0
  const timers = handSetTimers(handSetClock())
  const door = createDoor({
    pathIn: () => '/other',
    isCheckPath: (path) => path === '/check',
    serveChecks: () => ({ announceEnd: () => undefined }),
    serveOthers: (stream) => void others.emit('connection', stream),
    onSilence: () => {
      silences += 1
    },
    timers,
    ...changes,
  })
  const connections: Connection[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    connections.push(door(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  const { port } = server.address() as AddressInfo
  return { port, connections, silences: () => silences, timers }
}

const http2Client = (port: number): ClientHttp2Session => {
  const session = connectHttp2(`http://127.0.0.1:${port}`)
  onTestFinished(() => session.destroy())
  session.on('error', () => undefined)
  return session
}

const echo = async (session: ClientHttp2Session, body: Buffer): Promise<Buffer> => {
  const stream = session.request({ ':method': 'POST', ':path': '/other' })
  stream.end(body)
  const parts: Buffer[] = []
  for await (const part of stream) parts.push(part as Buffer)
  return Buffer.concat(parts)
}

/** A peer that speaks frame by frame. */
const speaking = async (
  port: number,
): Promise<{ readonly socket: Socket; heard: () => Buffer }> => {
  const socket = connect(port, '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  socket.on('error', () => undefined)
  let heard = Buffer.alloc(0)
  socket.on('data', (bytes: Buffer) => {
    heard = Buffer.concat([heard, bytes])
  })
  await once(socket, 'connect')
  return { socket, heard: () => heard }
}

const isGone = (socket: Socket): boolean => socket.closed || socket.readableEnded

const NOTICE = frame(FRAME.goaway, 0, 0, Buffer.from('7fffffff00000000', 'hex'))
const SETTINGS = frame(FRAME.settings, 0, 0, Buffer.alloc(0))
const ACK = frame(FRAME.settings, FLAG.ack, 0, Buffer.alloc(0))

describe('what is no check', () => {
  it('is served by node:http2 as if it had heard all of it', async () => {
    const { port } = await openHouse()
    const session = http2Client(port)
    const body = Buffer.alloc(300_000, 'large')
    expect(await echo(session, body)).toEqual(body)
    expect(await echo(session, Buffer.from('small'))).toEqual(Buffer.from('small'))
    expect(session.closed).toBe(false)
  })

  it('is served after a peer has waited for settings and acknowledgements', async () => {
    const { port } = await openHouse()
    const session = http2Client(port)
    await once(session, 'localSettings')
    expect(await echo(session, Buffer.from('later'))).toEqual(Buffer.from('later'))
  })

  it('is asked to leave between two frames, and served on', async () => {
    const { port, connections } = await openHouse()
    const session = http2Client(port)
    expect(await echo(session, Buffer.from('before'))).toEqual(Buffer.from('before'))
    const told = once(session, 'goaway')
    const stream = session.request({ ':method': 'POST', ':path': '/other' })
    connections[0]?.announceEnd()
    expect(await told).toEqual([0, 2 ** 31 - 1, undefined])
    stream.end('after')
    const parts: Buffer[] = []
    for await (const part of stream) parts.push(part as Buffer)
    expect(Buffer.concat(parts).toString()).toBe('after')
  })

  it('ends when its peer goes', async () => {
    const streams: { readonly destroyed: boolean }[] = []
    const { port } = await openHouse({ serveOthers: (stream) => void streams.push(stream) })
    const { socket } = await speaking(port)
    socket.write(Buffer.concat([preface(), frame(FRAME.headers, FLAG.endHeaders, 1, ACK)]))
    await vi.waitFor(() => expect(streams).toHaveLength(1))
    socket.destroy()
    await vi.waitFor(() => expect(streams[0]?.destroyed).toBe(true))
  })
})

describe('a check', () => {
  it('is served with everything that was said', async () => {
    const seen: Buffer[] = []
    const { port } = await openHouse({
      pathIn: () => '/check',
      serveChecks: (socket, opened) => {
        seen.push(opened.replay)
        socket.on('data', (bytes: Buffer) => seen.push(bytes))
        return { announceEnd: () => void socket.write('told') }
      },
    })
    const { socket } = await speaking(port)
    const call = frame(FRAME.headers, FLAG.endHeaders, 1, Buffer.from('call'))
    socket.write(Buffer.concat([preface(), call]))
    await vi.waitFor(() => expect(Buffer.concat(seen)).toEqual(Buffer.concat([preface(), call])))
    socket.write('more')
    await vi.waitFor(() => expect(Buffer.concat(seen).subarray(-4).toString()).toBe('more'))
  })
})

describe('a connection without a call', () => {
  it('is asked to leave as soon as it has said that it speaks HTTP/2', async () => {
    const { port, connections } = await openHouse()
    const { socket, heard } = await speaking(port)
    await vi.waitFor(() => expect(connections).toHaveLength(1))
    connections[0]?.announceEnd()
    socket.write(preface())
    await vi.waitFor(() => expect(heard()).toEqual(Buffer.concat([SETTINGS, ACK, NOTICE])))
  })

  it('is asked to leave after it has said so', async () => {
    const { port, connections } = await openHouse()
    const { socket, heard } = await speaking(port)
    socket.write(preface())
    await vi.waitFor(() => expect(heard()).toEqual(Buffer.concat([SETTINGS, ACK])))
    connections[0]?.announceEnd()
    await vi.waitFor(() => expect(heard()).toEqual(Buffer.concat([SETTINGS, ACK, NOTICE])))
  })

  it('that was asked to leave is asked again once its first call has an engine', async () => {
    const announceEnd = vi.fn()
    const { port, connections } = await openHouse({
      pathIn: () => '/check',
      serveChecks: () => ({ announceEnd }),
    })
    const { socket, heard } = await speaking(port)
    socket.write(preface())
    await vi.waitFor(() => expect(heard()).toEqual(Buffer.concat([SETTINGS, ACK])))
    connections[0]?.announceEnd()
    socket.write(frame(FRAME.headers, FLAG.endHeaders, 1, ACK))
    await vi.waitFor(() => expect(announceEnd).toHaveBeenCalledTimes(1))
  })

  it.each([
    ['says nothing', Buffer.alloc(0)],
    ['says half of what it has to', preface().subarray(0, 30)],
    ['stops within a frame', Buffer.concat([preface(), ACK.subarray(0, 4)])],
  ])('that %s is left after its time, and not before', async (_, said) => {
    const { port, connections, silences, timers } = await openHouse()
    const { socket, heard } = await speaking(port)
    await vi.waitFor(() => expect(connections).toHaveLength(1))
    const before = Buffer.concat([preface(), ACK.subarray(0, 4)])
    socket.write(said)
    if (said.length === before.length) await vi.waitFor(() => expect(heard().length).toBe(18))
    timers.pass(OPENING_MS - 1)
    expect(silences()).toBe(0)
    timers.pass(1)
    await vi.waitFor(() => expect(isGone(socket)).toBe(true))
    expect(silences()).toBe(1)
  })

  it('may wait with its call for as long as it likes', async () => {
    const { port, silences, timers } = await openHouse()
    const { socket, heard } = await speaking(port)
    socket.write(preface())
    await vi.waitFor(() => expect(heard()).toEqual(Buffer.concat([SETTINGS, ACK])))
    timers.pass(OPENING_MS * 10)
    expect(isGone(socket)).toBe(false)
    expect(silences()).toBe(0)
  })
})
