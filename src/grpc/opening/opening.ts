import { MOST_PIECES } from '../native/http2/block-assembly.ts'
import {
  DEFAULT_FRAME_BYTES,
  DEFAULT_WINDOW_BYTES,
  FLAG,
  FRAME,
  FRAME_HEADER_BYTES,
  frameOf,
  MAX_31_BITS,
  PREFACE,
} from '../native/http2/frames.ts'

/** What a peer may send before its first call; whoever sends more is the engine's to judge. */
export const MAX_OPENING_BYTES = 65_536

const EMPTY = Buffer.alloc(0)
const SETTINGS = frameOf(FRAME.settings, 0, 0, EMPTY)
const SETTINGS_ACK = frameOf(FRAME.settings, FLAG.ack, 0, EMPTY)

/** What was said before the first call, for the engine that goes on. */
export interface Opened {
  /** Everything that the engine has to hear, from the preface on; pings were answered here. */
  readonly replay: Buffer
  /** How many frames of settings in there were acknowledged here. */
  readonly acknowledged: number
  /** Whether settings were sent from here: empty ones, before all else. */
  readonly sentSettings: boolean
  /** Whether the peer has acknowledged them. */
  readonly hasAcknowledged: boolean
}

/** What is to be done after some bytes. */
export interface OpeningStep {
  /** To be sent at once. */
  readonly reply: Buffer
  /** Whether the peer is in the middle of something, and has to go on soon. */
  readonly isPartial: boolean
  /**
   * Set when it is known who goes on. `isCheck`: the first call is a check, or what came is nothing
   * that a well-behaved peer would send, so that the engine of checks has to refuse it.
   */
  readonly opened?: Opened & { readonly isCheck: boolean }
}

/** The beginning of one connection. */
export interface Opening {
  /** Takes what came next; not to be called again once it is known who goes on. */
  readonly take: (bytes: Buffer) => OpeningStep
}

/** What the beginning of a connection is read with. */
export interface OpeningDeps {
  /** The `:path` of a first header block; `undefined` where it has none or cannot be read. */
  readonly pathIn: (block: Buffer) => string | undefined
  readonly isCheckPath: (path: string) => boolean
}

interface Frame {
  readonly type: number
  readonly flags: number
  readonly stream: number
  readonly payload: Buffer
  readonly whole: Buffer
}

const frameAt = (bytes: Buffer, at: number): Frame | 'partial' | 'too large' => {
  if (bytes.length < at + FRAME_HEADER_BYTES) return 'partial'
  const length = bytes.readUIntBE(at, 3)
  if (length > DEFAULT_FRAME_BYTES) return 'too large'
  const end = at + FRAME_HEADER_BYTES + length
  if (bytes.length < end) return 'partial'
  return {
    type: bytes.readUInt8(at + 3),
    flags: bytes.readUInt8(at + 4),
    stream: bytes.readUInt32BE(at + 5) & MAX_31_BITS,
    payload: bytes.subarray(at + FRAME_HEADER_BYTES, end),
    whole: bytes.subarray(at, end),
  }
}

/** The settings whose values have bounds (RFC 9113 section 6.5.2). */
const isPossible = (id: number, value: number): boolean => {
  if (id === 2) return value <= 1
  if (id === 4) return value <= MAX_31_BITS
  if (id === 5) return value >= DEFAULT_FRAME_BYTES && value < 2 ** 24
  return true
}

const areSettings = ({ stream, flags, payload }: Frame): boolean => {
  if (stream !== 0 || payload.length % 6 !== 0) return false
  if ((flags & FLAG.ack) !== 0) return payload.length === 0
  for (let at = 0; at < payload.length; at += 6) {
    if (!isPossible(payload.readUInt16BE(at), payload.readUInt32BE(at + 2))) return false
  }
  return true
}

const isPriority = ({ stream, payload }: Frame): boolean =>
  stream !== 0 && payload.length === 5 && (payload.readUInt32BE(0) & MAX_31_BITS) !== stream

/** The part of the header block that a HEADERS frame carries; `undefined`: it cannot be right. */
const fragmentOf = ({ flags, payload }: Frame): Buffer | undefined => {
  const isPadded = (flags & FLAG.padded) !== 0
  const begin = (isPadded ? 1 : 0) + ((flags & FLAG.priority) !== 0 ? 5 : 0)
  const end = payload.length - (isPadded ? (payload[0] ?? 0) : 0)
  return begin > end ? undefined : payload.subarray(begin, end)
}

/**
 * The header block that `first`, the frame at the beginning, begins; `undefined`: it is none, or in
 * more pieces than any is read in, which would be looked through again with each byte that comes.
 */
const blockAt = (bytes: Buffer, first: Frame): Buffer | 'partial' | undefined => {
  const fragment = fragmentOf(first)
  if (fragment === undefined || first.stream % 2 === 0) return undefined
  const fragments = [fragment]
  let { flags } = first
  let next = first.whole.length
  while ((flags & FLAG.endHeaders) === 0) {
    const more = frameAt(bytes, next)
    if (more === 'partial') return more
    if (more === 'too large') return undefined
    if (more.type !== FRAME.continuation || more.stream !== first.stream) return undefined
    fragments.push(more.payload)
    if (fragments.length > MOST_PIECES) return undefined
    flags = more.flags
    next += more.whole.length
  }
  return Buffer.concat(fragments)
}

/**
 * Reads a connection up to its first call, to know who serves it: the engine of checks, or the one
 * that serves everything else. Until then it speaks for both, as much as a peer may wait for: empty
 * settings first, which bind neither engine, and what acknowledges settings and answers pings.
 * Whatever is not as it should be is left to the engine of checks with all that was said.
 */
export const createOpening = ({ pathIn, isCheckPath }: OpeningDeps): Opening => {
  let unread: Buffer = EMPTY
  let taken = 0
  let window = DEFAULT_WINDOW_BYTES
  let acknowledged = 0
  let sentSettings = false
  let hasSettings = false
  let hasAcknowledged = false
  const kept: Buffer[] = []

  const open = (isCheck: boolean, reply: readonly Buffer[]): OpeningStep => ({
    reply: Buffer.concat(reply),
    isPartial: false,
    opened: {
      isCheck,
      replay: Buffer.concat([...kept, unread]),
      acknowledged,
      sentSettings,
      hasAcknowledged,
    },
  })

  const wait = (reply: readonly Buffer[]): OpeningStep =>
    taken > MAX_OPENING_BYTES
      ? open(true, reply)
      : { reply: Buffer.concat(reply), isPartial: unread.length > 0 || !hasSettings }

  /** Takes one frame that belongs to no call; `undefined`: it is not for here. */
  const takeFrame = (each: Frame): readonly Buffer[] | undefined => {
    const { type, flags, stream, payload, whole } = each
    const isAck = (flags & FLAG.ack) !== 0
    if (type === FRAME.settings && areSettings(each)) {
      if (isAck && (hasAcknowledged || !hasSettings)) return undefined
      if (isAck) {
        hasAcknowledged = true
        return []
      }
      hasSettings = true
      acknowledged += 1
      kept.push(whole)
      return [SETTINGS_ACK]
    }
    if (!hasSettings) return undefined
    if (type === FRAME.ping && stream === 0 && payload.length === 8 && !isAck) {
      return [frameOf(FRAME.ping, FLAG.ack, 0, payload)]
    }
    if (type === FRAME.windowUpdate && stream === 0 && payload.length === 4) {
      const more = payload.readUInt32BE(0) & MAX_31_BITS
      if (more === 0 || window + more > MAX_31_BITS) return undefined
      window += more
      kept.push(whole)
      return []
    }
    if (type === FRAME.priority && isPriority(each)) {
      kept.push(whole)
      return []
    }
    // A type that nobody has defined means nothing (RFC 9113 section 4.1).
    return type > FRAME.continuation ? [] : undefined
  }

  const takePreface = (): 'other' | 'partial' | 'taken' => {
    const length = Math.min(unread.length, PREFACE.length)
    if (unread.compare(PREFACE, 0, length, 0, length) !== 0) return 'other'
    if (length < PREFACE.length) return 'partial'
    kept.push(PREFACE)
    unread = unread.subarray(length)
    sentSettings = true
    return 'taken'
  }

  const take = (bytes: Buffer): OpeningStep => {
    unread = unread.length === 0 ? bytes : Buffer.concat([unread, bytes])
    taken += bytes.length
    const reply: Buffer[] = []
    if (!sentSettings) {
      const preface = takePreface()
      if (preface === 'other') return open(true, reply)
      if (preface === 'partial') return wait(reply)
      reply.push(SETTINGS)
    }
    for (;;) {
      const next = frameAt(unread, 0)
      if (next === 'partial') return wait(reply)
      if (next === 'too large') return open(true, reply)
      if (next.type === FRAME.headers && hasSettings) {
        const block = blockAt(unread, next)
        if (block === 'partial') return wait(reply)
        const path = block === undefined ? undefined : pathIn(block)
        return open(path === undefined || isCheckPath(path), reply)
      }
      const replies = takeFrame(next)
      if (replies === undefined) return open(true, reply)
      reply.push(...replies)
      unread = unread.subarray(next.whole.length)
    }
  }

  return { take }
}
