/**
 * Text that is mostly base64url, as tokens, tickets and ids are, in three quarters of its length:
 * of each part between dots the whole groups of four as the three bytes that they spell, and what
 * is left over as it is. Any other text is JSON in UTF-8, so that lone surrogates come back too.
 */

/** In front of the text: how it is written. */
const JSON_TEXT = 0
const DOTTED = 1

const MAX_PARTS = 255
const MAX_PART_LENGTH = 65_535
const BASE64URL = /^[A-Za-z0-9_-]*$/

/** The most bytes that `writePacked` needs for a text. */
export const packedRoom = (text: string): number => 8 + 6 * text.length

/** Every character can be said, so that room is found before anything is written. */
const dottedParts = (text: string): readonly string[] | undefined => {
  const parts = text.split('.')
  if (parts.length > MAX_PARTS) return undefined
  const isFit = (part: string) => part.length <= MAX_PART_LENGTH && BASE64URL.test(part)
  return parts.every(isFit) ? parts : undefined
}

const writeDotted = (target: Buffer, from: number, parts: readonly string[]): number => {
  let at = target.writeUInt8(DOTTED, from)
  at = target.writeUInt8(parts.length, at)
  for (const part of parts) {
    const whole = part.length - (part.length % 4)
    at = target.writeUInt16LE(part.length, at)
    at += target.write(part.slice(0, whole), at, 'base64url')
    at += target.write(part.slice(whole), at, 'latin1')
  }
  return at
}

/** Writes a text at `from`; answers where it ends. There has to be room. */
export const writePacked = (target: Buffer, from: number, text: string): number => {
  const parts = dottedParts(text)
  if (parts !== undefined) return writeDotted(target, from, parts)
  const start = from + 5
  const length = target.write(JSON.stringify(text), start)
  target.writeUInt8(JSON_TEXT, from)
  target.writeUInt32LE(length, from + 1)
  return start + length
}

/** Where the text ends that `writePacked` wrote at `from`. */
export const packedEnd = (bytes: Buffer, from: number): number => {
  if (bytes.readUInt8(from) === JSON_TEXT) return from + 5 + bytes.readUInt32LE(from + 1)
  let at = from + 2
  for (let left = bytes.readUInt8(from + 1); left > 0; left -= 1) {
    const length = bytes.readUInt16LE(at)
    at += 2 + (length >>> 2) * 3 + (length % 4)
  }
  return at
}

/** Reads what `writePacked` wrote at `from`. */
export const readPacked = (bytes: Buffer, from: number): string => {
  if (bytes.readUInt8(from) === JSON_TEXT) {
    return JSON.parse(bytes.toString('utf8', from + 5, packedEnd(bytes, from))) as string
  }
  let text = ''
  let at = from + 2
  for (let left = bytes.readUInt8(from + 1); left > 0; left -= 1) {
    const length = bytes.readUInt16LE(at)
    const packed = at + 2
    const rest = packed + (length >>> 2) * 3
    at = rest + (length % 4)
    text += bytes.toString('base64url', packed, rest) + bytes.toString('latin1', rest, at)
    if (left > 1) text += '.'
  }
  return text
}
