import { FRAME_HEADER_BYTES } from '../../test/support/http2-frames.ts'

/** One frame as it was received (RFC 9113 section 4.1). */
export interface ReceivedFrame {
  readonly type: number
  readonly flags: number
  readonly stream: number
  /** Only as long as the frame is looked at. */
  readonly payload: Buffer
}

/** Flags and types that only this client reads. */
const PADDED = 0x8
const PRIORITY = 0x20

/**
 * What is in a DATA or HEADERS frame without its padding and, for HEADERS, its priority (RFC 9113
 * sections 6.1 and 6.2).
 */
export const contentOf = ({ flags, payload }: ReceivedFrame, isHeaders: boolean): Buffer => {
  const padded = (flags & PADDED) !== 0
  const start = (padded ? 1 : 0) + (isHeaders && (flags & PRIORITY) !== 0 ? 5 : 0)
  const end = payload.length - (padded ? (payload[0] ?? 0) : 0)
  if (start > end) throw new Error('A frame holds more padding than bytes.')
  return payload.subarray(start, end)
}

/** Hands on each frame of what is received, however it is cut into chunks. */
export const createFrameReader = (take: (frame: ReceivedFrame) => void) => {
  let rest: Buffer = Buffer.alloc(0)
  return (chunk: Buffer): void => {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    let at = 0
    while (bytes.length - at >= FRAME_HEADER_BYTES) {
      const end = at + FRAME_HEADER_BYTES + bytes.readUIntBE(at, 3)
      if (end > bytes.length) break
      take({
        type: bytes.readUInt8(at + 3),
        flags: bytes.readUInt8(at + 4),
        stream: bytes.readUInt32BE(at + 5) & 0x7fff_ffff,
        payload: bytes.subarray(at + FRAME_HEADER_BYTES, end),
      })
      at = end
    }
    rest = bytes.subarray(at)
  }
}
