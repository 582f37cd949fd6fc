import type { TraceCarrier } from '../../core/tracing.ts'

/**
 * One call of `Authorization.Check`, as the engine that carries it hands it on: bytes in, bytes
 * out. Nothing here knows HTTP/2, and nothing of the engine knows what the bytes mean.
 */
export interface CheckCall extends TraceCarrier {
  /**
   * The encoded `CheckRequest`, uncompressed and without its length prefix. A view of what came in,
   * which stays as it is for as long as it is referred to.
   */
  readonly message: Buffer
  /** When the caller stops waiting, in Unix milliseconds; infinite where it said nothing. */
  readonly deadlineMs: number
  /** Whether the caller has gone. */
  readonly isCancelled: () => boolean
  /** Has `listener` called once if the caller goes before the answer; at most one listener. */
  readonly onCancelled: (listener: () => void) => void
  /**
   * Sends the encoded `CheckResponse` with gRPC status OK; once. Never throws: where the caller has
   * gone there is nobody to tell. The bytes are read before this returns, so that the buffer may be
   * used again.
   */
  readonly answer: (response: Uint8Array) => void
}

/** Takes a call and sees to it that it is answered, always and once. Never throws. */
export type ServeCheck = (call: CheckCall) => void
