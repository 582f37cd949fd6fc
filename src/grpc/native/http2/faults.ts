/**
 * What peers do wrong, and what is done for them because of it: the kinds of the counter, each with
 * what it means to an operator.
 */
export const nativeFaults = {
  bad_preface: 'A connection did not begin as HTTP/2 does; it was closed.',
  malformed_frame: 'A frame that HTTP/2 does not allow; the connection was closed.',
  malformed_header_block: 'A header block that HPACK does not allow; the connection was closed.',
  header_block_flood: 'A header block in too many pieces, or too large; the connection was closed.',
  control_flood:
    'More frames that ask for nothing than a peer may send; the connection was closed.',
  flow_control: 'More bytes than a window had room for, or a window beyond its limit.',
  closed_stream: 'A frame on a stream that had ended.',
  malformed_request: 'Header fields that HTTP does not allow; the stream was reset.',
  refused_stream: 'A stream beyond the number that one connection may have open; it was refused.',
  not_grpc: 'A request that is not gRPC; answered with 405 or 415.',
  headers_too_large: 'Header fields beyond what one request may have; answered with 431.',
  unknown_method: 'A call of a method that is not served; answered UNIMPLEMENTED.',
  unknown_service: 'A health check of a service that there is not; answered NOT_FOUND.',
  bad_timeout: 'A `grpc-timeout` that is none; answered INTERNAL.',
  compressed: 'A compressed message; answered UNIMPLEMENTED.',
  malformed_message: 'No message in a call, more than one, or one cut off; answered with an error.',
  message_too_large:
    'A message beyond the limit, or beyond the room for them; answered RESOURCE_EXHAUSTED.',
  slow_message: 'A call whose message did not come to its end in time; answered DEADLINE_EXCEEDED.',
  slow_reader:
    'A peer that did not read what it had asked for; the stream or the connection was ended.',
  silent: 'A peer that did not answer a PING in time; the connection was closed.',
} as const

/** The kind of a fault of a peer. */
export type NativeFault = keyof typeof nativeFaults
