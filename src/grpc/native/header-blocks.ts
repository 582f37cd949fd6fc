import { createHpackDecoder, type FieldSection, type HpackLimits } from './hpack/decoder.ts'
import { type RequestHead, readRequestHead } from './request-head.ts'

/** Reads the header blocks of one connection, in the order in which they came. */
export interface HeaderBlocks {
  /** The block of a request; `undefined` if it is no header block. */
  readonly readRequest: (bytes: Buffer, start: number, end: number) => RequestHead | undefined
  /** Any other block, which has to be read for what it changes. */
  readonly read: (bytes: Buffer, start: number, end: number) => FieldSection | undefined
}

interface Known {
  readonly block: Buffer
  readonly head: RequestHead
}

/** How many blocks are recognised: a gateway sends one for each timeout that its routes have. */
const MOST_KNOWN = 8

/** A longer block is not worth comparing. */
const MOST_KNOWN_BYTES = 512

/** Memory of its own: a piece of Node's pool would keep 64 KiB for as long as the connection. */
const ownCopy = (bytes: Buffer, start: number, end: number): Buffer => {
  const copy = Buffer.allocUnsafeSlow(end - start)
  bytes.copy(copy, 0, start, end)
  return copy
}

const isEqual = (block: Buffer, bytes: Buffer, start: number): boolean => {
  for (let at = block.length - 1; at >= 0; at -= 1) {
    if (block[at] !== bytes[start + at]) return false
  }
  return true
}

/**
 * Makes the reader of one connection. A gateway sends the same block again and again once the
 * dynamic table of its encoder is warm, so that a block is known by its bytes. That is exact: bytes
 * mean what they meant as long as the table is the same, and a block that changes the table is not
 * kept.
 */
export const createHeaderBlocks = (limits: HpackLimits): HeaderBlocks => {
  const decoder = createHpackDecoder(limits)
  const known: Known[] = []
  let generation = decoder.generation()
  let oldest = 0

  const find = (bytes: Buffer, start: number, end: number): RequestHead | undefined => {
    for (const { block, head } of known) {
      if (block.length === end - start && isEqual(block, bytes, start)) return head
    }
    return undefined
  }

  /** Forgets what was known if the table has become another; whether it has. */
  const forget = (): boolean => {
    const now = decoder.generation()
    if (now === generation) return false
    generation = now
    known.length = 0
    oldest = 0
    return true
  }

  const keep = (block: Buffer, head: RequestHead): void => {
    known[oldest] = { block, head }
    oldest = (oldest + 1) % MOST_KNOWN
  }

  const read = (bytes: Buffer, start: number, end: number): FieldSection | undefined =>
    decoder.decode(bytes, start, end)

  return {
    readRequest: (bytes, start, end) => {
      forget()
      const seen = find(bytes, start, end)
      if (seen !== undefined) return seen
      const section = read(bytes, start, end)
      if (section === undefined) return undefined
      const head = readRequestHead(section)
      const hasChanged = forget()
      if (!hasChanged && end - start <= MOST_KNOWN_BYTES) {
        keep(ownCopy(bytes, start, end), head)
      }
      return head
    },
    read,
  }
}
