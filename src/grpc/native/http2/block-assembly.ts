import { HEADER_BLOCK_FLOOD, type Trouble } from './trouble.ts'

/** A header block that HEADERS began and CONTINUATION goes on with (RFC 9113 section 6.10). */
export interface BlockAssembly {
  readonly stream: number
  readonly endStream: boolean
  /** Whether the priority that came with it names its own stream. */
  readonly isOwnParent: boolean
  /** Takes another piece; what it returns ends the connection. */
  readonly add: (bytes: Buffer, start: number, end: number) => Trouble | undefined
  /** All the pieces in one. */
  readonly whole: () => Buffer
}

/** The most octets that one block may have. */
const MOST_BYTES = 256 * 1024

/** The most pieces that one block may have. */
export const MOST_PIECES = 128

/** Begins a block. Its pieces are views of what arrived, and are copied once. */
export const createBlockAssembly = (
  stream: number,
  endStream: boolean,
  isOwnParent: boolean,
): BlockAssembly => {
  const pieces: Buffer[] = []
  let length = 0
  return {
    stream,
    endStream,
    isOwnParent,
    add: (bytes, start, end) => {
      length += end - start
      if (length > MOST_BYTES || pieces.length === MOST_PIECES) return HEADER_BLOCK_FLOOD
      pieces.push(bytes.subarray(start, end))
      return undefined
    },
    whole: () => Buffer.concat(pieces, length),
  }
}
