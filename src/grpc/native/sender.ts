import { OK_TRAILERS, RESPONSE_HEADERS } from './answers.ts'
import { NO_TABLE } from './hpack/encoder.ts'
import type { ControlBudget } from './http2/budget.ts'
import {
  DEFAULT_WINDOW_BYTES,
  FLAG,
  FRAME,
  FRAME_HEADER_BYTES,
  frameOf,
  MAX_31_BITS,
  words,
  writeFrameHeader,
} from './http2/frames.ts'
import type { Outbox } from './http2/outbox.ts'
import type { PeerSettings } from './http2/settings.ts'
import { flowTrouble, type Trouble } from './http2/trouble.ts'
import { PREFIX_BYTES } from './message.ts'
import type { Stream, StreamSender } from './stream.ts'
import type { StreamTable } from './stream-table.ts'

/** Sends answers, as far as the windows of the peer allow (RFC 9113 section 5.2). */
export interface Sender extends StreamSender {
  /** Answers a stream with a header block and nothing else. */
  readonly refuse: (id: number, block: Buffer) => void
  /** Answers who speaks HTTP and not gRPC: with a header block, and the text behind it. */
  readonly tell: (stream: Stream, block: Buffer, text: Buffer) => void
  /** Resets a stream, and passes over what is still to come on it. */
  readonly reset: (id: number, code: number) => void
  /** Forgets what was to be sent on a stream that has gone. */
  readonly drop: (stream: Stream) => void
  /** The peer takes more: on a stream, or on the connection where there is none. */
  readonly widen: (increment: number, stream: Stream | undefined) => Trouble | undefined
  /** The windows of streams begin with another size, and those that are open change with it. */
  readonly shift: (bytes: number) => Trouble | undefined
}

/** What a sender takes. */
export interface SenderDeps {
  readonly outbox: Outbox
  readonly table: StreamTable
  readonly peer: PeerSettings
  readonly budget: ControlBudget
  readonly nowMs: () => number
  /** What answers may come to that wait for a window. */
  readonly mostPendingBytes: number
  /** A stream was answered to the end. */
  readonly onAnswered: (stream: Stream) => void
  /** There is no more room for answers that wait. */
  readonly onStuck: (stream: Stream) => void
}

const NOTHING = Buffer.alloc(0)

const WINDOW_OVERFLOW = flowTrouble('a window is beyond 2^31-1')

/** The frame in front of a message, and the header of the frame that holds it. */
const HEAD: Buffer = Buffer.concat([
  frameOf(FRAME.headers, FLAG.endHeaders, 0, RESPONSE_HEADERS),
  Buffer.alloc(FRAME_HEADER_BYTES + PREFIX_BYTES),
])
const DATA_AT = HEAD.length - PREFIX_BYTES - FRAME_HEADER_BYTES

const TAIL: Buffer = frameOf(FRAME.headers, FLAG.endHeaders | FLAG.endStream, 0, OK_TRAILERS)

/** Where the stream id is, within the header of a frame. */
const ID_AT = 5

/**
 * A peer acknowledges what it takes by frames of its own: so many are earned by each frame of data
 * that is worth one.
 */
const EARNED_BY_DATA = 2
const WORTH_BYTES = 512

const writeId = (target: Buffer, at: number, id: number): void => {
  target[at] = id >>> 24
  target[at + 1] = id >>> 16
  target[at + 2] = id >>> 8
  target[at + 3] = id
}

const prefixed = (message: Uint8Array): Buffer => {
  const bytes = Buffer.allocUnsafeSlow(PREFIX_BYTES + message.length)
  bytes[0] = 0
  bytes.writeUInt32BE(message.length, 1)
  bytes.set(message, PREFIX_BYTES)
  return bytes
}

/** Makes the sender of a connection. */
export const createSender = (deps: SenderDeps): Sender => {
  const { outbox, table, peer, budget } = deps
  let windowBytes = DEFAULT_WINDOW_BYTES
  /** Streams whose answer waits for a window, longest first. */
  const waiting = new Set<Stream>()
  let pendingBytes = 0

  /**
   * A peer that has told a size of its table expects to be told what is used of it (RFC 7541
   * section 4.2): nothing.
   */
  const tellTable = (): boolean => {
    const isDue = peer.hasToldTableSize
    peer.hasToldTableSize = false
    return isDue
  }

  const sendHeaders = (id: number, block: Buffer, flags: number): void => {
    const whole = tellTable() ? Buffer.concat([Buffer.of(NO_TABLE), block]) : block
    outbox.send(frameOf(FRAME.headers, FLAG.endHeaders | flags, id, whole))
  }

  /** Three frames in one stretch of memory. */
  const sendWhole = (stream: Stream, message: Uint8Array): void => {
    const { id } = stream
    const length = PREFIX_BYTES + message.length
    const at = outbox.reserve(HEAD.length + message.length + TAIL.length)
    const bytes = outbox.bytes()
    bytes.set(HEAD, at)
    writeId(bytes, at + ID_AT, id)
    const prefixAt = writeFrameHeader(bytes, at + DATA_AT, length, FRAME.data, 0, id)
    bytes[prefixAt + 1] = message.length >>> 24
    bytes[prefixAt + 2] = message.length >>> 16
    bytes[prefixAt + 3] = message.length >>> 8
    bytes[prefixAt + 4] = message.length
    bytes.set(message, prefixAt + PREFIX_BYTES)
    const tailAt = prefixAt + length
    bytes.set(TAIL, tailAt)
    writeId(bytes, tailAt + ID_AT, id)
    windowBytes -= length
    stream.sendWindowBytes -= length
  }

  const fits = (stream: Stream, length: number): boolean =>
    length <= windowBytes && length <= stream.sendWindowBytes && length <= peer.maxFrameBytes

  /** Sends one frame of what waits, as large as may be; whether that was any. */
  const sendSome = (stream: Stream): boolean => {
    const { pending, id } = stream
    const room = Math.min(windowBytes, stream.sendWindowBytes, peer.maxFrameBytes)
    const length = Math.min(pending.length, room)
    if (length <= 0) return false
    const at = outbox.reserve(FRAME_HEADER_BYTES + length)
    const bytes = outbox.bytes()
    const flags = stream.isToldText && length === pending.length ? FLAG.endStream : 0
    pending.copy(bytes, writeFrameHeader(bytes, at, length, FRAME.data, flags, id), 0, length)
    stream.pending = pending.subarray(length)
    pendingBytes -= length
    windowBytes -= length
    stream.sendWindowBytes -= length
    if (length >= WORTH_BYTES) budget.earn(EARNED_BY_DATA)
    return true
  }

  const drop = (stream: Stream): void => {
    if (!waiting.delete(stream)) return
    pendingBytes -= stream.pending.length
    stream.pending = NOTHING
  }

  const finish = (stream: Stream): void => {
    drop(stream)
    if (!stream.isToldText) sendHeaders(stream.id, OK_TRAILERS, FLAG.endStream)
    deps.onAnswered(stream)
  }

  /** One frame of each in turn, so that no large answer keeps the others waiting. */
  const pump = (): void => {
    let hasSent = true
    while (hasSent) {
      hasSent = false
      for (const stream of waiting) {
        if (stream.isGone) drop(stream)
        else if (sendSome(stream)) {
          hasSent = true
          if (stream.pending.length === 0) finish(stream)
        }
      }
    }
  }

  const queue = (stream: Stream, block: Buffer, bytes: Buffer): void => {
    if (pendingBytes + bytes.length > deps.mostPendingBytes) {
      deps.onStuck(stream)
      return
    }
    sendHeaders(stream.id, block, 0)
    stream.pending = bytes
    stream.pendingSinceMs = deps.nowMs()
    pendingBytes += bytes.length
    waiting.add(stream)
    pump()
  }

  const reset = (id: number, code: number): void => {
    table.noteReset(id)
    outbox.send(frameOf(FRAME.rstStream, 0, id, words(code)))
  }

  return {
    answer: (stream, message) => {
      stream.isAnswered = true
      if (fits(stream, PREFIX_BYTES + message.length) && !peer.hasToldTableSize) {
        sendWhole(stream, message)
        return deps.onAnswered(stream)
      }
      queue(stream, RESPONSE_HEADERS, prefixed(message))
    },
    tell: (stream, block, text) => {
      stream.isAnswered = true
      stream.isToldText = true
      queue(stream, block, text)
    },
    refuse: (id, block) => sendHeaders(id, block, FLAG.endStream),
    reset,
    drop,
    widen: (increment, stream) => {
      if (stream === undefined) {
        if (windowBytes + increment > MAX_31_BITS) return WINDOW_OVERFLOW
        windowBytes += increment
        pump()
        return undefined
      }
      if (stream.sendWindowBytes + increment > MAX_31_BITS) return WINDOW_OVERFLOW
      stream.sendWindowBytes += increment
      pump()
      return undefined
    },
    shift: (bytes) => {
      for (const stream of table.open.values()) {
        if (stream.sendWindowBytes + bytes > MAX_31_BITS) return WINDOW_OVERFLOW
        stream.sendWindowBytes += bytes
      }
      pump()
      return undefined
    },
  }
}
