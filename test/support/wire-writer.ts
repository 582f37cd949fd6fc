/** Writes protocol buffers by hand, the odd ones too that no library writes. */

/** A number as a varint; `padding` bytes longer than it has to be. */
export const varint = (value: number, padding = 0): Buffer => {
  const bytes: number[] = []
  let rest = value
  do {
    bytes.push((rest & 0x7f) | 0x80)
    rest = Math.floor(rest / 128)
  } while (rest > 0)
  for (let i = 0; i < padding; i += 1) bytes.push(0x80)
  bytes.push((bytes.pop() ?? 0) & 0x7f)
  return Buffer.from(bytes)
}

/** A field of a length: a text, bytes or a message. */
export const bytesField = (field: number, content: Uint8Array | string): Buffer =>
  Buffer.concat([varint(field * 8 + 2), varint(Buffer.byteLength(content)), Buffer.from(content)])

/** A number. */
export const varintField = (field: number, value: number): Buffer =>
  Buffer.concat([varint(field * 8), varint(value)])

/** A group, which no file of version 3 defines any more. */
export const groupField = (field: number, content: Uint8Array): Buffer =>
  Buffer.concat([varint(field * 8 + 3), content, varint(field * 8 + 4)])

/** 4 or 8 bytes. */
export const fixedField = (field: number, bytes: 4 | 8): Buffer =>
  Buffer.concat([varint(field * 8 + (bytes === 4 ? 5 : 1)), Buffer.alloc(bytes, 0xa5)])
