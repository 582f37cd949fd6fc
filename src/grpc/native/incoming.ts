import type { Control } from './control.ts'
import type { NativeDeps } from './deps.ts'
import { type BlockAssembly, createBlockAssembly } from './http2/block-assembly.ts'
import type { ControlBudget } from './http2/budget.ts'
import type { TakeFrame } from './http2/frame-reader.ts'
import { CODE, FLAG, FRAME, frameOf, read31Bits, words } from './http2/frames.ts'
import type { Outbox } from './http2/outbox.ts'
import {
  CONTROL_FLOOD,
  flowTrouble,
  frameSizeTrouble,
  protocolTrouble,
  type Trouble,
} from './http2/trouble.ts'
import type { Requests } from './requests.ts'
import type { Stream } from './stream.ts'
import type { StreamTable } from './stream-table.ts'

/** Takes the frames of one connection, one after the other. */
export interface Incoming {
  readonly take: TakeFrame
}

/** What taking frames takes. */
export interface IncomingDeps extends Pick<NativeDeps, 'limits' | 'onFault'> {
  readonly outbox: Outbox
  readonly table: StreamTable
  readonly requests: Requests
  readonly control: Control
  readonly budget: ControlBudget
}

const PRIORITY_BYTES = 5

const NOT_IN_BLOCK = protocolTrouble('a frame within a header block that is not its continuation')
const NO_BLOCK = protocolTrouble('CONTINUATION without a header block')
const NO_STREAM = protocolTrouble('a frame that is about a stream names none')
const SERVER_STREAM = protocolTrouble('a client has begun a stream with an even id')
const IDLE_STREAM = protocolTrouble('DATA on a stream that was not begun')
const PADDING = protocolTrouble('the padding is as long as the payload')
const PUSH = protocolTrouble('a client has sent PUSH_PROMISE')
const TOO_SHORT = frameSizeTrouble('a frame is too short for its flags')
const OVERDRAWN = flowTrouble('the window of the connection is overdrawn')

/** Makes what takes the frames of a connection. */
export const createIncoming = (parts: IncomingDeps): Incoming => {
  const { limits, outbox, table, requests, control, budget } = parts
  let block: BlockAssembly | undefined
  let windowBytes = limits.connectionWindowBytes

  const spend = (): Trouble | undefined => (budget.spend(1) ? undefined : CONTROL_FLOOD)

  const widen = (id: number, increment: number): void =>
    outbox.send(frameOf(FRAME.windowUpdate, 0, id, words(increment)))

  /** Takes what arrived from the window of the connection, and widens it in time. */
  const receive = (length: number): Trouble | undefined => {
    windowBytes -= length
    if (windowBytes < 0) return OVERDRAWN
    if (windowBytes > limits.connectionWindowBytes / 2) return undefined
    widen(0, limits.connectionWindowBytes - windowBytes)
    windowBytes = limits.connectionWindowBytes
    return undefined
  }

  const receiveOn = (stream: Stream, length: number, endStream: boolean): boolean => {
    stream.receiveWindowBytes -= length
    if (stream.receiveWindowBytes < 0) return false
    if (endStream || stream.receiveWindowBytes > limits.streamWindowBytes / 2) return true
    widen(stream.id, limits.streamWindowBytes - stream.receiveWindowBytes)
    stream.receiveWindowBytes = limits.streamWindowBytes
    return true
  }

  const strayData = (id: number): Trouble | undefined => {
    if (id > table.lastId() || id % 2 === 0) return IDLE_STREAM
    if (!table.wasReset(id)) {
      parts.onFault('closed_stream')
      table.noteReset(id)
      outbox.send(frameOf(FRAME.rstStream, 0, id, words(CODE.streamClosed)))
    }
    return spend()
  }

  const data: TakeFrame = (_, flags, id, bytes, start, end) => {
    if (id === 0) return NO_STREAM
    const trouble = receive(end - start)
    if (trouble !== undefined) return trouble
    let from = start
    let to = end
    if ((flags & FLAG.padded) !== 0) {
      if (start === end) return TOO_SHORT
      from += 1
      to -= bytes[start] ?? 0
      if (to < from) return PADDING
    }
    const endStream = (flags & FLAG.endStream) !== 0
    const stream = table.open.get(id)
    if (stream === undefined) return strayData(id)
    if (stream.isRequestComplete) {
      requests.fail(stream, CODE.streamClosed, 'closed_stream')
    } else if (receiveOn(stream, end - start, endStream)) {
      requests.takeData(stream, endStream, bytes, from, to)
    } else {
      requests.fail(stream, CODE.flowControlError, 'flow_control')
    }
    return from === to && !endStream ? spend() : undefined
  }

  const headers: TakeFrame = (_, flags, id, bytes, start, end) => {
    if (id === 0) return NO_STREAM
    if (id % 2 === 0) return SERVER_STREAM
    let from = start
    let to = end
    const isPadded = (flags & FLAG.padded) !== 0
    const hasPriority = (flags & FLAG.priority) !== 0
    if (end - start < (isPadded ? 1 : 0) + (hasPriority ? PRIORITY_BYTES : 0)) return TOO_SHORT
    if (isPadded) {
      from += 1
      to -= bytes[start] ?? 0
    }
    const isOwnParent = hasPriority && read31Bits(bytes, from) === id
    if (hasPriority) from += PRIORITY_BYTES
    if (to < from) return PADDING
    const endStream = (flags & FLAG.endStream) !== 0
    if ((flags & FLAG.endHeaders) !== 0) {
      return requests.takeBlock(id, endStream, isOwnParent, bytes, from, to)
    }
    block = createBlockAssembly(id, endStream, isOwnParent)
    return block.add(bytes, from, to)
  }

  const continuation: TakeFrame = (_, flags, id, bytes, start, end) => {
    if (block === undefined) return NO_BLOCK
    const trouble = block.add(bytes, start, end)
    if (trouble !== undefined || (flags & FLAG.endHeaders) === 0) return trouble
    const whole = block.whole()
    const { endStream, isOwnParent } = block
    block = undefined
    return requests.takeBlock(id, endStream, isOwnParent, whole, 0, whole.length)
  }

  const take: TakeFrame = (type, flags, id, bytes, start, end) => {
    if (block !== undefined && (type !== FRAME.continuation || id !== block.stream)) {
      return NOT_IN_BLOCK
    }
    switch (type) {
      case FRAME.data:
        return data(type, flags, id, bytes, start, end)
      case FRAME.headers:
        return headers(type, flags, id, bytes, start, end)
      case FRAME.priority:
        return control.priority(id, bytes, start, end)
      case FRAME.rstStream:
        return control.rstStream(id, start, end)
      case FRAME.settings:
        return control.settings(flags, id, bytes, start, end)
      case FRAME.pushPromise:
        return PUSH
      case FRAME.ping:
        return control.ping(flags, id, bytes, start, end)
      case FRAME.goaway:
        return control.goaway(id, start, end)
      case FRAME.windowUpdate:
        return control.windowUpdate(id, bytes, start, end)
      case FRAME.continuation:
        return continuation(type, flags, id, bytes, start, end)
      default:
        return control.unknown()
    }
  }

  return { take }
}
