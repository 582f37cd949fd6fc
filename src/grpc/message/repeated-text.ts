/** A text that many messages hold, as names of headers are, and what is asked of such names. */
export interface RepeatedText {
  readonly text: string
  /**
   * As UTF-8, where it is kept. Bytes that are none are decoded to the same text, and never equal
   * to these.
   */
  readonly bytes: Buffer
  readonly lower: string
  /** Begins with a colon: no header of the request, but what the request itself is made of. */
  readonly isPseudo: boolean
  /** Made of digits alone, which an object of JavaScript would not keep in its place. */
  readonly isNumber: boolean
  readonly hash: number
  /** The message in which it was last met, by a number that its reader chooses. */
  metIn: number
}

/** Reads texts of UTF-8. */
export interface RepeatedTexts {
  /** What is between two places; the same object for a text seen lately. */
  readonly read: (bytes: Buffer, start: number, end: number) => RepeatedText
  /**
   * How many objects have been made. As long as it stays the same, two objects are two texts.
   */
  readonly made: () => number
}

/** How many texts are kept; a power of two. */
const KEPT = 1024

/** How many places a text may be kept at. */
const WAYS = 4

/** What is longer is read anew each time. */
const LONGEST_KEPT = 64

const HASH_FACTOR = 31

const NINE = 0x39

/** Of the length and some bytes: enough to find a text by, which is then compared. */
const hashOf = (bytes: Buffer, start: number, end: number): number => {
  const length = end - start
  if (length === 0) return 0
  let hash = length
  hash = Math.imul(hash, HASH_FACTOR) + (bytes[start] as number)
  hash = Math.imul(hash, HASH_FACTOR) + (bytes[start + (length >> 2)] as number)
  hash = Math.imul(hash, HASH_FACTOR) + (bytes[start + (length >> 1)] as number)
  hash = Math.imul(hash, HASH_FACTOR) + (bytes[start + length - 1 - (length >> 2)] as number)
  hash = Math.imul(hash, HASH_FACTOR) + (bytes[end - 1] as number)
  return hash ^ (hash >>> 10)
}

/** FNV-1a over all of it, 32 bits, and never 0. */
const markOf = (bytes: Buffer, start: number, end: number): number => {
  let mark = 0x811c9dc5
  for (let at = start; at < end; at += 1) mark = Math.imul(mark ^ (bytes[at] as number), 0x01000193)
  return mark >>> 0 || 1
}

const NOTHING = Buffer.alloc(0)
const DIGITS = /^[0-9]+$/

const describe = (text: string, bytes: Buffer, hash: number): RepeatedText => ({
  text,
  bytes,
  lower: text.toLowerCase(),
  isPseudo: text.startsWith(':'),
  isNumber: text.length > 0 && text.charCodeAt(0) <= NINE && DIGITS.test(text),
  hash,
  metIn: 0,
})

/** With memory of its own: in a piece of Node's pool, a name of some bytes would keep 64 KiB. */
const describeForGood = (decoded: string, hash: number): RepeatedText => {
  // The key of an object is the engine's one copy of a text: equal ones are equal addresses.
  const [text = decoded] = Object.keys({ [decoded]: true })
  const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(text))
  bytes.write(text)
  return describe(text, bytes, hash)
}

const isAt = (text: Buffer, bytes: Buffer, start: number): boolean => {
  const length = text.length
  let differing = 0
  for (let i = 0; i < length; i += 1)
    differing |= (text[i] as number) ^ (bytes[start + i] as number)
  return differing === 0
}

/**
 * Makes a reader of what requests repeat: a text that is met again is decoded once more, and then
 * recognised by its bytes. What is kept is bounded: a new text takes the place of an older one. Of
 * a text that was met once its mark alone is kept, so that who makes up a new one each time pays no
 * more than for its decoding, and takes nobody's place.
 */
export const createRepeatedTexts = (): RepeatedTexts => {
  const kept: (RepeatedText | undefined)[] = new Array(KEPT).fill(undefined)
  const marks = new Uint32Array(KEPT)
  let made = 0

  /** Whether a text was met before, and lately; notes that it was. */
  const isMetAgain = (bytes: Buffer, start: number, end: number): boolean => {
    const mark = markOf(bytes, start, end)
    const at = mark & (KEPT - 1)
    const isKnown = marks[at] === mark
    marks[at] = mark
    return isKnown
  }

  const make = (bytes: Buffer, start: number, end: number, hash: number): RepeatedText => {
    const decoded = bytes.toString('utf8', start, end)
    made += 1
    if (end - start > LONGEST_KEPT || !isMetAgain(bytes, start, end)) {
      return describe(decoded, NOTHING, hash)
    }
    const text = describeForGood(decoded, hash)
    kept[(hash + (made % WAYS)) & (KEPT - 1)] = text
    return text
  }

  return {
    read: (bytes, start, end) => {
      const hash = hashOf(bytes, start, end)
      for (let way = 0; way < WAYS; way += 1) {
        const known = kept[(hash + way) & (KEPT - 1)]
        if (known === undefined || known.hash !== hash) continue
        if (known.bytes.length === end - start && isAt(known.bytes, bytes, start)) return known
      }
      return make(bytes, start, end, hash)
    },
    made: () => made,
  }
}
