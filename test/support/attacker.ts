import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'
import { aCheckRequest } from './check-client.ts'
import { checkMethod, ownProtos } from './envoy-protos.ts'
import { FLAG, FRAME, FRAME_HEADER_BYTES, frame, literal, preface } from './http2-frames.ts'

/** A peer that writes what it likes, and may stop reading. */
export interface Attacker {
  readonly send: (bytes: Buffer) => void
  /** The streams that have ended with an answer. */
  readonly answered: () => number
  /** The error codes of the GOAWAY frames so far. */
  readonly goaways: readonly number[]
  readonly isClosed: () => boolean
  readonly stopReading: () => void
  readonly readOn: () => void
}

const method = checkMethod(ownProtos())
const MESSAGE = method.requestSerialize(aCheckRequest())

/** The frame that begins a check, with more fields than it needs where asked for. */
export const checkHeaders = (stream: number, more: readonly Buffer[] = []): Buffer => {
  const fields = [
    [':method', 'POST'],
    [':scheme', 'http'],
    [':path', method.path],
    [':authority', 'sallyport'],
    ['content-type', 'application/grpc'],
    ['te', 'trailers'],
  ] as const
  const block = Buffer.concat([...fields.map(literal), ...more])
  return frame(FRAME.headers, FLAG.endHeaders, stream, block)
}

/** The frame that ends it. */
export const checkData = (stream: number): Buffer => {
  const prefix = Buffer.alloc(5)
  prefix.writeUInt32BE(MESSAGE.length, 1)
  return frame(FRAME.data, FLAG.endStream, stream, Buffer.concat([prefix, MESSAGE]))
}

/** A whole check. */
export const wholeCheck = (stream: number): Buffer =>
  Buffer.concat([checkHeaders(stream), checkData(stream)])

/** A WINDOW_UPDATE that leaves the window of the connection wide enough for all. */
const WIDEST = frame(0x8, 0, 0, Buffer.from('7f000000', 'hex'))

/** Connects to a server on the loopback interface and says the preface; it ends with the test. */
export const attack = async (port: number): Promise<Attacker> => {
  const socket: Socket = connect(port, '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  socket.write(Buffer.concat([preface(), WIDEST]))
  const goaways: number[] = []
  let answered = 0
  let received: Buffer = Buffer.alloc(0)

  const take = (type: number, flags: number, payload: Buffer): void => {
    const isEnd = (flags & FLAG.endStream) !== 0
    if (isEnd && (type === FRAME.headers || type === FRAME.data)) answered += 1
    if (type === FRAME.goaway) goaways.push(payload.readUInt32BE(4))
  }

  socket.on('data', (bytes: Buffer) => {
    received = received.length === 0 ? bytes : Buffer.concat([received, bytes])
    let at = 0
    while (received.length >= at + FRAME_HEADER_BYTES) {
      const end = at + FRAME_HEADER_BYTES + received.readUIntBE(at, 3)
      if (received.length < end) break
      take(received.readUInt8(at + 3), received.readUInt8(at + 4), received.subarray(at + 9, end))
      at = end
    }
    received = received.subarray(at)
  })

  return {
    send: (bytes) => void socket.write(bytes),
    answered: () => answered,
    goaways,
    isClosed: () => socket.closed || socket.readableEnded,
    stopReading: () => void socket.pause(),
    readOn: () => void socket.resume(),
  }
}
