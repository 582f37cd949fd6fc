import { DEFAULT_FRAME_BYTES, FRAME, FRAME_HEADER_BYTES, PREFACE, read31Bits } from './frames.ts'
import { BAD_PREFACE, frameSizeTrouble, type Trouble } from './trouble.ts'

/**
 * Takes one frame. Its payload lies in `bytes` from `start` to `end`; those bytes stay as they are.
 * What it returns ends the connection.
 */
export type TakeFrame = (
  type: number,
  flags: number,
  stream: number,
  bytes: Buffer,
  start: number,
  end: number,
) => Trouble | undefined

/** Cuts what arrives on a connection into frames. */
export interface FrameReader {
  /**
   * Hands on every frame that is complete, in order, and keeps the beginning of one that is not. To
   * be called no more once it has returned a trouble.
   */
  readonly read: (chunk: Buffer) => Trouble | undefined
}

const TOO_LONG = frameSizeTrouble('a frame is longer than SETTINGS_MAX_FRAME_SIZE')

const lengthAt = (bytes: Buffer, at: number): number =>
  ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0)

/**
 * Makes a reader of a client's side: the preface, a SETTINGS frame, whatever else. A frame that
 * lies in one chunk is handed on where it lies; of one that does not, its bytes are copied once.
 */
export const createFrameReader = (take: TakeFrame): FrameReader => {
  /** The part of the preface that has come. */
  let prefaceBytes = 0
  let hasSettings = false
  const header = Buffer.alloc(FRAME_HEADER_BYTES)
  let headerBytes = 0
  /** A frame that is not complete, with room for all of it, once its header is. */
  let partial: Buffer | undefined
  let partialBytes = 0

  /** How much of a chunk is preface; `undefined` if it differs. */
  const readPreface = (chunk: Buffer): number | undefined => {
    const length = Math.min(chunk.length, PREFACE.length - prefaceBytes)
    const isRight = PREFACE.compare(chunk, 0, length, prefaceBytes, prefaceBytes + length) === 0
    prefaceBytes += length
    return isRight ? length : undefined
  }

  const hand = (bytes: Buffer, at: number, end: number): Trouble | undefined => {
    const type = bytes[at + 3] ?? 0
    const flags = bytes[at + 4] ?? 0
    if (!hasSettings) {
      if (type !== FRAME.settings || flags % 2 === 1) return BAD_PREFACE
      hasSettings = true
    }
    return take(type, flags, read31Bits(bytes, at + 5), bytes, at + FRAME_HEADER_BYTES, end)
  }

  /** Fills up what is incomplete; where the rest of the chunk begins, or what is wrong. */
  const fillUp = (chunk: Buffer, from: number): number | Trouble => {
    let at = from
    if (partial === undefined) {
      const wanted = Math.min(FRAME_HEADER_BYTES - headerBytes, chunk.length - at)
      chunk.copy(header, headerBytes, at, at + wanted)
      headerBytes += wanted
      at += wanted
      if (headerBytes < FRAME_HEADER_BYTES) return at
      const length = lengthAt(header, 0)
      if (length > DEFAULT_FRAME_BYTES) return TOO_LONG
      partial = Buffer.allocUnsafeSlow(FRAME_HEADER_BYTES + length)
      header.copy(partial)
      partialBytes = FRAME_HEADER_BYTES
    }
    const wanted = Math.min(partial.length - partialBytes, chunk.length - at)
    chunk.copy(partial, partialBytes, at, at + wanted)
    partialBytes += wanted
    at += wanted
    if (partialBytes < partial.length) return at
    const frame = partial
    partial = undefined
    headerBytes = 0
    return hand(frame, 0, frame.length) ?? at
  }

  return {
    read: (chunk) => {
      let at = 0
      if (prefaceBytes < PREFACE.length) {
        const length = readPreface(chunk)
        if (length === undefined) return BAD_PREFACE
        at = length
      }
      while (at < chunk.length) {
        const isWithin = headerBytes === 0 && partial === undefined
        if (isWithin && chunk.length - at >= FRAME_HEADER_BYTES) {
          const length = lengthAt(chunk, at)
          if (length > DEFAULT_FRAME_BYTES) return TOO_LONG
          const end = at + FRAME_HEADER_BYTES + length
          if (end <= chunk.length) {
            const trouble = hand(chunk, at, end)
            if (trouble !== undefined) return trouble
            at = end
            continue
          }
        }
        const rest = fillUp(chunk, at)
        if (typeof rest !== 'number') return rest
        at = rest
      }
      return undefined
    },
  }
}
