/** The types of HTTP/2 frames that tests write or read (RFC 9113 section 6). */
export const FRAME = {
  data: 0x0,
  headers: 0x1,
  rstStream: 0x3,
  settings: 0x4,
  ping: 0x6,
  goaway: 0x7,
  windowUpdate: 0x8,
} as const

/** Their flags. */
export const FLAG = { ack: 0x1, endStream: 0x1, endHeaders: 0x4 } as const

export const FRAME_HEADER_BYTES = 9

/** What a client sends first, with settings that change nothing. */
export const preface = (): Buffer =>
  Buffer.concat([
    Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
    frame(FRAME.settings, 0, 0, Buffer.alloc(0)),
  ])

/** One frame. */
export const frame = (type: number, flags: number, stream: number, payload: Buffer): Buffer => {
  const header = Buffer.alloc(FRAME_HEADER_BYTES)
  header.writeUIntBE(payload.length, 0, 3)
  header.writeUInt8(type, 3)
  header.writeUInt8(flags, 4)
  header.writeUInt32BE(stream, 5)
  return Buffer.concat([header, payload])
}

/**
 * A header as a literal without indexing (RFC 7541 section 6.2.2); names and values under 127
 * bytes.
 */
export const literal = ([name, value]: readonly [string, string]): Buffer =>
  Buffer.concat([
    Buffer.from([0, name.length]),
    Buffer.from(name),
    Buffer.from([value.length]),
    Buffer.from(value),
  ])

const CANCEL = Buffer.from([0, 0, 0, 8])

/** Gives a stream up, as who goes away does. */
export const resetFrame = (stream: number): Buffer => frame(FRAME.rstStream, 0, stream, CANCEL)
