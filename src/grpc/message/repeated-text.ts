/** A text that many messages hold, as names of headers are, and what is asked of such names. */
export interface RepeatedText {
  readonly text: string
  readonly lower: string
  /** Begins with a colon: no header of the request, but what the request itself is made of. */
  readonly isPseudo: boolean
  /** Made of digits alone, which an object of JavaScript would not keep in its place. */
  readonly isNumber: boolean
  /** Of its bytes; the same for all texts that are not ASCII. */
  readonly hash: number
}

/** Reads the UTF-8 between two places; the same object for a text seen lately. */
export type ReadRepeatedText = (bytes: Buffer, start: number, end: number) => RepeatedText

/** How many texts are kept; a power of two. */
const KEPT = 1024

/** What is longer is read anew each time. */
const LONGEST_KEPT = 64

const HASH_FACTOR = 31

const describe = (decoded: string, hash: number): RepeatedText => {
  // The key of an object is the engine's one copy of a text: equal ones are equal addresses.
  const [text = decoded] = Object.keys({ [decoded]: true })
  return {
    text,
    lower: text.toLowerCase(),
    isPseudo: text.startsWith(':'),
    isNumber: /^[0-9]+$/.test(text),
    hash,
  }
}

const isAt = (text: string, bytes: Buffer, start: number): boolean => {
  for (let i = 0; i < text.length; i += 1) {
    if (text.charCodeAt(i) !== bytes[start + i]) return false
  }
  return true
}

/**
 * Makes a reader of what requests repeat: each text is decoded once, and then recognised by its
 * bytes. What is kept is bounded: a new text takes the place of an older one.
 */
export const createRepeatedTexts = (): ReadRepeatedText => {
  const kept: (RepeatedText | undefined)[] = new Array(KEPT).fill(undefined)
  return (bytes, start, end) => {
    let hash = 0
    let seen = 0
    for (let at = start; at < end; at += 1) {
      const byte = bytes[at] as number
      seen |= byte
      hash = (Math.imul(hash, HASH_FACTOR) + byte) | 0
    }
    if (seen > 0x7f) return describe(bytes.toString('utf8', start, end), 0)
    const slot = (hash ^ (hash >>> 15)) & (KEPT - 1)
    const known = kept[slot]
    if (known?.hash === hash && known.text.length === end - start) {
      if (isAt(known.text, bytes, start)) return known
    }
    const read = describe(bytes.toString('latin1', start, end), hash)
    if (end - start <= LONGEST_KEPT) kept[slot] = read
    return read
  }
}
