import { once } from 'node:events'
import { connect } from 'node:net'
import { onTestFinished } from 'vitest'
import { aCheckRequest } from './check-client.ts'
import { checkMethod, ownProtos } from './envoy-protos.ts'
import {
  FLAG,
  FRAME,
  FRAME_HEADER_BYTES,
  frame,
  literal,
  preface,
  resetFrame,
} from './http2-frames.ts'

/**
 * A client that speaks HTTP/2 frame by frame. Unlike a library it can send a call after it was told
 * to go away, which is what a call looks like that crosses that message on the wire.
 */
export interface Http2Wire {
  /** Sends one check about a path; its stream id. */
  readonly check: (path?: string) => number
  /** Calls a method by its path and gives the call up, in one piece. */
  readonly callAndReset: (path: string) => void
  /** Gives a check up, as a gateway does whose downstream went away. */
  readonly reset: (stream: number) => void
  /** The streams on which an answer has come. */
  readonly answered: ReadonlySet<number>
  /** The last-stream-ids of the GOAWAY frames so far. */
  readonly goaways: readonly number[]
  readonly isClosed: () => boolean
}

const method = checkMethod(ownProtos())

const callFrames = (stream: number, path: string, called: string = method.path): Buffer => {
  const message = method.requestSerialize(aCheckRequest({ path }))
  const prefix = Buffer.alloc(5)
  prefix.writeUInt32BE(message.length, 1)
  const headers = [
    [':method', 'POST'],
    [':scheme', 'http'],
    [':path', called],
    [':authority', 'sallyport'],
    ['content-type', 'application/grpc'],
    ['te', 'trailers'],
  ] as const
  return Buffer.concat([
    frame(FRAME.headers, FLAG.endHeaders, stream, Buffer.concat(headers.map(literal))),
    frame(FRAME.data, FLAG.endStream, stream, Buffer.concat([prefix, message])),
  ])
}

/** Connects to a server on the loopback interface. The connection ends with the test. */
export const http2Wire = async (port: number): Promise<Http2Wire> => {
  const socket = connect(port, '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  await once(socket, 'connect')
  socket.on('error', () => undefined)
  socket.write(preface())

  const answered = new Set<number>()
  const goaways: number[] = []
  let received = Buffer.alloc(0)
  let nextStream = 1

  const take = (type: number, flags: number, stream: number, payload: Buffer): void => {
    if (type === FRAME.settings && flags !== FLAG.ack) {
      socket.write(frame(FRAME.settings, FLAG.ack, 0, Buffer.alloc(0)))
    }
    if (type === FRAME.data && payload.length > 0) answered.add(stream)
    if (type === FRAME.goaway) goaways.push(payload.readUInt32BE(0))
  }

  socket.on('data', (bytes: Buffer) => {
    received = Buffer.concat([received, bytes])
    while (received.length >= FRAME_HEADER_BYTES) {
      const end = FRAME_HEADER_BYTES + received.readUIntBE(0, 3)
      if (received.length < end) return
      const payload = received.subarray(FRAME_HEADER_BYTES, end)
      take(received.readUInt8(3), received.readUInt8(4), received.readUInt32BE(5), payload)
      received = received.subarray(end)
    }
  })

  return {
    check: (path = '/') => {
      const stream = nextStream
      nextStream += 2
      socket.write(callFrames(stream, path))
      return stream
    },
    callAndReset: (path) => {
      const stream = nextStream
      nextStream += 2
      socket.write(Buffer.concat([callFrames(stream, '/', path), resetFrame(stream)]))
    },
    reset: (stream) => void socket.write(resetFrame(stream)),
    answered,
    goaways,
    isClosed: () => socket.closed || socket.readableEnded,
  }
}
