import { encodeStateless } from './hpack/encoder.ts'

/** The status codes of gRPC that are answered here. */
export const STATUS = {
  deadlineExceeded: 4,
  notFound: 5,
  resourceExhausted: 8,
  unimplemented: 12,
  internal: 13,
} as const

/** What every call is answered with: status 200, and that messages are not compressed. */
const CALL_FIELDS = [
  [':status', '200'],
  ['content-type', 'application/grpc+proto'],
] as const

/** What is understood, told with every answer and with every refusal of a compressed message. */
const ACCEPT = ['grpc-accept-encoding', 'identity'] as const

/** The header block in front of a message. */
export const RESPONSE_HEADERS: Buffer = encodeStateless([...CALL_FIELDS, ACCEPT])

/** The header block behind a message: all is well. */
export const OK_TRAILERS: Buffer = encodeStateless([['grpc-status', '0']])

/** How much of a message is told: some of it is what the peer sent. */
const MOST_MESSAGE_CHARACTERS = 512

/** The percent-encoding of gRPC: everything but printable ASCII, and the sign itself. */
const percentEncoded = (text: string): string =>
  text
    .slice(0, MOST_MESSAGE_CHARACTERS)
    .replace(
      /[^ -$&-~]/g,
      (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
    )

/**
 * The header block of an answer without a message, which ends the call with an error ("Trailers-
 * Only"). The message has one character for each octet.
 */
export const statusOnly = (code: number, message: string): Buffer =>
  encodeStateless([
    ...CALL_FIELDS,
    ACCEPT,
    ['grpc-status', String(code)],
    ['grpc-message', percentEncoded(message)],
  ])

/** The header block of an answer to what is not gRPC at all. */
export const httpOnly = (
  status: number,
  fields: readonly (readonly [name: string, value: string])[] = [],
): Buffer => encodeStateless([[':status', String(status)], ...fields])
