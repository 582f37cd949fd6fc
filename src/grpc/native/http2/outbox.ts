import type { Duplex } from 'node:stream'

/** Memory that frames are written into, one after the other, by every connection in turn. */
export interface Slab {
  bytes: Buffer
  used: number
}

/** Small enough to be given back soon, large enough for some hundred answers. */
const SLAB_BYTES = 64 * 1024

const NOTHING: Buffer = Buffer.alloc(0)

/** Makes a slab, empty. */
export const createSlab = (): Slab => ({ bytes: NOTHING, used: 0 })

/** How much may wait for a peer that does not read. */
export interface OutboxLimits {
  /** Beyond it nothing more is read from the peer until all of it has been taken. */
  readonly pauseBytes: number
  /** Beyond it the connection is ended. */
  readonly mostBytes: number
}

/** What one connection sends. */
export interface Outbox {
  /**
   * Room for so many bytes, all of which are to be written before anything else is reserved. Where
   * they begin in `bytes()`.
   */
  readonly reserve: (length: number) => number
  readonly bytes: () => Buffer
  /** Sends a frame that is made already. */
  readonly send: (frame: Buffer) => void
  /** Keeps everything back until `release`, so that it leaves in one write. */
  readonly hold: () => void
  readonly release: () => void
  /** Since when the peer has not been read from for want of room, in Unix milliseconds. */
  readonly pausedAtMs: () => number | undefined
  /** Whether everything has been handed to the network. */
  readonly isSent: () => boolean
  /** Sends what there is, then ends this side. */
  readonly end: () => void
}

/** What an outbox takes. */
export interface OutboxDeps {
  readonly socket: Duplex
  readonly slab: Slab
  readonly limits: OutboxLimits
  readonly nowMs: () => number
  /** There is more than may wait. */
  readonly onFull: () => void
}

/** A copy that keeps nothing but itself in memory. */
const ownCopy = (piece: Buffer): Buffer => {
  const copy = Buffer.allocUnsafeSlow(piece.length)
  copy.set(piece)
  return copy
}

/**
 * Makes an outbox. What is written in one turn leaves in one write: at the end of what arrived, or
 * behind all that was ready at the same time.
 */
export const createOutbox = ({ socket, slab, limits, nowMs, onFull }: OutboxDeps): Outbox => {
  /** Where this connection writes: a stretch of the slab, as long as nobody else has written. */
  let bytes: Buffer = NOTHING
  let start = 0
  let end = 0
  const sealed: Buffer[] = []
  let isHeld = false
  let isScheduled = false
  let isEnded = false
  let pausedAtMs: number | undefined

  const seal = (): void => {
    if (end > start) sealed.push(bytes.subarray(start, end))
    start = end
  }

  const resume = (): void => {
    pausedAtMs = undefined
    socket.resume()
  }

  const pauseReading = (waiting: number): void => {
    if (waiting > limits.mostBytes) onFull()
    if (!socket.writableNeedDrain || pausedAtMs !== undefined) return
    pausedAtMs = nowMs()
    socket.pause()
    socket.once('drain', resume)
  }

  const write = (): void => {
    seal()
    bytes = NOTHING
    start = 0
    end = 0
    if (sealed.length === 0 || isEnded || !socket.writable) {
      sealed.length = 0
      return
    }
    // What has to wait would keep everybody's slab for a few bytes of its own.
    const isWaiting = socket.writableLength > 0
    if (sealed.length > 1) socket.cork()
    for (const piece of sealed) socket.write(isWaiting ? ownCopy(piece) : piece)
    if (sealed.length > 1) socket.uncork()
    sealed.length = 0
    if (socket.writableLength > limits.pauseBytes) pauseReading(socket.writableLength)
  }

  const flush = (): void => {
    isScheduled = false
    if (!isHeld) write()
  }

  const schedule = (): void => {
    if (isHeld || isScheduled) return
    isScheduled = true
    process.nextTick(flush)
  }

  const reserve = (length: number): number => {
    if (slab.bytes !== bytes || slab.used !== end || end + length > bytes.length) {
      seal()
      if (slab.used + length > slab.bytes.length) {
        slab.bytes = Buffer.allocUnsafeSlow(Math.max(SLAB_BYTES, length))
        slab.used = 0
      }
      bytes = slab.bytes
      start = slab.used
      end = start
    }
    const at = end
    end += length
    slab.used = end
    schedule()
    return at
  }

  return {
    reserve,
    bytes: () => bytes,
    send: (frame) => {
      const at = reserve(frame.length)
      frame.copy(bytes, at)
    },
    hold: () => {
      isHeld = true
    },
    release: () => {
      isHeld = false
      write()
    },
    pausedAtMs: () => pausedAtMs,
    isSent: () => socket.writableLength === 0,
    end: () => {
      write()
      if (!isEnded) socket.end()
      isEnded = true
    },
  }
}
