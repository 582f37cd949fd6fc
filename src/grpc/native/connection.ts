import type { Duplex } from 'node:stream'
import { createClosing } from './closing.ts'
import { createControl } from './control.ts'
import type { NativeDeps } from './deps.ts'
import { createHeaderBlocks } from './header-blocks.ts'
import { createControlBudget } from './http2/budget.ts'
import { createFrameReader } from './http2/frame-reader.ts'
import { CODE, DEFAULT_WINDOW_BYTES, FRAME, frameOf, words } from './http2/frames.ts'
import { createOutbox, type Slab } from './http2/outbox.ts'
import { createPeerSettings, SETTING, settingsPayload } from './http2/settings.ts'
import { createIncoming } from './incoming.ts'
import type { MessageRoom } from './message.ts'
import { createRequests } from './requests.ts'
import { createSender } from './sender.ts'
import { createStreamTable } from './stream-table.ts'
import { createUpkeep } from './upkeep.ts'

/** A connection that serves calls. */
export interface NativeConnection {
  /**
   * Asks the peer to leave, and closes once the calls that it has sent by then are answered. A peer
   * that sends more afterwards has to send them elsewhere, and knows that none was begun.
   */
  readonly announceEnd: () => void
  /** Closes at once: calls that are open are cancelled. */
  readonly destroy: () => void
  /** Calls that are open. */
  readonly openStreams: () => number
  /** Resolves when the connection is closed, whoever closed it. */
  readonly closed: Promise<void>
}

/** What was said on a connection before it is taken over. */
export interface Beginning {
  /** What was read of it, from the preface on. */
  readonly bytes: Buffer
  /** How many SETTINGS in there were acknowledged already. */
  readonly acknowledged: number
}

/** What all connections share. */
export interface Shared {
  readonly slab: Slab
  readonly room: MessageRoom
}

/** The size of the table that a peer's encoder may use, unless it is told otherwise. */
const TABLE_BYTES = 4_096

const greeting = ({ limits }: NativeDeps): Buffer =>
  Buffer.concat([
    frameOf(
      FRAME.settings,
      0,
      0,
      settingsPayload([
        [SETTING.maxConcurrentStreams, limits.maxStreams],
        [SETTING.initialWindowSize, limits.streamWindowBytes],
        [SETTING.maxHeaderListSize, limits.maxSectionBytes],
      ]),
    ),
    frameOf(FRAME.windowUpdate, 0, 0, words(limits.connectionWindowBytes - DEFAULT_WINDOW_BYTES)),
  ])

/**
 * Serves a connection from its first byte on, with what was read of it already. Every part of
 * HTTP/2 that a peer may use is obeyed (RFC 9113), and of gRPC two methods are served.
 */
export const createNativeConnection = (
  socket: Duplex,
  beginning: Beginning,
  deps: NativeDeps,
  { slab, room }: Shared,
): NativeConnection => {
  const { limits } = deps
  const { nowMs } = deps.clock
  const { promise: closed, resolve: resolveClosed } = Promise.withResolvers<void>()
  const destroy = (): void => void socket.destroy()

  const table = createStreamTable()
  const peer = createPeerSettings()
  const budget = createControlBudget(limits.control, nowMs)
  const outbox = createOutbox({
    socket,
    slab,
    limits: limits.outbox,
    nowMs,
    onFull: () => {
      deps.onFault('slow_reader')
      destroy()
    },
  })
  const sender = createSender({
    outbox,
    table,
    peer,
    budget,
    nowMs,
    mostPendingBytes: limits.outbox.mostBytes,
    onAnswered: (stream) => requests.close(stream),
    onStuck: (stream) => requests.fail(stream, CODE.enhanceYourCalm, 'slow_reader'),
  })
  const closing = createClosing({
    deps,
    outbox,
    table,
    takeNoMore: () => requests.takeNoMore(),
    destroy,
  })
  const requests = createRequests({
    deps,
    blocks: createHeaderBlocks({
      maxTableBytes: TABLE_BYTES,
      maxSectionBytes: limits.maxSectionBytes,
    }),
    table,
    sender,
    budget,
    peer,
    room,
    onEnded: closing.onStreamEnded,
  })
  const control = createControl({
    outbox,
    table,
    sender,
    requests,
    budget,
    peer,
    acknowledged: beginning.acknowledged,
    onPong: closing.onPong,
    onGoaway: closing.leave,
  })
  const upkeep = createUpkeep({ deps, outbox, table, requests, destroy })
  const incoming = createIncoming({
    limits,
    outbox,
    table,
    requests,
    control,
    budget,
    onFault: deps.onFault,
  })
  const reader = createFrameReader(incoming.take)

  const giveUpAll = (): void => {
    for (const stream of table.open.values()) requests.giveUp(stream)
  }

  const onData = (chunk: Buffer): void => {
    if (closing.isOver()) return
    upkeep.heard()
    outbox.hold()
    const trouble = reader.read(chunk)
    if (trouble !== undefined) {
      closing.fail(trouble)
      giveUpAll()
    }
    outbox.release()
  }

  const onEnd = (): void => {
    giveUpAll()
    closing.leave()
  }

  const onClose = (): void => {
    upkeep.stop()
    closing.stop()
    giveUpAll()
    resolveClosed()
  }

  const begin = (): void => {
    socket.on('error', destroy)
    socket.once('close', onClose)
    if (socket.destroyed) {
      onClose()
      return
    }
    outbox.hold()
    outbox.send(greeting(deps))
    if (beginning.bytes.length > 0) onData(beginning.bytes)
    else outbox.release()
    socket.on('end', onEnd)
    socket.on('data', onData)
  }

  begin()
  return {
    announceEnd: closing.announce,
    destroy,
    openStreams: () => table.open.size,
    closed,
  }
}
