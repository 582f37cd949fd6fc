import type { NativeDeps } from './deps.ts'
import type { HeaderBlocks } from './header-blocks.ts'
import { healthAnswer } from './health-answer.ts'
import type { ControlBudget } from './http2/budget.ts'
import type { NativeFault } from './http2/faults.ts'
import { areTrailers } from './http2/field-rules.ts'
import { CODE } from './http2/frames.ts'
import type { PeerSettings } from './http2/settings.ts'
import { CLOSED_STREAM, COMPRESSION, protocolTrouble, type Trouble } from './http2/trouble.ts'
import {
  createMessageAssembly,
  type MessageRoom,
  noMessage,
  secondMessage,
  wholeMessage,
} from './message.ts'
import { type CallHead, PATHS, type Refusal, type RequestHead } from './request-head.ts'
import type { Sender } from './sender.ts'
import { Stream } from './stream.ts'
import type { StreamTable } from './stream-table.ts'

/** Takes the calls of one connection. */
export interface Requests {
  /**
   * A whole header block; what it returns ends the connection. A stream that is its own parent is
   * an error of that stream, once the block is read.
   */
  readonly takeBlock: (
    id: number,
    endStream: boolean,
    isOwnParent: boolean,
    bytes: Buffer,
    start: number,
    end: number,
  ) => Trouble | undefined
  /** Octets of data of a stream that is open, without padding. */
  readonly takeData: (
    stream: Stream,
    endStream: boolean,
    bytes: Buffer,
    start: number,
    end: number,
  ) => void
  /** Ends a stream that cannot go on, by an error that stays on it. */
  readonly fail: (stream: Stream, code: number, fault: NativeFault) => void
  /** Answers a call with a header block, whatever of it has come. */
  readonly refuse: (stream: Stream, refusal: Refusal) => void
  /** The last of what an answered stream needs. */
  readonly close: (stream: Stream) => void
  /** Hears no more of a peer that was answered, and does not end its side. */
  readonly abandon: (stream: Stream) => void
  /** The peer has given a stream up, or the connection is over. */
  readonly giveUp: (stream: Stream) => void
  /** Streams beyond the last are passed over from now on. */
  readonly takeNoMore: () => void
}

/** What taking calls takes. */
export interface RequestsDeps {
  readonly deps: NativeDeps
  readonly blocks: HeaderBlocks
  readonly table: StreamTable
  readonly sender: Sender
  readonly budget: ControlBudget
  readonly peer: PeerSettings
  readonly room: MessageRoom
  /** A stream has ended. */
  readonly onEnded: () => void
}

/** What each call earns: it may be given up, its window widened, and the like. */
const EARNED_BY_CALL = 4

const PASSED_OVER = protocolTrouble('a stream id is lower than one before it')

const MALFORMED: RequestHead = { kind: 'malformed' }

/** Stands for the head of a request that is no call, while the rest of it comes. */
const NO_CALL: CallHead = {
  kind: 'call',
  method: 'check',
  timeoutMs: Number.POSITIVE_INFINITY,
  contentLength: -1,
  encoding: 'identity',
}

/** Makes what takes the calls of a connection. */
export const createRequests = (parts: RequestsDeps): Requests => {
  const { deps, blocks, table, sender, budget, peer, room } = parts
  const { limits } = deps
  let takesMore = true

  const releaseAssembly = (stream: Stream): void => {
    stream.assembly?.release()
    stream.assembly = undefined
  }

  const remove = (stream: Stream): void => {
    table.remove(stream.id)
    sender.drop(stream)
    releaseAssembly(stream)
    parts.onEnded()
  }

  /**
   * A peer that was answered early may still send, and is heard to its end: clients have been seen
   * to lose an answer with a reset behind it.
   */
  const close = (stream: Stream): void => {
    if (stream.isRequestComplete) remove(stream)
    else releaseAssembly(stream)
  }

  /** The peer has ended its side of a stream that is answered. */
  const hearOut = (stream: Stream): void => {
    stream.isRequestComplete = true
    remove(stream)
  }

  const abandon = (stream: Stream): void => {
    sender.reset(stream.id, CODE.noError)
    remove(stream)
  }

  const fail = (stream: Stream, code: number, fault: NativeFault): void => {
    deps.onFault(fault)
    sender.reset(stream.id, code)
    stream.leave()
    remove(stream)
  }

  const giveUp = (stream: Stream): void => {
    stream.leave()
    remove(stream)
  }

  const refuse = (stream: Stream, { fault, answer, text }: Refusal): void => {
    deps.onFault(fault)
    if (text !== undefined) {
      sender.tell(stream, answer, text)
      return
    }
    stream.isAnswered = true
    sender.refuse(stream.id, answer)
    close(stream)
  }

  const tellHealth = (stream: Stream): void => {
    const answer = healthAnswer(stream.message, deps.health)
    if ('fault' in answer) refuse(stream, answer)
    else stream.answer(answer)
  }

  /** The peer has ended its side: the call is complete, or never will be. */
  const complete = (stream: Stream): void => {
    stream.isRequestComplete = true
    const { contentLength, method, refusal } = stream.head
    const assembled = stream.assembly?.message()
    if (assembled !== undefined) {
      stream.message = assembled
      stream.hasMessage = true
    }
    if (contentLength >= 0 && contentLength !== stream.receivedBytes) {
      fail(stream, CODE.protocolError, 'malformed_request')
    } else if (refusal !== undefined) refuse(stream, refusal)
    else if (!stream.hasMessage) refuse(stream, noMessage(PATHS[method]))
    else if (method === 'health') tellHealth(stream)
    else deps.serve(stream)
  }

  const assemble = (
    stream: Stream,
    bytes: Buffer,
    start: number,
    end: number,
  ): Refusal | undefined => {
    const { method, encoding, refusal } = stream.head
    if (refusal !== undefined) return undefined
    if (stream.hasMessage) return secondMessage(PATHS[method])
    if (stream.assembly === undefined) {
      const whole = wholeMessage(bytes, start, end, limits.maxMessageBytes)
      if (whole !== undefined) {
        stream.message = whole
        stream.hasMessage = true
        return undefined
      }
      const { maxMessageBytes } = limits
      stream.assembly = createMessageAssembly({
        room,
        maxMessageBytes,
        path: PATHS[method],
        encoding,
      })
    }
    return stream.assembly.add(bytes, start, end)
  }

  const open = (id: number, head: CallHead): Stream => {
    budget.earn(EARNED_BY_CALL)
    const stream = new Stream(
      {
        id,
        head,
        openedAtMs: deps.clock.nowMs(),
        sendWindowBytes: peer.initialWindowBytes,
        receiveWindowBytes: limits.streamWindowBytes,
      },
      sender,
    )
    table.add(stream)
    return stream
  }

  const take = (id: number, endStream: boolean, head: RequestHead): void => {
    if (head.kind === 'call') {
      const stream = open(id, head)
      if (endStream) complete(stream)
    } else if (head.kind === 'malformed') {
      deps.onFault('malformed_request')
      sender.reset(id, CODE.protocolError)
    } else {
      deps.onFault(head.fault)
      sender.refuse(id, head.answer)
      if (!endStream) open(id, NO_CALL).isAnswered = true
    }
  }

  const begin = (
    id: number,
    endStream: boolean,
    isOwnParent: boolean,
    bytes: Buffer,
    start: number,
    end: number,
  ): Trouble | undefined => {
    const head = blocks.readRequest(bytes, start, end)
    if (head === undefined) return COMPRESSION
    table.begin(id)
    if (!takesMore) {
      table.noteReset(id)
      return undefined
    }
    if (table.open.size < limits.maxStreams) {
      take(id, endStream, isOwnParent ? MALFORMED : head)
      return undefined
    }
    deps.onFault('refused_stream')
    sender.reset(id, CODE.refusedStream)
    return undefined
  }

  return {
    takeBlock: (id, endStream, isOwnParent, bytes, start, end) => {
      if (id > table.lastId()) return begin(id, endStream, isOwnParent, bytes, start, end)
      const section = blocks.read(bytes, start, end)
      if (section === undefined) return COMPRESSION
      const stream = table.open.get(id)
      if (stream === undefined) {
        if (table.wasPassedOver(id)) return PASSED_OVER
        return table.wasReset(id) ? undefined : CLOSED_STREAM
      }
      if (stream.isRequestComplete) fail(stream, CODE.streamClosed, 'closed_stream')
      else if (isOwnParent || !endStream || section.isTooLarge || !areTrailers(section.fields)) {
        fail(stream, CODE.protocolError, 'malformed_request')
      } else if (stream.isAnswered) hearOut(stream)
      else complete(stream)
      return undefined
    },
    takeData: (stream, endStream, bytes, start, end) => {
      if (stream.isAnswered) {
        if (endStream) hearOut(stream)
        return
      }
      stream.receivedBytes += end - start
      const { contentLength } = stream.head
      if (contentLength >= 0 && stream.receivedBytes > contentLength) {
        fail(stream, CODE.protocolError, 'malformed_request')
        return
      }
      const problem = start === end ? undefined : assemble(stream, bytes, start, end)
      if (endStream) stream.isRequestComplete = true
      if (problem !== undefined) refuse(stream, problem)
      else if (endStream) complete(stream)
    },
    fail,
    refuse,
    close,
    abandon,
    giveUp,
    takeNoMore: () => {
      takesMore = false
    },
  }
}
