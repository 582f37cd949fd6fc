import type { NativeDeps } from './deps.ts'
import { CODE, FRAME, frameOf, MAX_31_BITS, words } from './http2/frames.ts'
import type { Outbox } from './http2/outbox.ts'
import type { Trouble } from './http2/trouble.ts'
import type { StreamTable } from './stream-table.ts'

/** How one connection comes to its end. */
export interface Closing {
  /**
   * Asks the peer to leave (RFC 9113 section 6.8). It is told at first that no stream is refused,
   * so that calls which cross the message are answered; a PING behind it comes back when it was
   * heard. Then it is told the last stream that is, and the connection is closed behind its answer.
   */
  readonly announce: () => void
  /** The peer has acknowledged a PING. */
  readonly onPong: (payload: Buffer) => void
  /** The peer is leaving: the connection is closed when nothing is left to answer. */
  readonly leave: () => void
  /** A stream has ended. */
  readonly onStreamEnded: () => void
  /** Tells the peer what is wrong, and closes (section 5.4.1). */
  readonly fail: (trouble: Trouble) => void
  /** Whether nothing that arrives is of interest any more. */
  readonly isOver: () => boolean
  /** Forgets its timers. */
  readonly stop: () => void
}

/** What closing takes. */
export interface ClosingDeps {
  readonly deps: NativeDeps
  readonly outbox: Outbox
  readonly table: StreamTable
  /** Streams beyond the last that was told are not to be taken any more. */
  readonly takeNoMore: () => void
  readonly destroy: () => void
}

/** What comes back when the first notice was heard. */
const NOTICE = Buffer.from('leaving.', 'latin1')

const goaway = (lastId: number, code: number, text = ''): Buffer =>
  frameOf(FRAME.goaway, 0, 0, Buffer.concat([words(lastId, code), Buffer.from(text, 'latin1')]))

/** Makes the end of a connection. */
export const createClosing = (parts: ClosingDeps): Closing => {
  const { deps, outbox, table } = parts
  const { timers, limits } = deps
  let phase: 'open' | 'announced' | 'leaving' | 'over' = 'open'
  let cancelTimer = (): void => undefined

  /** Gives the peer time to close its side too, once it has been sent everything. */
  const linger = (): void => {
    const isSent = outbox.isSent()
    cancelTimer = timers.after(limits.lingerMs, isSent ? parts.destroy : linger)
  }

  const end = (): void => {
    phase = 'over'
    cancelTimer()
    outbox.end()
    linger()
  }

  const endIfDone = (): void => {
    if (phase === 'leaving' && table.open.size === 0) end()
  }

  const refuseMore = (): void => {
    if (phase !== 'announced') return
    cancelTimer()
    phase = 'leaving'
    parts.takeNoMore()
    outbox.send(goaway(table.lastId(), CODE.noError))
    endIfDone()
  }

  return {
    announce: () => {
      if (phase !== 'open') return
      phase = 'announced'
      outbox.send(goaway(MAX_31_BITS, CODE.noError))
      outbox.send(frameOf(FRAME.ping, 0, 0, NOTICE))
      cancelTimer = timers.after(limits.noticeMs, refuseMore)
    },
    onPong: (payload) => {
      if (payload.equals(NOTICE)) refuseMore()
    },
    leave: () => {
      if (phase === 'over') return
      cancelTimer()
      phase = 'leaving'
      endIfDone()
    },
    onStreamEnded: endIfDone,
    fail: ({ code, text, fault }) => {
      if (phase === 'over') return
      deps.onFault(fault)
      outbox.send(goaway(table.lastId(), code, text))
      end()
    },
    isOver: () => phase === 'over',
    stop: () => {
      phase = 'over'
      cancelTimer()
    },
  }
}
