import { createHeaderTable, type Header } from './header-table.ts'
import { huffmanText } from './huffman.ts'

/** The table that both sides begin with (RFC 9113 section 6.5.2). */
const TABLE_BYTES = 4096
/** Blocks that are known by their bytes; enough for all that a measurement repeats. */
const KNOWN_BLOCKS = 256

/** An integer behind the flags of its first byte (RFC 7541 section 5.1). */
const integer = (value: number, flags: number, prefixBits: number): readonly number[] => {
  const most = 2 ** prefixBits - 1
  if (value < most) return [flags | value]
  const bytes = [flags | most]
  let rest = value - most
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128)
  return [...bytes, rest]
}

const text = (value: string): Buffer => {
  const bytes = Buffer.from(value, 'latin1')
  return Buffer.concat([Buffer.from(integer(bytes.length, 0, 7)), bytes])
}

/** Writes header blocks of one connection. */
export interface HeaderEncoder {
  /** The block; the same array of headers is encoded once, as long as the table stays. */
  readonly encode: (headers: readonly Header[]) => Buffer
}

/**
 * As gateways do it: what fits into the peer's table is sent once and named by its index from then
 * on. Nothing is ever dropped from the table. `peerTableBytes`: what the peer's settings allow.
 */
export const createHeaderEncoder = (peerTableBytes = TABLE_BYTES): HeaderEncoder => {
  const isUsed = peerTableBytes >= TABLE_BYTES
  const table = createHeaderTable(isUsed ? TABLE_BYTES : 0)
  const known = new WeakMap<readonly Header[], { version: number; block: Buffer }>()

  const encodeOne = (header: Header): Buffer => {
    const { exact, name } = table.find(header)
    if (exact > 0) return Buffer.from(integer(exact, 0x80, 7))
    const isKept = isUsed && table.hasRoomFor(header)
    const first = Buffer.from(isKept ? integer(name, 0x40, 6) : integer(name, 0, 4))
    if (isKept) table.add(header)
    return Buffer.concat([first, ...(name === 0 ? [text(header[0])] : []), text(header[1])])
  }
  const encode = (headers: readonly Header[]): Buffer => {
    const before = known.get(headers)
    if (before?.version === table.version()) return before.block
    const version = table.version()
    const block = Buffer.concat(headers.map(encodeOne))
    if (version === table.version()) known.set(headers, { version, block })
    return block
  }
  return { encode }
}

/** Reads header blocks of one connection. */
export interface HeaderDecoder {
  /**
   * The headers of a block; several of one name are joined by line feeds.
   * @throws Error where it is cut off, or names an entry that there is not
   */
  readonly decode: (block: Buffer) => ReadonlyMap<string, string>
}

/** Steps through one block. */
const createReader = (block: Buffer) => {
  let at = 0
  const byte = (): number => {
    const value = block[at]
    if (value === undefined) throw new Error('A header block is cut off.')
    at += 1
    return value
  }
  const number = (first: number, prefixBits: number): number => {
    const most = 2 ** prefixBits - 1
    let value = first & most
    if (value < most) return value
    for (let scale = 1; ; scale *= 128) {
      const next = byte()
      value += (next & 127) * scale
      if (next < 128) return value
    }
  }
  const string = (): string => {
    const first = byte()
    const length = number(first, 7)
    const bytes = block.subarray(at, at + length)
    if (bytes.length < length) throw new Error('A header block is cut off.')
    at += length
    return first >= 128 ? huffmanText(bytes) : bytes.toString('latin1')
  }
  return { byte, number, string, isAtEnd: () => at === block.length }
}

/** One for what a peer sends that was told nothing about the size of the table. */
export const createHeaderDecoder = (): HeaderDecoder => {
  const table = createHeaderTable(TABLE_BYTES)
  const known = new Map<string, ReadonlyMap<string, string>>()

  const read = (block: Buffer): ReadonlyMap<string, string> => {
    const headers = new Map<string, string>()
    const take = ([name, value]: Header): void => {
      const before = headers.get(name)
      headers.set(name, before === undefined ? value : `${before}\n${value}`)
    }
    const reader = createReader(block)
    const literal = (nameIndex: number): Header => [
      nameIndex === 0 ? reader.string() : table.at(nameIndex)[0],
      reader.string(),
    ]
    while (!reader.isAtEnd()) {
      const first = reader.byte()
      if (first >= 0x80) take(table.at(reader.number(first, 7)))
      else if (first >= 0x40) {
        const header = literal(reader.number(first, 6))
        table.add(header)
        take(header)
      } else if (first >= 0x20) table.resize(reader.number(first, 5))
      else take(literal(reader.number(first, 4)))
    }
    return headers
  }
  return {
    decode: (block) => {
      const key = block.toString('latin1')
      const before = known.get(key)
      if (before !== undefined) return before
      const version = table.version()
      const headers = read(block)
      if (version !== table.version()) known.clear()
      else if (known.size < KNOWN_BLOCKS) known.set(key, headers)
      return headers
    },
  }
}
