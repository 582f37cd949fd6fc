import type { TraceHeader } from '../../core/tracing.ts'
import type { CheckCall } from '../call/check-call.ts'
import type { MessageAssembly } from './message.ts'
import type { CallHead } from './request-head.ts'

/** Sends what a stream is answered with. */
export interface StreamSender {
  readonly answer: (stream: Stream, response: Uint8Array) => void
}

/** What a stream begins with. */
export interface StreamStart {
  readonly id: number
  readonly head: CallHead
  readonly openedAtMs: number
  readonly sendWindowBytes: number
  readonly receiveWindowBytes: number
}

const NOTHING = Buffer.alloc(0)

/**
 * One call on its stream, from its header fields to the end of its answer (RFC 9113 section 5.1).
 * What reads and what answers the connection change it; to a handler it is a `CheckCall`, whose
 * members are to be called on it.
 *
 * A class, as there is one for every check, and its methods are then made once and not each time.
 */
export class Stream implements CheckCall {
  readonly id: number
  readonly head: CallHead
  readonly openedAtMs: number
  readonly deadlineMs: number
  /** What may still be sent, and still be received, before a window is widened. */
  sendWindowBytes: number
  receiveWindowBytes: number
  /** Octets of DATA so far, without padding. */
  receivedBytes = 0
  message: Buffer = NOTHING
  hasMessage = false
  assembly: MessageAssembly | undefined = undefined
  /** The peer has ended its side. */
  isRequestComplete = false
  isAnswered = false
  /** The answer is text for who speaks no gRPC: it ends with its last octet, without trailers. */
  isToldText = false
  /** Reset by either side, or its connection is closed. */
  isGone = false
  /** What of an answer has no room in a window yet, and since when. */
  pending: Buffer = NOTHING
  pendingSinceMs = 0
  private readonly sender: StreamSender
  private cancelListener: (() => void) | undefined = undefined

  constructor(start: StreamStart, sender: StreamSender) {
    this.id = start.id
    this.head = start.head
    this.openedAtMs = start.openedAtMs
    this.deadlineMs = start.openedAtMs + start.head.timeoutMs
    this.sendWindowBytes = start.sendWindowBytes
    this.receiveWindowBytes = start.receiveWindowBytes
    this.sender = sender
  }

  metadata(name: TraceHeader): string | undefined {
    return this.head[name]
  }

  isCancelled(): boolean {
    return this.isGone
  }

  onCancelled(listener: () => void): void {
    if (this.isGone && !this.isAnswered) listener()
    else this.cancelListener = listener
  }

  answer(response: Uint8Array): void {
    if (this.isAnswered || this.isGone) return
    this.sender.answer(this, response)
  }

  /** The caller has gone, or is taken to have: nothing is sent any more. */
  leave(): void {
    if (this.isGone) return
    this.isGone = true
    this.assembly?.release()
    const listener = this.cancelListener
    this.cancelListener = undefined
    if (!this.isAnswered) listener?.()
  }
}
