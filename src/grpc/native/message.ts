import { STATUS, statusOnly } from './answers.ts'
import type { NativeFault } from './http2/faults.ts'
import { readWord } from './http2/frames.ts'
import type { Refusal } from './request-head.ts'

/** In front of each message: whether it is compressed, and its length. */
export const PREFIX_BYTES = 5

/** Memory for messages that have not come to their end, shared by all connections. */
export interface MessageRoom {
  /** Whether there was so much room left. */
  readonly take: (bytes: number) => boolean
  readonly give: (bytes: number) => void
}

/** Puts a message together that did not come in one piece. */
export interface MessageAssembly {
  readonly add: (bytes: Buffer, start: number, end: number) => Refusal | undefined
  /** The message, once it is complete. */
  readonly message: () => Buffer | undefined
  /** Gives back the room that it took. */
  readonly release: () => void
}

/** What an assembly takes. */
export interface AssemblyOptions {
  readonly room: MessageRoom
  readonly maxMessageBytes: number
  /** The path of the method, and how a compressed message would be compressed. */
  readonly path: string
  readonly encoding: string
}

const FIRST_ROOM_BYTES = 16_384

const problem = (fault: NativeFault, code: number, message: string): Refusal => ({
  fault,
  answer: statusOnly(code, message),
})

/** There is no message where there must be one; worded as @grpc/grpc-js does, as are the others. */
export const noMessage = (path: string): Refusal =>
  problem(
    'malformed_message',
    STATUS.unimplemented,
    `Received no request message for server streaming method ${path}`,
  )

/** There are more bytes behind the one message that a call has. */
export const secondMessage = (path: string): Refusal =>
  problem(
    'malformed_message',
    STATUS.unimplemented,
    `Received a second request message for server streaming method ${path}`,
  )

const tooLarge = (length: number, most: number): Refusal =>
  problem(
    'message_too_large',
    STATUS.resourceExhausted,
    `Received message larger than max (${length} vs ${most})`,
  )

const NO_ROOM = problem(
  'message_too_large',
  STATUS.resourceExhausted,
  'Too many large messages are on their way',
)

const BAD_FLAG = problem(
  'malformed_message',
  STATUS.internal,
  'The flag of a message is neither 0 nor 1',
)

const FLAG_WITHOUT_ENCODING = problem(
  'malformed_message',
  STATUS.internal,
  'A message is said to be compressed, and not how',
)

const compressed = (encoding: string): Refusal =>
  problem(
    'compressed',
    STATUS.unimplemented,
    `Received message compressed with unsupported encoding "${encoding}"`,
  )

const aboutFlag = (flag: number, encoding: string): Refusal | undefined => {
  if (flag === 0) return undefined
  if (flag !== 1) return BAD_FLAG
  return encoding === 'identity' ? FLAG_WITHOUT_ENCODING : compressed(encoding)
}

/**
 * The message of a DATA frame that holds all of one and nothing else, as a view; `undefined` for
 * every other frame, most of which are for an assembly.
 */
export const wholeMessage = (
  bytes: Buffer,
  start: number,
  end: number,
  maxMessageBytes: number,
): Buffer | undefined => {
  const length = end - start - PREFIX_BYTES
  if (length < 0 || bytes[start] !== 0 || length > maxMessageBytes) return undefined
  return readWord(bytes, start + 1) === length
    ? bytes.subarray(start + PREFIX_BYTES, end)
    : undefined
}

/** Makes the room for so many bytes. */
export const createMessageRoom = (mostBytes: number): MessageRoom => {
  let taken = 0
  return {
    take: (bytes) => {
      if (taken + bytes > mostBytes) return false
      taken += bytes
      return true
    },
    give: (bytes) => {
      taken -= bytes
    },
  }
}

/**
 * Begins to put a message together. Memory is taken as bytes come and not as they are promised: at
 * most twice of what has come.
 */
export const createMessageAssembly = (options: AssemblyOptions): MessageAssembly => {
  const { room, maxMessageBytes, path, encoding } = options
  const prefix = Buffer.alloc(PREFIX_BYTES)
  let prefixBytes = 0
  let length = 0
  let target: Buffer | undefined
  let filled = 0

  const readPrefix = (): Refusal | undefined => {
    const wrong = aboutFlag(prefix[0] ?? 0, encoding)
    if (wrong !== undefined) return wrong
    length = readWord(prefix, 1)
    return length > maxMessageBytes ? tooLarge(length, maxMessageBytes) : undefined
  }

  const grow = (wanted: number): boolean => {
    const before = target
    const size = Math.min(length, Math.max(wanted, (before?.length ?? 0) * 2, FIRST_ROOM_BYTES))
    if (!room.take(size - (before?.length ?? 0))) return false
    target = Buffer.allocUnsafeSlow(size)
    before?.copy(target, 0, 0, filled)
    return true
  }

  return {
    add: (bytes, start, end) => {
      let at = start
      if (prefixBytes < PREFIX_BYTES) {
        const wanted = Math.min(PREFIX_BYTES - prefixBytes, end - at)
        bytes.copy(prefix, prefixBytes, at, at + wanted)
        prefixBytes += wanted
        at += wanted
        if (prefixBytes < PREFIX_BYTES) return undefined
        const wrong = readPrefix()
        if (wrong !== undefined) return wrong
      }
      if (at === end) return undefined
      if (end - at > length - filled) return secondMessage(path)
      const wanted = filled + end - at
      if ((target?.length ?? 0) < wanted && !grow(wanted)) return NO_ROOM
      if (target !== undefined) bytes.copy(target, filled, at, end)
      filled = wanted
      return undefined
    },
    message: () => {
      if (prefixBytes < PREFIX_BYTES || filled < length) return undefined
      return target?.subarray(0, length) ?? Buffer.alloc(0)
    },
    release: () => {
      room.give(target?.length ?? 0)
      target = undefined
    },
  }
}
