import { createDynamicTable, ENTRY_OVERHEAD_BYTES } from './dynamic-table.ts'
import { decodeHuffman } from './huffman.ts'
import { type Cursor, NO_INTEGER, readInteger } from './integers.ts'

/** The fields of one header block. */
export interface FieldSection {
  /**
   * Names and values in turn, one character for each octet. Empty where the section is too large.
   */
  readonly fields: readonly string[]
  /** Whether it is larger than a section may be: what was read is then forgotten again. */
  readonly isTooLarge: boolean
}

/** Reads the header blocks of one peer, in the order in which they came. */
export interface HpackDecoder {
  /**
   * `undefined` if the bytes are no header block. The state is lost then, and with it the
   * connection (RFC 9113 section 4.3).
   */
  readonly decode: (bytes: Buffer, start: number, end: number) => FieldSection | undefined
  /** A number that changes with the state: as long as it is the same, equal bytes mean the same. */
  readonly generation: () => number
}

/** How much one peer may have us keep. */
export interface HpackLimits {
  /** Of the dynamic table, as the peer was told by SETTINGS_HEADER_TABLE_SIZE. */
  readonly maxTableBytes: number
  /** Of one section, counted as RFC 9113 section 6.5.2 does: 32 octets more for each field. */
  readonly maxSectionBytes: number
}

const TOO_LARGE: FieldSection = Object.freeze({ fields: Object.freeze([]), isTooLarge: true })

/** Makes a decoder with an empty dynamic table (RFC 7541). */
export const createHpackDecoder = ({
  maxTableBytes,
  maxSectionBytes,
}: HpackLimits): HpackDecoder => {
  const table = createDynamicTable(maxTableBytes)
  const cursor: Cursor = { at: 0 }

  const readString = (bytes: Buffer, end: number): string | undefined => {
    const isHuffman = ((bytes[cursor.at] ?? 0) & 0x80) !== 0
    const length = readInteger(bytes, cursor, end, 7)
    const start = cursor.at
    if (length === NO_INTEGER || length > end - start) return undefined
    cursor.at += length
    return isHuffman
      ? decodeHuffman(bytes, start, cursor.at)
      : bytes.toString('latin1', start, cursor.at)
  }

  /** A literal (RFC 7541 section 6.2), whose name is that of an entry, or spelled. */
  const readLiteral = (
    bytes: Buffer,
    end: number,
    prefixBits: number,
  ): readonly [string, string] | undefined => {
    const index = readInteger(bytes, cursor, end, prefixBits)
    if (index === NO_INTEGER) return undefined
    const name = index === 0 ? readString(bytes, end) : table.at(index)?.[0]
    if (name === undefined) return undefined
    const value = readString(bytes, end)
    return value === undefined ? undefined : [name, value]
  }

  const readField = (
    bytes: Buffer,
    end: number,
    first: number,
  ): readonly [string, string] | undefined => {
    if (first >= 0x80) return table.at(readInteger(bytes, cursor, end, 7))
    if (first < 0x40) return readLiteral(bytes, end, 4)
    const entry = readLiteral(bytes, end, 6)
    if (entry !== undefined) table.add(entry)
    return entry
  }

  /** Sizes of the table are told in front of all fields, and nowhere else (section 4.2). */
  const readSizeUpdates = (bytes: Buffer, end: number): boolean => {
    while (cursor.at < end && ((bytes[cursor.at] ?? 0) & 0xe0) === 0x20) {
      const size = readInteger(bytes, cursor, end, 5)
      if (size === NO_INTEGER || size > maxTableBytes) return false
      table.resize(size)
    }
    return true
  }

  return {
    decode: (bytes, start, end) => {
      cursor.at = start
      if (!readSizeUpdates(bytes, end)) return undefined
      const fields: string[] = []
      let sectionBytes = 0
      while (cursor.at < end) {
        const first = bytes[cursor.at] ?? 0
        if ((first & 0xe0) === 0x20) return undefined
        const field = readField(bytes, end, first)
        if (field === undefined) return undefined
        sectionBytes += field[0].length + field[1].length + ENTRY_OVERHEAD_BYTES
        if (sectionBytes <= maxSectionBytes) fields.push(field[0], field[1])
      }
      return sectionBytes <= maxSectionBytes ? { fields, isTooLarge: false } : TOO_LARGE
    },
    generation: table.generation,
  }
}
