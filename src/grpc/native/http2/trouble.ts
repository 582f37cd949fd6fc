import type { NativeFault } from './faults.ts'
import { CODE } from './frames.ts'

/** Why a connection cannot go on (RFC 9113 section 5.4.1). */
export interface Trouble {
  /** The error code of the GOAWAY frame. */
  readonly code: number
  /** Its debug data: a sentence for whoever looks for the reason at the other end. */
  readonly text: string
  readonly fault: NativeFault
}

const trouble = (code: number, fault: NativeFault, text: string): Trouble =>
  Object.freeze({ code, fault, text })

/** The peer has broken the rules of frames and streams. */
export const protocolTrouble = (text: string): Trouble =>
  trouble(CODE.protocolError, 'malformed_frame', text)

/** A frame has a length that its type does not allow. */
export const frameSizeTrouble = (text: string): Trouble =>
  trouble(CODE.frameSizeError, 'malformed_frame', text)

/** A window is overdrawn, or beyond its limit. */
export const flowTrouble = (text: string): Trouble =>
  trouble(CODE.flowControlError, 'flow_control', text)

/** HEADERS on a stream that had ended. */
export const CLOSED_STREAM: Trouble = trouble(
  CODE.streamClosed,
  'closed_stream',
  'HEADERS on a stream that has ended',
)

/** The state of header compression is lost. */
export const COMPRESSION: Trouble = trouble(
  CODE.compressionError,
  'malformed_header_block',
  'a header block cannot be decoded',
)

/** A header block is larger, or in more pieces, than is read. */
export const HEADER_BLOCK_FLOOD: Trouble = trouble(
  CODE.enhanceYourCalm,
  'header_block_flood',
  'a header block is too large or has too many pieces',
)

/** Too many frames that ask for nothing. */
export const CONTROL_FLOOD: Trouble = trouble(
  CODE.enhanceYourCalm,
  'control_flood',
  'too many frames that ask for nothing',
)

/** The connection does not begin with the preface and a SETTINGS frame (section 3.4). */
export const BAD_PREFACE: Trouble = trouble(
  CODE.protocolError,
  'bad_preface',
  'the connection preface is invalid',
)
