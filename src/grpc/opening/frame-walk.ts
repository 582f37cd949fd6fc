import { FLAG, FRAME, FRAME_HEADER_BYTES } from '../native/http2/frames.ts'

/** A stream of bytes, followed frame by frame. */
export interface FrameWalk {
  /** Takes what comes next; returns it without the acknowledgements that are to be left out. */
  readonly pass: (bytes: Buffer) => Buffer
  /** Whether another frame may be put in here: no frame and no header block is under way. */
  readonly isBetween: () => boolean
}

/**
 * Follows one direction of a connection, and leaves the first `acks` acknowledgements of settings
 * out. A frame header that is not complete is kept until the rest of it comes.
 */
export const createFrameWalk = (acks: number): FrameWalk => {
  let leaving = acks
  let begun: Buffer = Buffer.alloc(0)
  let payloadLeft = 0
  let inBlock = false

  const isLeftOut = (header: Buffer): boolean => {
    const isAck = header[3] === FRAME.settings && ((header[4] ?? 0) & FLAG.ack) !== 0
    if (!isAck || leaving === 0) return false
    leaving -= 1
    return true
  }

  const noteBlock = (header: Buffer): void => {
    const type = header[3]
    if (type !== FRAME.headers && type !== FRAME.continuation) return
    inBlock = ((header[4] ?? 0) & FLAG.endHeaders) === 0
  }

  const pass = (bytes: Buffer): Buffer => {
    const rest = begun.length === 0 ? bytes : Buffer.concat([begun, bytes])
    begun = Buffer.alloc(0)
    const kept: Buffer[] = []
    let at = 0
    while (at < rest.length) {
      if (payloadLeft > 0) {
        const end = Math.min(rest.length, at + payloadLeft)
        kept.push(rest.subarray(at, end))
        payloadLeft -= end - at
        at = end
        continue
      }
      const header = rest.subarray(at, at + FRAME_HEADER_BYTES)
      if (header.length < FRAME_HEADER_BYTES) {
        begun = header
        break
      }
      at += FRAME_HEADER_BYTES
      payloadLeft = header.readUIntBE(0, 3)
      noteBlock(header)
      if (!isLeftOut(header)) kept.push(header)
    }
    return kept.length === 1 ? (kept[0] ?? bytes) : Buffer.concat(kept)
  }

  return { pass, isBetween: () => payloadLeft === 0 && begun.length === 0 && !inBlock }
}
