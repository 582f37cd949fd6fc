/** The types of frames (RFC 9113 section 6). */
export const FRAME = {
  data: 0x0,
  headers: 0x1,
  priority: 0x2,
  rstStream: 0x3,
  settings: 0x4,
  pushPromise: 0x5,
  ping: 0x6,
  goaway: 0x7,
  windowUpdate: 0x8,
  continuation: 0x9,
} as const

/** Their flags; one bit means different things to different types. */
export const FLAG = {
  ack: 0x1,
  endStream: 0x1,
  endHeaders: 0x4,
  padded: 0x8,
  priority: 0x20,
} as const

/** What each frame begins with (section 4.1). */
export const FRAME_HEADER_BYTES = 9

/** Error codes (section 7). */
export const CODE = {
  noError: 0x0,
  protocolError: 0x1,
  internalError: 0x2,
  flowControlError: 0x3,
  settingsTimeout: 0x4,
  streamClosed: 0x5,
  frameSizeError: 0x6,
  refusedStream: 0x7,
  cancel: 0x8,
  compressionError: 0x9,
  connectError: 0xa,
  enhanceYourCalm: 0xb,
} as const

/** What a client sends before its first frame (section 3.4). */
export const PREFACE: Buffer = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1')

/** The largest payload that both sides take unless they say otherwise (section 4.2). */
export const DEFAULT_FRAME_BYTES = 16_384

/** The largest window (section 6.9.1), and the largest stream id. */
export const MAX_31_BITS = 2 ** 31 - 1

/** The window of a connection, and that of a stream unless its SETTINGS say otherwise. */
export const DEFAULT_WINDOW_BYTES = 65_535

/** Writes a frame's header at an offset; where its payload begins. */
export const writeFrameHeader = (
  target: Buffer,
  offset: number,
  length: number,
  type: number,
  flags: number,
  stream: number,
): number => {
  target[offset] = length >>> 16
  target[offset + 1] = length >>> 8
  target[offset + 2] = length
  target[offset + 3] = type
  target[offset + 4] = flags
  target[offset + 5] = stream >>> 24
  target[offset + 6] = stream >>> 16
  target[offset + 7] = stream >>> 8
  target[offset + 8] = stream
  return offset + FRAME_HEADER_BYTES
}

/** A whole frame, for those that are written seldom. */
export const frameOf = (type: number, flags: number, stream: number, payload: Buffer): Buffer => {
  const frame = Buffer.allocUnsafe(FRAME_HEADER_BYTES + payload.length)
  payload.copy(frame, writeFrameHeader(frame, 0, payload.length, type, flags, stream))
  return frame
}

/** The payload of frames that hold nothing but numbers of four octets. */
export const words = (...values: readonly number[]): Buffer => {
  const payload = Buffer.allocUnsafe(values.length * 4)
  values.forEach((value, index) => void payload.writeUInt32BE(value, index * 4))
  return payload
}

/** Four octets as a number without a sign. */
export const readWord = (bytes: Uint8Array, at: number): number =>
  (bytes[at] ?? 0) * 0x1000000 +
  (((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0))

/** Four octets without their first bit, which is reserved: a stream id, or the size of a window. */
export const read31Bits = (bytes: Uint8Array, at: number): number =>
  readWord(bytes, at) % 0x80000000
