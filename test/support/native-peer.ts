import { Duplex } from 'node:stream'
import type { CheckCall } from '../../src/grpc/call/check-call.ts'
import type { Beginning, NativeConnection } from '../../src/grpc/native/connection.ts'
import { NATIVE_LIMITS, type NativeDeps, type NativeLimits } from '../../src/grpc/native/deps.ts'
import { createNativeEngine } from '../../src/grpc/native/engine.ts'
import { type HandSetClock, handSetClock } from './hand-set-clock.ts'
import { type HandSetTimers, handSetTimers } from './hand-set-timers.ts'
import { FLAG, FRAME, FRAME_HEADER_BYTES, frame, literal, preface } from './http2-frames.ts'

/** A frame that the engine has sent. */
export interface SentFrame {
  readonly type: number
  readonly flags: number
  readonly stream: number
  readonly payload: Buffer
}

/** What a test may say of the engine; whatever it does not say is as it is in production. */
export interface NativeEngineOptions {
  readonly serve?: (call: CheckCall) => void
  readonly health?: (service: string) => boolean | undefined
  readonly limits?: Partial<NativeLimits>
}

/** What the engine is given in tests, and what it has told. */
export interface NativeBench {
  readonly deps: NativeDeps
  readonly calls: readonly CheckCall[]
  readonly faults: readonly string[]
  readonly clock: HandSetClock
  readonly timers: HandSetTimers
}

/** Without `serve`, every message is sent back as it came. */
export const nativeBench = (options: NativeEngineOptions = {}): NativeBench => {
  const clock = handSetClock()
  const timers = handSetTimers(clock)
  const calls: CheckCall[] = []
  const faults: string[] = []
  const serve = options.serve ?? ((call: CheckCall) => call.answer(call.message))
  const deps: NativeDeps = {
    serve: (call) => {
      calls.push(call)
      serve(call)
    },
    health: options.health ?? ((service) => (service === '' ? true : undefined)),
    onFault: (kind) => faults.push(kind),
    clock,
    timers,
    limits: { ...NATIVE_LIMITS, ...options.limits },
  }
  return { deps, calls, faults, clock, timers }
}

/** A peer that writes frame by frame, without a network: what it sends has been read at once. */
export interface NativePeer extends NativeBench {
  readonly connection: NativeConnection
  /** Sends bytes, which arrive as one chunk. */
  readonly send: (...bytes: readonly Buffer[]) => void
  /** The frames that have come since this was called before. */
  readonly received: () => readonly SentFrame[]
  /** How many writes they came in. */
  readonly writes: () => number
  /** The bytes of memory that the last of these writes kept until it was taken. */
  readonly memory: () => number
  /** Does not take what is sent until it is told to. */
  readonly stopReading: () => void
  readonly goOnReading: () => void
  readonly isPaused: () => boolean
  /** Whether the engine has ended its side, and whether the connection is closed. */
  readonly isEnded: () => boolean
  readonly isDestroyed: () => boolean
  /** Closes the connection as a peer that goes away does. */
  readonly hangUp: () => Promise<void>
}

/** Cuts bytes into frames; they are all there. */
export const framesOf = (bytes: Buffer): readonly SentFrame[] => {
  const frames: SentFrame[] = []
  let at = 0
  while (at < bytes.length) {
    const end = at + FRAME_HEADER_BYTES + bytes.readUIntBE(at, 3)
    frames.push({
      type: bytes.readUInt8(at + 3),
      flags: bytes.readUInt8(at + 4),
      stream: bytes.readUInt32BE(at + 5),
      payload: bytes.subarray(at + FRAME_HEADER_BYTES, end),
    })
    at = end
  }
  return frames
}

/**
 * Connects a peer to an engine of its own, which may be handed what the peer has said before, or a
 * socket that is closed. Nothing is sent before `send`.
 */
export const nativePeer = (
  options: NativeEngineOptions = {},
  beginning: Beginning = { bytes: Buffer.alloc(0), acknowledged: 0 },
  isClosed = false,
): NativePeer => {
  const bench = nativeBench(options)
  let sent: Buffer[] = []
  let writes = 0
  let memory = 0
  const noteMemory = (chunks: readonly Buffer[]): void => {
    const kept = new Set(chunks.map(({ buffer }) => buffer))
    memory = [...kept].reduce((sum, { byteLength }) => sum + byteLength, 0)
  }
  let waiting: (() => void)[] = []
  let isReading = true
  const socket = new Duplex({
    // So that a few hundred bytes are as many as a socket takes at once.
    writableHighWaterMark: 500,
    read: () => undefined,
    write: (chunk: Buffer, _, done) => {
      sent.push(Buffer.from(chunk))
      noteMemory([chunk])
      writes += 1
      if (isReading) done()
      else waiting.push(done)
    },
    writev: (chunks, done) => {
      noteMemory(chunks.map(({ chunk }) => chunk))
      for (const { chunk } of chunks) sent.push(Buffer.from(chunk))
      writes += 1
      if (isReading) done()
      else waiting.push(done)
    },
  })
  if (isClosed) socket.destroy()
  const connection = createNativeEngine(bench.deps).take(socket, beginning)
  return {
    ...bench,
    connection,
    send: (...bytes) => void socket.emit('data', Buffer.concat(bytes)),
    received: () => {
      const frames = framesOf(Buffer.concat(sent))
      sent = []
      return frames
    },
    writes: () => writes,
    memory: () => memory,
    stopReading: () => {
      isReading = false
    },
    goOnReading: () => {
      isReading = true
      const held = waiting
      waiting = []
      for (const done of held) done()
    },
    isPaused: () => socket.isPaused(),
    isEnded: () => socket.writableEnded,
    isDestroyed: () => socket.destroyed,
    hangUp: () => {
      socket.destroy()
      return connection.closed
    },
  }
}

/** The path that Envoy calls. */
export const CHECK_PATH = '/envoy.service.auth.v3.Authorization/Check'

/** The header fields of a check, as literals. */
export const checkFields = (
  changes: Readonly<Record<string, string>> = {},
): readonly (readonly [string, string])[] =>
  Object.entries({
    ':method': 'POST',
    ':scheme': 'http',
    ':path': CHECK_PATH,
    ':authority': 'sallyport',
    'content-type': 'application/grpc',
    te: 'trailers',
    ...changes,
  })

/** A HEADERS frame with literals. */
export const headersFrame = (
  stream: number,
  fields: readonly (readonly [string, string])[] = checkFields(),
  flags: number = FLAG.endHeaders,
): Buffer => frame(FRAME.headers, flags, stream, Buffer.concat(fields.map(literal)))

/** A message with its prefix. */
export const prefixed = (message: Buffer | string, flag = 0): Buffer => {
  const bytes = Buffer.from(message)
  const prefix = Buffer.alloc(5)
  prefix.writeUInt8(flag, 0)
  prefix.writeUInt32BE(bytes.length, 1)
  return Buffer.concat([prefix, bytes])
}

/** A DATA frame that ends its stream, unless it is told not to. */
export const dataFrame = (
  stream: number,
  payload: Buffer,
  flags: number = FLAG.endStream,
): Buffer => frame(FRAME.data, flags, stream, payload)

/** A whole call. */
export const call = (stream: number, message: Buffer | string = 'question'): Buffer =>
  Buffer.concat([headersFrame(stream), dataFrame(stream, prefixed(message))])

/** A peer that has said its preface, and read what it was greeted with. */
export const greetedPeer = (options: NativeEngineOptions = {}): NativePeer => {
  const peer = nativePeer(options)
  peer.send(preface())
  peer.received()
  return peer
}

/** A frame as a line, for what tests expect of one another. */
export const described = ({ type, flags, stream, payload }: SentFrame): string => {
  if (type === FRAME.data) return `DATA ${stream} ${payload.length}${flags % 2 === 1 ? ' end' : ''}`
  if (type === FRAME.headers) return `HEADERS ${stream}${flags % 2 === 1 ? ' end' : ''}`
  if (type === FRAME.rstStream) return `RST_STREAM ${stream} ${payload.readUInt32BE(0)}`
  if (type === FRAME.settings) return flags === FLAG.ack ? 'SETTINGS ack' : 'SETTINGS'
  if (type === FRAME.ping) return `PING${flags === FLAG.ack ? ' ack' : ''} ${payload.toString()}`
  if (type === FRAME.goaway) {
    return `GOAWAY ${payload.readUInt32BE(0)} ${payload.readUInt32BE(4)}`
  }
  if (type === WINDOW_UPDATE) return `WINDOW_UPDATE ${stream} ${payload.readUInt32BE(0)}`
  return `type ${type} on ${stream}`
}

const WINDOW_UPDATE = 0x8

/** What a peer has received, line by line. */
export const linesTo = (peer: NativePeer): readonly string[] => peer.received().map(described)
