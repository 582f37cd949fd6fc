import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { FLAG, FRAME, frame } from '../../test/support/http2-frames.ts'
import { type Answered, createExchanges, type WireRequest } from './exchanges.ts'
import { createFrameReader, type ReceivedFrame } from './frames.ts'
import { createHeaderEncoder, type HeaderEncoder } from './hpack.ts'

/** Whom to trust, and the name that the certificate must carry. */
export interface ClientTls {
  readonly ca: string
  readonly servername: string
}

/** One connection, whose requests are under way side by side. */
export interface Connection {
  /** Sends with whatever else is sent in the same turn of the event loop. */
  readonly send: (request: WireRequest, answered: Answered) => void
  readonly close: () => void
}

/** What becomes of a connection. */
export interface ConnectionEvents {
  /** Something is wrong with it or with the peer; nothing else is told afterwards. */
  readonly failed: (error: Error) => void
  /**
   * The peer takes no more requests, and nothing is wrong: it is old, or the peer is to end. Those
   * that it did not take are handed back. It closes when what is under way was answered.
   */
  readonly leaving: (refused: readonly (readonly [WireRequest, Answered])[]) => void
}

/** Types and settings that only this client needs (RFC 9113 sections 6 and 11.3). */
const WINDOW_UPDATE = 0x8
const HEADER_TABLE_SIZE = 0x1
const INITIAL_WINDOW_SIZE = 0x4

/** What either side may send of one stream, and of all, before it hears of the other's settings. */
const DEFAULT_WINDOW = 65_535
/** No peer refuses frames of this size. */
const FRAME_BYTES = 16_384
/** What the peer may send of one answer: more than any is. */
const STREAM_WINDOW = 0x100_0000
/** What the peer may send on the connection before it is told that more may come. */
const CONNECTION_WINDOW = 0x4000_0000

const EMPTY = Buffer.alloc(0)
const setting = (id: number, value: number): Buffer => {
  const bytes = Buffer.alloc(6)
  bytes.writeUInt16BE(id)
  bytes.writeUInt32BE(value, 2)
  return bytes
}

const word = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/** What a client sends first: large windows, so that no answer ever waits for this side. */
const greeting = (): Buffer =>
  Buffer.concat([
    Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
    frame(FRAME.settings, 0, 0, setting(INITIAL_WINDOW_SIZE, STREAM_WINDOW)),
    frame(WINDOW_UPDATE, 0, 0, word(CONNECTION_WINDOW)),
  ])

/** What was heard of the peer's settings. */
const readSettings = (payload: Buffer): ReadonlyMap<number, number> => {
  const heard = new Map<number, number>()
  for (let at = 0; at + 6 <= payload.length; at += 6) {
    heard.set(payload.readUInt16BE(at), payload.readUInt32BE(at + 2))
  }
  return heard
}

const socketTo = (url: URL, tls: ClientTls | undefined): Socket => {
  const address = { host: url.hostname, port: Number(url.port) }
  if (tls === undefined) return connectTcp({ ...address, noDelay: true })
  const socket = connectTls({ ...address, ...tls, ALPNProtocols: ['h2'] })
  socket.setNoDelay(true)
  return socket
}

/** A body in pieces that fit into a frame each, and whether a piece is the last. */
const piecesOf = function* (body: Buffer): Generator<readonly [piece: Buffer, isLast: boolean]> {
  for (let at = 0; at < body.length; at += FRAME_BYTES) {
    yield [body.subarray(at, at + FRAME_BYTES), at + FRAME_BYTES >= body.length]
  }
}

/** Gathers what is written in one turn of the event loop. */
const createOutgoing = (socket: Socket) => {
  let parts: Buffer[] = []
  const flush = (): void => {
    const bytes = Buffer.concat(parts)
    parts = []
    if (!socket.destroyed) socket.write(bytes)
  }
  return (...more: readonly Buffer[]): void => {
    if (parts.length === 0) queueMicrotask(flush)
    parts.push(...more)
  }
}

/** What this side may send, as the peer has it, and what waits for more. */
const createBudget = () => {
  const waiting: { readonly bytes: number; readonly send: () => void }[] = []
  let window = DEFAULT_WINDOW
  const sendWhatFits = (): void => {
    for (let next = waiting[0]; next !== undefined && next.bytes <= window; next = waiting[0]) {
      waiting.shift()
      window -= next.bytes
      next.send()
    }
  }
  return {
    whenThereIsRoom: (bytes: number, send: () => void): void => {
      waiting.push({ bytes, send })
      sendWhatFits()
    },
    grow: (bytes: number): void => {
      window += bytes
      sendWhatFits()
    },
  }
}

/**
 * Opens an HTTP/2 connection whose client costs little: no streams, no promises, one write for all
 * that is sent in a turn. Ready when the peer's settings are known. A stream that is reset, a GOAWAY
 * with a fault, an end that nobody wanted: all of that is a failure.
 */
export const openConnection = (
  address: { readonly url: string; readonly tls?: ClientTls },
  { failed, leaving }: ConnectionEvents,
): Promise<Connection> => {
  const { promise, resolve } = Promise.withResolvers<Connection>()
  const socket = socketTo(new URL(address.url), address.tls)
  const write = createOutgoing(socket)
  const budget = createBudget()
  const exchanges = createExchanges()
  let encoder: HeaderEncoder | undefined
  let nextStream = 1
  let streamWindow = DEFAULT_WINDOW
  let received = 0
  let isLeaving = false
  let isOver = false

  const close = (): void => {
    isOver = true
    socket.destroy()
  }
  const fail = (message: string): void => {
    if (isOver) return
    close()
    failed(new Error(message))
  }
  const send: Connection['send'] = (request, answered) => {
    const { headers, body } = request
    const bytes = body?.length ?? 0
    if (bytes > streamWindow) throw new Error('A request is larger than the window of a stream.')
    const block = encoder?.encode(headers) ?? EMPTY
    if (block.length > FRAME_BYTES) throw new Error('These headers are larger than one frame.')
    const stream = nextStream
    nextStream += 2
    exchanges.begin(stream, request, answered)
    const last = bytes === 0 ? FLAG.endStream : 0
    write(frame(FRAME.headers, FLAG.endHeaders | last, stream, block))
    for (const [piece, isLast] of piecesOf(body ?? EMPTY)) {
      const sendPiece = () => write(frame(FRAME.data, isLast ? FLAG.endStream : 0, stream, piece))
      budget.whenThereIsRoom(piece.length, sendPiece)
    }
  }
  const takeSettings = ({ flags, payload }: ReceivedFrame): void => {
    if ((flags & FLAG.ack) !== 0) return
    const heard = readSettings(payload)
    streamWindow = heard.get(INITIAL_WINDOW_SIZE) ?? streamWindow
    write(frame(FRAME.settings, FLAG.ack, 0, EMPTY))
    if (encoder !== undefined) return
    encoder = createHeaderEncoder(heard.get(HEADER_TABLE_SIZE))
    resolve({ send, close })
  }
  const countReceived = (bytes: number): void => {
    received += bytes
    if (received < CONNECTION_WINDOW / 2) return
    write(frame(WINDOW_UPDATE, 0, 0, word(received)))
    received = 0
  }
  const takeGoaway = ({ payload }: ReceivedFrame): void => {
    const code = payload.readUInt32BE(4)
    if (code !== 0) throw new Error(`The peer went away with code ${code}.`)
    isLeaving = true
    leaving(exchanges.forgetAfter(payload.readUInt32BE(0)))
  }
  const take = (one: ReceivedFrame): void => {
    if (one.type === FRAME.rstStream) {
      throw new Error(`Stream ${one.stream} was reset with code ${one.payload.readUInt32BE()}.`)
    }
    if (one.type === FRAME.goaway) takeGoaway(one)
    if (one.type === FRAME.settings) takeSettings(one)
    if (one.type === FRAME.data) countReceived(one.payload.length)
    if (one.type === WINDOW_UPDATE && one.stream === 0) budget.grow(one.payload.readUInt32BE())
    if (one.type === FRAME.ping && (one.flags & FLAG.ack) === 0) {
      write(frame(FRAME.ping, FLAG.ack, 0, Buffer.from(one.payload)))
    }
    exchanges.take(one)
    if (isLeaving && exchanges.underWay() === 0) close()
  }

  const read = createFrameReader(take)
  socket.on('data', (chunk: Buffer) => {
    try {
      read(chunk)
    } catch (error) {
      fail(String(error))
    }
  })
  socket.on('error', ({ message }) => fail(message))
  socket.on('close', () => fail('The peer closed the connection.'))
  socket.write(greeting())
  return promise
}
